// SPDX-License-Identifier: Apache-2.0
#include "base/archive/apply.h"

#include "base/archive/internal/applier.h"

namespace rehome::archive {

Applied apply_image(const MachinePath& image, WritableFolder& target, const ApplyOptions& options) {
  const std::unique_ptr<Image> source = open_image(image, target.inspect_self().identity());
  return Applier(*source, target, options).run();
}

}  // namespace rehome::archive
