// SPDX-License-Identifier: Apache-2.0
#pragma once
// A new regular file of a Linux tree. One thread at a time.

#include "base/machine/linux/internal/new_file.h"

namespace rehome::linux_files {

class LinuxWritableFile final : public WritableFile {
 public:
  LinuxWritableFile(std::shared_ptr<const platform::UniqueFd> folder, Name name, MachinePath path,
                    NewFile::Before before);

  void write_at(std::uint64_t offset, ByteView bytes) override;
  void set_size(std::uint64_t size) override;
  MetadataLosses set_metadata(const Metadata& metadata) override;
  NodeIdentity identity() override;
  void sync() override;
  void commit() override;
  void commit_replacing() override;

 private:
  void finish_commit(int error);

  Name name_;
  MachinePath path_;
  NewFile file_;
  std::uint32_t flags_after_commit_ = 0;
  bool committed_ = false;
};

}  // namespace rehome::linux_files
