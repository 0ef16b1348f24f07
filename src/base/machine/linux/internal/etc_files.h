// SPDX-License-Identifier: Apache-2.0
#pragma once
// The account files in /etc of one computer: read whole, and replaced whole. Whoever replaces one holds the
// PasswordLock from before reading it. One thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/core/clock.h"
#include "base/machine/file_tree.h"

namespace rehome::linux_etc {

class EtcFiles {
 public:
  EtcFiles(FileTree& files, const Clock& clock) : files_(files), clock_(clock) {}

  /// nullopt where there is no such file.
  std::optional<std::string> read(std::string_view name);
  /// The new content is on the device and in place of the old one when this returns; owner, mode and attributes are
  /// those of the old file. A file that did not exist gets root and 0644. Throws Error; the old file is untouched then.
  void replace(std::string_view name, std::string_view content);

 private:
  Metadata metadata_of(WritableFolder& etc, std::string_view name);

  FileTree& files_;
  const Clock& clock_;
};

}  // namespace rehome::linux_etc
