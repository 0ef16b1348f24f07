// SPDX-License-Identifier: Apache-2.0
#include "base/archive/apply.h"

#include "base/archive/internal/applier.h"
#include "base/core/error.h"

namespace rehome::archive {

Applied apply_image(const MachinePath& image, WritableFolder& target, const ApplyOptions& options) {
  const std::unique_ptr<Image> source = open_image(image, target.inspect_self().identity());
  return Applier(*source, target, options).run();
}

ImageContent read_image(const MachinePath& image, const ApplyOptions& options) {
  const std::unique_ptr<Image> source = open_image(image, {});
  ImageContent content;
  while (const std::optional<Entry> entry = source->next()) {
    ++content.entries;
    if (options.cancelled && options.cancelled()) throw Error(ErrorCode::cancelled, "reading the image was stopped");
    if (options.on_progress) options.on_progress({source->done_bytes(), source->total_bytes()});
    if (entry->kind != NodeKind::file || entry->same_node_as) continue;
    source->read_content([&](std::uint64_t, ByteView bytes) { content.bytes += bytes.size(); });
  }
  return content;
}

}  // namespace rehome::archive
