// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the steps of a sequence do on this computer. Each is a process of its own, most of them of this program (`rehome
// step …`, `rehome volume …`): so a step can take too long, be stopped, or die, and a person can do by hand what it
// did. What they say goes to the journal. For one thread.

#include "base/core/platform/child_process.h"
#include "programs/command/command.h"
#include "programs/task_sequence/protected_folder.h"
#include "sequence/run.h"

namespace rehome::task_sequence {

/// What a sequence will wipe and what it will put there, without disabled steps.
struct WipePlans {
  struct Image {
    const sequence::ApplyImage* apply = nullptr;
    bool may_come_later = false;  // a step of the site's own comes before, and may bring it
  };
  std::vector<const sequence::WipeVolume*> wipes = {};
  std::vector<Image> images = {};
  bool has_own_steps = false;
};

class Actions : public sequence::StepActions {
 public:
  Actions(const sequence::Sequence& sequence, ProtectedFolder& folder, sequence::Journal& journal,
          const cli::Context& context);

  sequence::StepEnd run(const sequence::Action& action, const sequence::Values& values,
                        const std::optional<std::chrono::seconds>& time_limit) override;

 private:
  using TimeLimit = std::optional<std::chrono::seconds>;

  sequence::StepEnd act(const sequence::RunStateStep& step);
  sequence::StepEnd act(const sequence::RunCommand& command);
  sequence::StepEnd act(const sequence::RunHook& hook);
  sequence::StepEnd act(const sequence::EnterOtherRoot& root);
  sequence::StepEnd act(const sequence::WipeVolume& wipe);
  sequence::StepEnd act(const sequence::ApplyImage& apply);

  /// A command of this very program.
  sequence::StepEnd run_own(const std::vector<std::string>& words);
  sequence::StepEnd run_child(const std::vector<std::string>& words, const platform::ChildPlace& place);
  /// What is accepted, and what is wiped for, as far as it can be said before.
  std::vector<std::string> check_options() const;
  /// The name at the top of the volume that a wipe leaves, and in it the proof that it is held to.
  std::vector<std::string> wipe_options() const;

  ProtectedFolder& folder_;
  sequence::Journal& journal_;
  const cli::Context& context_;
  WipePlans plans_;
  const sequence::Values* values_ = nullptr;  // of the step that runs
  TimeLimit time_limit_;
};

}  // namespace rehome::task_sequence
