// SPDX-License-Identifier: Apache-2.0
#pragma once
// An open regular file of a Linux tree. Any thread may call.

#include "base/core/platform/fd.h"
#include "base/machine/file_tree.h"

namespace rehome::linux_files {

class LinuxReadableFile final : public ReadableFile {
 public:
  LinuxReadableFile(platform::UniqueFd fd, MachinePath path) : fd_(std::move(fd)), path_(std::move(path)) {}

  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) override;
  NodeInfo inspect() override;
  void read_attributes(Metadata& metadata) override;
  std::vector<Extent> data_extents() override;

 private:
  platform::UniqueFd fd_;
  MachinePath path_;
};

}  // namespace rehome::linux_files
