// SPDX-License-Identifier: Apache-2.0
#pragma once
// Homes with anything in them, made up by RapidCheck on a fake computer, and all that a restore is to keep of one.

#include <cstdint>
#include <map>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "base/machine/memory/memory_machine.h"

namespace rehome::testing {

constexpr const char* kHome = "/home/ann";

struct Step {
  int what = 0;
  std::string path;   // beneath the home
  std::string other;  // a second path, for links
  int size = 0;
  std::uint32_t mode = 0;
  int seconds = 0;
};

inline std::string generate_path() {
  static const std::vector<std::string> kNames = {"a",        "b.txt",     ".hidden", "new\nline",
                                                  "\xff\xfe", "Documents", ".config", "x(1)"};
  std::string path;
  const int depth = *rc::gen::inRange(1, 4);
  for (int i = 0; i < depth; ++i) path += "/" + *rc::gen::elementOf(kNames);
  return path;
}

inline std::vector<Step> generate_steps(int most) {
  std::vector<Step> steps;
  const int count = *rc::gen::inRange(0, most);
  for (int i = 0; i < count; ++i) {
    steps.push_back({*rc::gen::inRange(0, 8), generate_path(), generate_path(), *rc::gen::inRange(0, 20'000),
                     *rc::gen::inRange(0U, 01000U), *rc::gen::inRange(1, 2'000'000'000)});
  }
  return steps;
}

inline bool may_make(MemoryFileTree& files, const MachinePath& path) {
  for (MachinePath parent = path; parent != kHome;) {
    parent.resize(parent.rfind('/'));
    if (files.exists(parent) && files.inspect(parent).kind != NodeKind::folder) return false;
  }
  return !files.exists(path);
}

inline void make(MemoryFileTree& files, const Step& step) {
  const MachinePath path = kHome + step.path;
  const MachinePath other = kHome + step.other;
  const std::string content(static_cast<std::size_t>(step.size), static_cast<char>('a' + step.size % 26));
  if (!may_make(files, path)) return;
  switch (step.what) {
    case 0:
      files.add_folder(path);
      break;
    case 1:
    case 2:
    case 3:
      files.add_file(path, content);
      break;
    case 4:
      files.write_into(path, 1'000'000, content);
      break;
    case 5:
      files.add_symlink(path, step.other.substr(1));
      break;
    case 6:
      files.add_special(path, NodeKind::fifo);
      break;
    default:
      if (!files.exists(other) || files.inspect(other).kind != NodeKind::file) return;
      files.add_link(path, other);
  }
}

inline void decorate(MemoryFileTree& files, const Step& step) {
  const MachinePath path = kHome + step.path;
  if (!files.exists(path)) return;
  const NodeKind kind = files.inspect(path).kind;
  files.edit(path, [&](Metadata& metadata) {
    if (kind != NodeKind::symlink) metadata.mode = step.mode;
    metadata.modified = {step.seconds, static_cast<std::uint32_t>(step.size)};
    if (step.size % 3 == 0) metadata.attributes = {{"user.note", {static_cast<std::uint8_t>(step.size % 251)}}};
    if (step.size % 5 == 0) metadata.gid = 1500;
    if (step.size % 7 == 0 && kind == NodeKind::file) metadata.flags = 0x40;
  });
}

inline void take(MemoryFileTree& files, const std::vector<Step>& steps) {
  for (const Step& step : steps) make(files, step);
  for (const Step& step : steps) decorate(files, step);
}

/// Everything that a restore is to keep, by path; uids and gids as `ids` maps them. Inodes become the first path that
/// has them.
inline std::map<MachinePath, std::string> describe(MemoryFileTree& files,
                                                   const std::map<std::uint32_t, std::uint32_t>& ids = {}) {
  std::map<MachinePath, std::string> tree;
  std::map<std::uint64_t, MachinePath> first_path;
  std::vector<MachinePath> paths = files.paths_below(kHome);
  paths.emplace_back(kHome);
  for (const MachinePath& path : paths) {
    const NodeInfo node = files.inspect(path);
    const Metadata& metadata = node.metadata;
    const auto id = [&](std::uint32_t number) { return ids.contains(number) ? ids.at(number) : number; };
    std::string line = std::string(name_of(node.kind)) + " " + first_path.try_emplace(node.inode, path).first->second;
    line += " " + std::to_string(metadata.mode) + " " + std::to_string(id(metadata.uid)) + ":" +
            std::to_string(id(metadata.gid)) + " " + std::to_string(metadata.modified.seconds) + "." +
            std::to_string(metadata.modified.nanoseconds) + " " + std::to_string(metadata.flags);
    for (const auto& attribute : metadata.attributes) line += " " + attribute.name + "=" + to_hex(attribute.value);
    if (node.kind == NodeKind::file) line += " " + std::to_string(node.allocated) + " " + files.content_of(path);
    if (node.kind == NodeKind::symlink) line += " " + files.target_of(path);
    tree[path] = line;
  }
  return tree;
}

}  // namespace rehome::testing
