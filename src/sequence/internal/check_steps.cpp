// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "base/core/words.h"
#include "sequence/internal/check.h"
#include "sequence/internal/planned_step.h"
#include "sequence/variables.h"

namespace rehome::sequence {

namespace {

class StepCheck {
 public:
  StepCheck(const Sequence& sequence, SourceText& source) : sequence_(sequence), source_(source) {}

  void run() {
    for (const PlannedStep& planned : steps_in_order(sequence_)) {
      if (planned.is_disabled()) continue;
      std::visit([&](const auto& action) { meet(action, planned); }, planned.step->action);
      remember_variables(planned);
    }
    check_end();
  }

 private:
  void meet(const RunStateStep& action, const PlannedStep& planned) {
    switch (action.step) {
      case StateStep::request_state_store:
        return meet_request(action, planned);
      case StateStep::capture_user_state:
        return meet_capture(planned);
      case StateStep::restore_user_state:
        return meet_restore(planned);
      case StateStep::release_state_store:
        return meet_release(planned);
    }
  }

  /// C-T16.
  void meet_request(const RunStateStep& action, const PlannedStep& planned) {
    if (request_ != nullptr) {
      source_.error(place(planned),
                    "the state store that was requested before is not released yet: put a "
                    "release-state-store between them");
    }
    request_ = planned.step;
    is_requested_for_restore_ = action.for_restore;
  }

  void meet_capture(const PlannedStep& planned) {
    check_store(planned, "capture");
    const std::optional<std::string> links = value("_OSDMigrateUseHardlinks", planned);
    if (request_ != nullptr && links && same_word(*links, "true")) {  // S10
      source_.error(place(planned),
                    "hard links and a state migration point do not go together: a state that is "
                    "requested from the site is sent there; use OSDStateStorePath without a request");
    }
    if (planned.step->header.continue_on_error) unsafe_capture_ = planned.step;
    has_captured_ = true;
  }

  void meet_restore(const PlannedStep& planned) {
    check_store(planned, "restore");
    if (!value("OSDMigrateLocalAccounts", planned)) {  // C-T9, P-39
      source_.warning(place(planned),
                      "accounts that are made are locked, since nobody says OSDMigrateLocalAccounts: "
                      "set it to true, with a password, or to false if that is meant");
    }
    restore_ = planned.step;
  }

  void meet_release(const PlannedStep& planned) {
    if (request_ == nullptr) source_.error(place(planned), "nothing is requested that could be released");
    request_ = nullptr;
  }

  /// C-T15.
  void check_store(const PlannedStep& planned, std::string_view purpose) {
    if (request_ != nullptr) {
      if (is_requested_for_restore_ != (purpose == "restore")) {
        source_.error(place(planned), fmt::format("the state store is requested for the {}",
                                                  is_requested_for_restore_ ? "restore" : "capture"));
      }
      return;
    }
    const std::optional<std::string> path = value("OSDStateStorePath", planned);
    if (!path) {
      source_.error(place(planned), fmt::format("there is no place for the {}: request a state store before, or set "
                                                "OSDStateStorePath to a folder",
                                                purpose));
    } else if (path->find_first_not_of('/') == std::string::npos) {
      source_.error(place(planned), "OSDStateStorePath is a folder, never the root of a volume");
    }
  }

  /// P-21, C-T22, P-23.
  void meet(const WipeVolume& /*wipe*/, const PlannedStep& planned) {
    if (!has_captured_) {
      source_.error(place(planned), "nothing is captured before this wipe: the wipe guard would refuse it");
    }
    if (unsafe_capture_ != nullptr) {
      source_.error(unsafe_capture_->header.place,
                    "a failed capture must not be followed by a wipe: take continue-on-error away");
    }
    if (other_root_ == nullptr) {
      source_.error(place(planned), "a system cannot wipe itself: enter-other-root belongs before this step");
    }
    wiped_ = planned.step;
  }

  void meet(const ApplyImage& /*apply*/, const PlannedStep& planned) {
    if (other_root_ == nullptr) {
      source_.error(place(planned), "a system cannot replace itself: enter-other-root belongs before this step");
    }
    wiped_ = nullptr;
  }

  void meet(const RunHook& /*hook*/, const PlannedStep& /*planned*/) { wiped_ = nullptr; }
  void meet(const RunCommand& command, const PlannedStep& planned) {
    if (!command.words.front().text.starts_with('/') && !command.words.front().text.starts_with('%')) {
      source_.error(command.words.front().place, "a program is named by its absolute path");
    }
    if (planned.step->retries > 0 && command.once)
      source_.error(place(planned), "once and retries contradict each other");
  }
  void meet(const Restart& /*restart*/, const PlannedStep& /*planned*/) {
    other_root_ = nullptr;
    restore_ = nullptr;
  }
  void meet(const EnterOtherRoot& /*root*/, const PlannedStep& planned) {
    if (other_root_ != nullptr) source_.error(place(planned), "the other root is entered already");
    other_root_ = planned.step;
  }
  void meet(const SetVariables& /*set*/, const PlannedStep& /*planned*/) {}

  void check_end() {
    if (request_ != nullptr) {
      source_.error(request_->header.place,
                    "this request has no release-state-store: the site would wait for it, and "
                    "its place stay taken");
    }
    if (wiped_ != nullptr) {
      source_.error(wiped_->header.place,
                    "nothing is put in the place of what is wiped: apply-image or run-hook "
                    "belongs after this step");
    }
    if (other_root_ != nullptr) {
      source_.warning(other_root_->header.place, "no restart follows: the computer stays in the other root");
    }
    if (restore_ != nullptr) {  // C-T17
      source_.warning(restore_->header.place, "a restart belongs after a restore, so that everything takes effect");
    }
  }

  static Place place(const PlannedStep& planned) { return planned.step->header.place; }

  /// What the variable has when the step runs, as far as the file tells.
  std::optional<std::string> value(std::string_view variable, const PlannedStep& planned) const {
    if (const Text* text = planned.assigned(variable)) return text->text;
    if (const Text* text = find_assigned(set_, variable)) return text->text;
    if (const Text* text = find_assigned(sequence_.variables, variable)) return text->text;
    for (const Text& needed : sequence_.needs) {
      if (same_word(needed.text, variable)) return "%" + needed.text + "%";
    }
    return std::nullopt;
  }

  void remember_variables(const PlannedStep& planned) {
    if (!std::holds_alternative<SetVariables>(planned.step->action)) return;
    const std::vector<Assignment>& more = planned.step->header.variables;
    set_.insert(set_.end(), more.begin(), more.end());
  }

  const Sequence& sequence_;
  SourceText& source_;
  const Step* request_ = nullptr;  // that is not released yet
  bool is_requested_for_restore_ = false;
  bool has_captured_ = false;
  const Step* unsafe_capture_ = nullptr;
  const Step* other_root_ = nullptr;  // that leads out of the system
  const Step* wiped_ = nullptr;
  const Step* restore_ = nullptr;  // that no restart follows yet
  std::vector<Assignment> set_;    // by steps before
};

}  // namespace

void check_steps(const Sequence& sequence, SourceText& source) { StepCheck(sequence, source).run(); }

}  // namespace rehome::sequence
