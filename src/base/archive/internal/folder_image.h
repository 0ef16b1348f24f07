// SPDX-License-Identifier: Apache-2.0
#pragma once
// A folder as an image: everything on its volume beneath it. Walked twice: for the room it takes, and to give it. One
// thread; whoever changes the folder meanwhile gets some of both.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/archive/internal/image.h"
#include "base/core/error.h"

namespace rehome::archive {

class FolderImage final : public Image {
 public:
  /// `target` is not to be in it: Error(refused). `keep` is held until the end: through which a file is seen as this
  /// folder: what cannot be read then is damaged.
  FolderImage(std::unique_ptr<FileTree> tree, std::string name, const NodeIdentity& target,
              std::shared_ptr<void> keep = nullptr);

  std::optional<Entry> next() override;
  void read_content(const Sink& sink) override;
  std::uint64_t done_bytes() override { return done_; }
  std::uint64_t total_bytes() override { return total_; }
  std::uint64_t least_room() override { return total_; }
  std::vector<std::string> losses() override { return losses_; }

 private:
  struct Level {
    std::unique_ptr<Folder> folder;
    std::string path;  // "" for the top, else "etc/"
    std::vector<DirectoryEntry> entries;
    std::size_t next = 0;
  };

  void begin();
  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out);
  void open_level(std::unique_ptr<Folder> folder, std::string path);
  Entry entry_of(Level& level, const std::string& name, const NodeInfo& info);
  std::optional<Entry> step();
  [[noreturn]] void rethrow(const Error& error) const;

  std::shared_ptr<void> keep_;  // goes last
  std::unique_ptr<FileTree> tree_;
  std::string name_;
  NodeIdentity target_;
  NodeInfo top_;
  bool gave_top_ = false;
  std::vector<Level> levels_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> several_names_;  // of nodes: their first one
  std::unique_ptr<ReadableFile> file_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
  std::vector<std::string> losses_;
};

}  // namespace rehome::archive
