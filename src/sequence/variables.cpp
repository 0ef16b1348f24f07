// SPDX-License-Identifier: Apache-2.0
#include "sequence/variables.h"

#include <algorithm>
#include <array>

#include "base/core/words.h"

namespace rehome::sequence {

namespace {

using enum VariableUse;

constexpr std::array kKnown = {
    KnownVariable{"OSDStateSMPRetryCount"},
    KnownVariable{"OSDStateSMPRetryTime"},
    KnownVariable{"OSDStateFallbackToNAA"},
    KnownVariable{"OSDStateStorePath"},
    KnownVariable{"_OSDMigrateUseHardlinks"},
    KnownVariable{"_OSDMigrateOfflineUserState"},
    KnownVariable{"OSDMigrateFileAccess"},
    KnownVariable{"OSDMigrateContinueOnLockedFiles"},
    KnownVariable{"OSDMigrateAdditionalCaptureOptions"},
    KnownVariable{"OSDMigrateLocalAccounts"},
    KnownVariable{"OSDMigrateLocalAccountPassword", step, true},
    KnownVariable{"OSDMigrateContinueOnRestore"},
    KnownVariable{"OSDMigrateAdditionalRestoreOptions"},
    KnownVariable{"OSDMigrateMode"},
    KnownVariable{"OSDMigrateConfigFiles"},
    KnownVariable{"OSDMigrateEnableVerboseLogging"},
    // The engine is this very program, and Linux has no encrypted files of the kind that is meant.
    KnownVariable{"_OSDMigrateUsmtPackageID", no_effect},
    KnownVariable{"_OSDMigrateUsmtRestorePackageID", no_effect},
    KnownVariable{"OSDMigrateSkipEncryptedFiles", no_effect},
    // C-T27: what travels beside user state.
    KnownVariable{"OSDComputerName", carried},
    KnownVariable{"OSDMigrateComputerName", carried},
    KnownVariable{"OSDMigrateRegistrationInfo", carried},
    KnownVariable{"OSDMigrateTimeZone", carried},
    KnownVariable{"OSDTimeZone", carried},
    KnownVariable{"OSDMigrateNetworkMembership", carried},
    KnownVariable{"OSDMigrateAdapterSettings", carried},
    KnownVariable{"_SMSTSPackageName", engine},
    KnownVariable{"_SMSTSMachineName", engine},
    KnownVariable{"_SMSTSInWinPE", engine},
    KnownVariable{"_SMSTSCurrentActionName", engine},
    KnownVariable{"_SMSTSLastActionRetCode", engine},
    KnownVariable{"_SMSTSLastActionSucceeded", engine},
    KnownVariable{"_SMSTSLogPath", engine},
    KnownVariable{"_RehomeFolder", engine},
};

}  // namespace

std::span<const KnownVariable> known_variables() { return kKnown; }

const KnownVariable* find_known_variable(std::string_view name) {
  const auto found =
      std::ranges::find_if(kKnown, [&](const KnownVariable& known) { return same_word(known.name, name); });
  return found == kKnown.end() ? nullptr : &*found;
}

}  // namespace rehome::sequence
