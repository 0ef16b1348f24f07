// SPDX-License-Identifier: Apache-2.0
#include "programs/task_sequence/scenarios.h"

#include <algorithm>
#include <array>

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome::task_sequence {

namespace {

/// A value as YAML reads it, whatever it holds; a percent sign is none of a variable.
std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char byte : value) {
    if (byte == '"' || byte == '\\') text += '\\';
    if (byte == '%') text += '%';
    text += byte;
  }
  return text + '"';
}

constexpr std::string_view kReplaceSystem = R"(  - step: enter-other-root
  - { step: wipe-volume, folder: /target }
  - { step: apply-image, image: "/target%IMAGE%", folder: /target }
  - step: run-command
    name: Let the boot loader know the new system
    command: [/usr/sbin/update-grub]
    root: /target
    if: { file: /target/usr/sbin/update-grub }
  - step: restart
)";

constexpr std::string_view kWithAccounts = R"(  OSDMigrateLocalAccounts: "false"
  OSDMigrateAdditionalRestoreOptions: --with-passwords --unlock
)";

constexpr std::string_view kCaptureToSite = R"(  - group: Capture to the site
    steps:
      - { step: request-state-store, for: capture, retries: 2, retry-delay: 30s }
      - step: capture-user-state
      - step: release-state-store
)";

constexpr std::string_view kRestoreFromSite = R"(  - group: Restore from the site
    steps:
      - { step: request-state-store, for: restore, retries: 10, retry-delay: 1m }
      - step: restore-user-state
      - step: release-state-store
)";

constexpr std::string_view kLastRestart = "  - step: restart\n";

std::string refresh(const Answers& answers) {
  return "sequence: Refresh this computer\n"
         "description: The users' files stay on the disk as hard links while the system is replaced.\n"
         "variables:\n"
         "  OSDStateStorePath: /rehome/store\n"
         "  _OSDMigrateUseHardlinks: \"true\"\n" +
         std::string(kWithAccounts) + "  IMAGE: " + quoted(answers.image) + "\nsteps:\n  - step: capture-user-state\n" +
         std::string(kReplaceSystem) +
         "  - step: restore-user-state\n"
         "  - step: run-command\n"
         "    name: Remove the store\n"
         "    command: [\"%_RehomeFolder%/program/run\", store, remove, --whole-store, /rehome/store]\n"
         "    success-codes: [0, 6]  # 6: it is gone, as after a power cut\n"
         "    if: { variable: _SMSTSLastActionRetCode, is: \"0\" }\n" +
         std::string(kLastRestart);
}

std::string refresh_smp(const Answers& answers) {
  return "sequence: Refresh this computer through the site\n"
         "description: The users' files wait at the state migration point while the system is replaced.\n"
         "variables:\n" +
         std::string(kWithAccounts) + "  IMAGE: " + quoted(answers.image) + "\nsteps:\n" + std::string(kCaptureToSite) +
         std::string(kReplaceSystem) + std::string(kRestoreFromSite) + std::string(kLastRestart);
}

std::string replace(const Answers& /*answers*/) {
  return "sequence: Replace a computer, the old one's part\n"
         "description: The new computer runs `restore`; both are associated at the site.\nsteps:\n" +
         std::string(kCaptureToSite);
}

std::string capture(const Answers& answers) {
  return "sequence: Capture to a disk\nvariables:\n  OSDStateStorePath: " + quoted(answers.store) +
         "\nsteps:\n  - step: capture-user-state\n";
}

std::string restore(const Answers& /*answers*/) {
  return "sequence: Restore from the site\nvariables:\n" + std::string(kWithAccounts) + "steps:\n" +
         std::string(kRestoreFromSite) + std::string(kLastRestart);
}

constexpr std::array kScenarios = {
    Scenario{"refresh", "replace the system of this computer; the files stay on its disk", false, true, refresh},
    Scenario{"refresh-smp", "replace the system of this computer; the files wait at the site", false, true,
             refresh_smp},
    Scenario{"replace", "the old computer of two: capture to the site", false, false, replace},
    Scenario{"capture", "capture to a folder, on another disk", true, false, capture},
    Scenario{"restore", "restore what waits at the site for this computer", false, false, restore},
};

}  // namespace

std::span<const Scenario> scenarios() { return kScenarios; }

const Scenario& scenario_named(std::string_view name) {
  const auto* found = std::ranges::find(kScenarios, name, &Scenario::name);
  if (found != kScenarios.end()) return *found;
  std::string names;
  for (const Scenario& each : kScenarios) names.append(names.empty() ? "" : ", ").append(each.name);
  throw Error(ErrorCode::invalid_argument, "there is no scenario " + printable(name) + "; there are " + names);
}

}  // namespace rehome::task_sequence
