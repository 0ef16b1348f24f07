// SPDX-License-Identifier: Apache-2.0
#pragma once
// A regular file between its creation and its name. Where the volume can, it has no name at all before, so that not
// even a lost machine leaves something behind; elsewhere it has a temporary one. One thread.

#include <memory>
#include <string>

#include "base/core/platform/fd.h"
#include "base/machine/file_tree.h"
#include "base/machine/linux/internal/name.h"

namespace rehome::linux_files {

class NewFile {
 public:
  enum class Before { no_name_if_possible, temporary_name };

  /// Open for writing, mode 0600. Throws Error.
  NewFile(std::shared_ptr<const platform::UniqueFd> folder, const MachinePath& path, Before before);
  /// Removes it if it was given no name.
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  int fd() const { return fd_.get(); }
  /// 0, or the errno: EEXIST if the name is taken.
  int give_name(const Name& name);
  /// Takes the name from a file or link that has it, atomically. 0, or the errno.
  int give_name_replacing(const Name& name);

 private:
  bool open_without_name();
  void open_with_temporary_name(const MachinePath& path);
  int give_temporary_name();
  int link_to(const char* name) const;

  std::shared_ptr<const platform::UniqueFd> folder_;
  platform::UniqueFd fd_;
  std::string temporary_;  // empty: it has no name
};

}  // namespace rehome::linux_files
