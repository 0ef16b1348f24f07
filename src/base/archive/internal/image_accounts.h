// SPDX-License-Identifier: Apache-2.0
#pragma once
// The numbers of the accounts that an image brought, for ACLs that were kept with names. In: etc/passwd and etc/group
// as they lie in the target. One thread.

#include <cstdint>
#include <map>
#include <string>

#include "base/archive/internal/tar_attributes.h"
#include "base/machine/file_tree.h"

namespace rehome::archive {

class ImageAccounts {
 public:
  /// A file that is missing, or too large to be one, has nobody.
  explicit ImageAccounts(Folder& top);
  /// Valid as long as this.
  IdsOfNames ids() const;

 private:
  using Ids = std::map<std::string, std::uint32_t, std::less<>>;
  static Ids read(Folder& top, std::string_view file);

  Ids users_;
  Ids groups_;
};

}  // namespace rehome::archive
