// SPDX-License-Identifier: Apache-2.0
#pragma once
// A destination in memory and a hand-made capture, for the tests of load.

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/machine/memory/memory_machine.h"
#include "flow/load/load.h"
#include "tests/flow/fake_state.h"

namespace rehome::load {

constexpr AccountNumber kAnn = 7;

class LoadTest : public ::testing::Test {
 protected:
  LoadTest() {
    for (const char* shell : {"/bin/bash", "/bin/sh"}) {
      machine_.add_file(shell, "");
      machine_.files().edit(shell, [](Metadata& m) { m.mode = 0755; });
    }
    machine_.accounts().create_group({"root", 0, {}});
    Account root;
    root.name = "root";
    root.kind = AccountKind::service;
    root.home = "/root";
    machine_.accounts().set(root);
    state_.add_account(kAnn, "ann", 1000);
    options_.accounts = {kAnn};
    options_.threads = 2;
  }

  LoadReport run(const Plan* plan = nullptr) { return load(state_, machine_, plan, options_, findings_, progress_); }

  /// The Error that a restore ends with.
  Error run_failing() {
    try {
      run();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "the restore did not fail";
    return Error(ErrorCode::io, "");
  }

  void give_to_ann(const MachinePath& path) {
    machine_.files().edit(path, [](Metadata& m) { m.uid = m.gid = 1000; });
  }
  void mount_for_ann(const MachinePath& path, const VolumeOptions& options = {}) {
    machine_.files().mount(path, options);
    give_to_ann(path);
  }

  NodeInfo at(const MachinePath& path) { return machine_.files().inspect(path); }
  std::string content(const MachinePath& path) { return machine_.files().content_of(path); }
  bool exists(const MachinePath& path) { return machine_.files().exists(path); }

  Account account(const std::string& name) {
    for (const Account& each : machine_.accounts().list()) {
      if (each.name == name) return each;
    }
    ADD_FAILURE() << "there is no account " << name;
    return {};
  }

  Group group(const std::string& name) {
    for (const Group& each : machine_.accounts().groups()) {
      if (each.name == name) return each;
    }
    return {};
  }

  /// Everything about a tree but access and change times, line by line.
  std::vector<std::string> tree(const MachinePath& path) {
    std::vector<std::string> lines;
    for (const MachinePath& each : machine_.files().paths_below(path)) {
      const NodeInfo node = at(each);
      const Metadata& m = node.metadata;
      std::string line = each + " " + std::string(name_of(node.kind)) + " " + std::to_string(node.inode) + " " +
                         std::to_string(node.link_count) + " " + std::to_string(m.mode) + " " + std::to_string(m.uid) +
                         ":" + std::to_string(m.gid) + " " + std::to_string(m.modified.seconds) + "." +
                         std::to_string(m.modified.nanoseconds) + " " + std::to_string(m.flags);
      for (const auto& attribute : m.attributes) line += " " + attribute.name + "=" + to_hex(attribute.value);
      if (node.kind == NodeKind::file) line += " " + content(each);
      if (node.kind == NodeKind::symlink) line += " -> " + machine_.files().target_of(each);
      lines.push_back(line);
    }
    return lines;
  }

  ManualClock clock_;
  MemoryMachine machine_{MachineFlavour::linux, clock_};
  testing::FakeState state_;
  testing::FindingList findings_;
  Progress progress_;
  LoadOptions options_;
};

}  // namespace rehome::load
