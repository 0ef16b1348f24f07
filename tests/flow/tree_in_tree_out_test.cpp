// SPDX-License-Identifier: Apache-2.0
// Tree in = tree out: generated homes go through scan and load, and come out the same.

#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "base/machine/memory/memory_machine.h"
#include "flow/load/load.h"
#include "flow/scan/scan.h"
#include "tests/flow/memory_capture.h"

namespace rehome {
namespace {

const std::vector<std::string> kNames = {"a",        "b.txt",     ".hidden", "new\nline",
                                         "\xff\xfe", "Documents", ".config", "x(1)"};

struct Step {
  int what = 0;
  std::string path;   // beneath the home
  std::string other;  // a second path, for links
  int size = 0;
  std::uint32_t mode = 0;
  int seconds = 0;
};

std::string generate_path() {
  std::string path;
  const int depth = *rc::gen::inRange(1, 4);
  for (int i = 0; i < depth; ++i) path += "/" + *rc::gen::elementOf(kNames);
  return path;
}

Step generate_step() {
  return {*rc::gen::inRange(0, 8),
          generate_path(),
          generate_path(),
          *rc::gen::inRange(0, 20'000),
          *rc::gen::inRange(0U, 01000U),
          *rc::gen::inRange(1, 2'000'000'000)};
}

bool may_make(MemoryFileTree& files, const MachinePath& path) {
  for (MachinePath parent = path; parent != "/home/ann";) {
    parent.resize(parent.rfind('/'));
    if (files.exists(parent) && files.inspect(parent).kind != NodeKind::folder) return false;
  }
  return !files.exists(path);
}

void make(MemoryFileTree& files, const Step& step) {
  const MachinePath path = "/home/ann" + step.path;
  const MachinePath other = "/home/ann" + step.other;
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

void decorate(MemoryFileTree& files, const Step& step) {
  const MachinePath path = "/home/ann" + step.path;
  if (!files.exists(path)) return;
  const NodeKind kind = files.inspect(path).kind;
  files.edit(path, [&](Metadata& metadata) {
    if (kind != NodeKind::symlink) metadata.mode = step.mode;
    metadata.modified = {step.seconds, static_cast<std::uint32_t>(step.size)};
    if (step.size % 3 == 0) metadata.attributes = {{"user.note", {static_cast<std::uint8_t>(step.size % 251)}}};
    if (step.size % 5 == 0) metadata.gid = 50;
    if (step.size % 7 == 0 && kind == NodeKind::file) metadata.flags = 0x40;
  });
}

/// Everything that a restore is to keep, by path. Inodes become the first path that has them.
std::map<MachinePath, std::string> describe(MemoryFileTree& files, const std::map<std::uint32_t, std::uint32_t>& ids) {
  std::map<MachinePath, std::string> tree;
  std::map<std::uint64_t, MachinePath> first_path;
  std::vector<MachinePath> paths = files.paths_below("/home/ann");
  paths.push_back("/home/ann");
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

struct Computers {
  ManualClock clock;
  MemoryMachine source{MachineFlavour::linux, clock};
  MemoryMachine destination{MachineFlavour::linux, clock};
  testing::FakeState state;
  testing::FindingList findings;

  void capture() {
    testing::MemoryCapture sink;
    const Account ann = source.accounts().list().at(0);
    const CapturedAccount captured{sink.number_of(ann), ann, ann.home};
    LocationTable table(source);
    table.add(captured.number, ann);
    const testing::FolderPlan plan({"/home/ann"});
    Progress progress;
    scan::scan({source, plan, table, std::span(&captured, 1), {.threads = 2}}, sink, progress);
    RC_ASSERT(sink.findings().empty());
    sink.move_into(state);
    state.info().accounts = {captured};
    state.info().groups = source.accounts().groups();
  }

  load::LoadReport restore() {
    Progress progress;
    load::LoadOptions options;
    options.accounts = {state.info().accounts[0].number};
    options.threads = 2;
    return load::load(state, destination, nullptr, options, findings, progress);
  }
};

TEST(TreeInTreeOut, HoldsForAnyHome) {
  const bool holds = rc::check([] {
    Computers computers;
    computers.source.add_account("ann", 1000);
    computers.source.accounts().create_group({"staff2", 50, {}});
    computers.destination.accounts().create_group({"staff2", 70, {}});
    const bool is_uid_taken = *rc::gen::arbitrary<bool>();
    if (is_uid_taken) computers.destination.add_account("bob", 1000);
    const int count = *rc::gen::inRange(0, 40);
    std::vector<Step> steps;
    for (int i = 0; i < count; ++i) steps.push_back(generate_step());
    for (const Step& step : steps) make(computers.source.files(), step);
    for (const Step& step : steps) decorate(computers.source.files(), step);

    computers.capture();
    const load::LoadReport first = computers.restore();
    const std::uint32_t ann = is_uid_taken ? 1001 : 1000;
    const auto wanted = describe(computers.source.files(), {{1000, ann}, {50, 70}});
    RC_ASSERT(describe(computers.destination.files(), {}) == wanted);
    RC_ASSERT(first.findings.errors == 0U);
    RC_ASSERT(first.findings.losses == 0U);
    RC_ASSERT(first.objects == wanted.size());

    computers.clock.advance(std::chrono::hours(1));
    const load::LoadReport second = computers.restore();
    RC_ASSERT(describe(computers.destination.files(), {}) == wanted);
    RC_ASSERT(second.written == 0U);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace rehome
