// SPDX-License-Identifier: Apache-2.0
#pragma once
// Open files of the fake machine.

#include <memory>
#include <string>

#include "base/machine/memory/internal/tree.h"

namespace rehome::memory {

class OpenFile final : public ReadableFile {
 public:
  OpenFile(Tree& tree, std::shared_ptr<Node> node, MachinePath path);
  ~OpenFile() override { --tree_.open_files; }
  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) override;
  NodeInfo inspect() override;
  void read_attributes(Metadata& metadata) override;
  std::vector<Extent> data_extents() override;

 private:
  Tree& tree_;
  std::shared_ptr<Node> node_;
  MachinePath path_;
};

class NewFile final : public WritableFile {
 public:
  NewFile(Tree& tree, std::shared_ptr<Node> folder, std::string name, MachinePath path);
  void write_at(std::uint64_t offset, ByteView bytes) override;
  void set_size(std::uint64_t size) override;
  MetadataLosses set_metadata(const Metadata& metadata) override;
  NodeIdentity identity() override;
  void sync() override;
  void commit() override;
  void commit_replacing() override;

 private:
  Tree& tree_;
  std::shared_ptr<Node> folder_;
  std::shared_ptr<Node> node_;
  std::string name_;
  MachinePath path_;
};

}  // namespace rehome::memory
