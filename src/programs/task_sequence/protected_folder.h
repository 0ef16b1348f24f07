// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a task sequence keeps, and what a wipe of the volume leaves: one folder at the top of the volume, root's alone.
//
//   state.json           how far the sequence is          program/   this program, to be started as program/run
//   sequence.log         what it said                     agent/     the agent's folder, once the other root is entered
//   step-variables.json  while a step of user state runs  hooks/     programs that run-hook names
//   other-root.img       the initramfs, with its kernel   store/     where sequences put a store of hard links
//
// For one thread; one sequence at a time.

#include <memory>
#include <optional>
#include <string>

#include "programs/command/private_folder.h"
#include "sequence/run_state.h"

namespace rehome::task_sequence {

/// "/rehome"; in the other root the one on the mounted volume.
std::string default_folder();

constexpr const char* kStepVariables = "step-variables.json";

class ProtectedFolder : public cli::PrivateFolder {
 public:
  /// Throws Error(not_found) with the remedy, and Error(refused) where the folder may be used by others.
  static ProtectedFolder open(const std::string& path);
  static ProtectedFolder open_or_make(const std::string& path);

  MachinePath log() const { return path() + "/sequence.log"; }
  MachinePath step_variables() const { return path() + "/" + kStepVariables; }
  MachinePath program() const { return path() + "/program"; }
  MachinePath agent() const { return path() + "/agent"; }
  MachinePath hooks() const { return path() + "/hooks"; }
  MachinePath initramfs() const { return path() + "/other-root.img"; }
  MachinePath kernel() const { return path() + "/other-root.kernel"; }

  /// Held while a sequence runs. Throws Error(busy) while another process holds it.
  std::unique_ptr<FolderLock> lock();

  /// nullopt where no sequence was begun. Throws Error where what is there cannot be read.
  std::optional<sequence::RunState> load();
  void save(const sequence::RunState& state);

  /// Whether the agent's folder was brought along, whole, and not yet given to the agent of the system that runs now.
  bool holds_agent() { return read(kHoldsAgent).has_value(); }
  void note_agent() { write(kHoldsAgent, ""); }
  void forget_agent() { remove(kHoldsAgent); }

 private:
  static constexpr const char* kHoldsAgent = "holds-agent";
  explicit ProtectedFolder(PrivateFolder folder) : PrivateFolder(std::move(folder)) {}
};

}  // namespace rehome::task_sequence
