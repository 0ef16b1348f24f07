// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a store says of the capture to which a volume is held. In: an open store. Out: who and what is in it, and whether
// it can be had. Whatever is wrong with the store is a fact, not an error. For one thread.

#include <string>
#include <vector>

#include "model/capture.h"
#include "programs/command/command.h"
#include "programs/migration/store_access.h"
#include "programs/volume/internal/object_table.h"
#include "sequence/wipe_guard.h"

namespace rehome::volume {

constexpr std::size_t kMostListedErrors = 1000;
constexpr std::size_t kMostListedDamages = 100;

struct Captured {
  std::string vault, capture;
  StoreKind kind = StoreKind::compressed;
  std::vector<CapturedAccount> accounts;
  std::optional<CaptureRules> rules;
  ObjectTable objects;
  std::vector<sequence::ErrorFact> errors;
  std::uint64_t more_errors = 0;
};

/// Reads the catalog of the capture (the newest for ""), and verifies it. Fills the facts of `store` but for those of
/// place and key file. Throws Error only where the user stops it.
Captured look_into_store(store::Vault& vault, const std::string& capture, sequence::StoreFacts& store,
                         cli::Context& context);

/// What the slots say; also of a store that no key opens.
void note_slots(const store::VaultInfo& info, sequence::StoreFacts& store);

}  // namespace rehome::volume
