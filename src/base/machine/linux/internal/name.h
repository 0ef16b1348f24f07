// SPDX-License-Identifier: Apache-2.0
#pragma once
// One component of a path, checked: what system calls relative to a folder may be given and nothing else.

#include <string>
#include <string_view>

namespace rehome::linux_files {

class Name {
 public:
  /// Throws Error(invalid_argument) for an empty name, ".", "..", and names with '/' or NUL. The length is left to the
  /// volume: some take more than 255 bytes.
  explicit Name(std::string_view text);

  const char* c_str() const { return text_.c_str(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// The path of `name` in the folder `folder_path`.
std::string join(std::string_view folder_path, std::string_view name);

}  // namespace rehome::linux_files
