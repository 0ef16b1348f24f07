// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/internal/captured.h"

#include <algorithm>
#include <set>

#include "base/core/error.h"
#include "programs/command/reporter.h"
#include "programs/migration/findings.h"

namespace rehome::volume {

namespace {

std::vector<AccountNumber> all_numbers(const CaptureInfo& info) {
  std::vector<AccountNumber> numbers = {kSystemAccount};
  for (const CapturedAccount& account : info.accounts) numbers.push_back(account.number);
  return numbers;
}

/// The members of a group of names have no content of their own: they are what their leader is, which comes first.
class LinkKinds {
 public:
  explicit LinkKinds(StoreKind kind) : kind_(kind) {}
  bool is_linked(const Object& object) {
    if (kind_ != StoreKind::hard_link || object.kind != NodeKind::file) return false;
    if (object.link_group != 0 && !object.leads_link_group) return linked_.contains(group_of(object));
    const bool is = object.piece_hashes.empty() && data_bytes(object) > 0;
    if (is && object.leads_link_group) linked_.insert(group_of(object));
    return is;
  }

 private:
  using Group = std::pair<AccountNumber, std::uint64_t>;
  static Group group_of(const Object& object) { return {object.location.account, object.link_group}; }
  StoreKind kind_;
  std::set<Group> linked_;
};

void add_damage(sequence::StoreFacts& store, std::string text) {
  ++store.damage_count;
  if (store.damages.size() < kMostListedDamages) store.damages.push_back(std::move(text));
}

void add_error(Captured& captured, const Finding& finding) {
  if (level_of(finding.kind) != FindingLevel::error) return;
  if (captured.errors.size() >= kMostListedErrors) {
    ++captured.more_errors;
    return;
  }
  captured.errors.push_back({.path = finding.path, .message = finding.message});
}

void read_catalog(const CapturedState& state, Captured& captured, sequence::StoreFacts& store) {
  const CaptureInfo& info = state.info();
  captured.capture = info.capture_id;
  captured.kind = info.kind;
  captured.accounts = info.accounts;
  captured.rules = info.rules;
  store.has_rules = info.rules.has_value();
  const std::vector<AccountNumber> numbers = all_numbers(info);
  for (const Finding& finding : state.findings(numbers)) add_error(captured, finding);
  cli::FindingList damages;
  LinkKinds links(info.kind);
  state.visit(numbers, damages,
              [&](const Object& object) { captured.objects.add(object, links.is_linked(object)); });
  captured.objects.finish();
  for (const Finding& damage : damages.kept()) add_damage(store, damage.path + " (" + damage.message + ")");
}

void verify(store::Vault& vault, const std::string& capture, sequence::StoreFacts& store, cli::Context& context) {
  Progress progress;
  const cli::Reporter reporter(context, progress, "verifying", {});
  const store::VerifyReport report = vault.verify(capture, false, progress);
  for (const store::Damage& damage : report.damages) {
    add_damage(store, damage.path.empty() ? damage.what : damage.path + " (" + damage.what + ")");
  }
  store.is_verified = true;
}

}  // namespace

void note_slots(const store::VaultInfo& info, sequence::StoreFacts& store) {
  store.encrypted = info.encrypted;
  const auto has = [&](const char* type) {
    return std::ranges::find(info.slots, type, &store::KeySlotInfo::type) != info.slots.end();
  };
  store.has_recovery_slot = has("recovery key");
  store.has_passphrase_slot = has("passphrase");
}

Captured look_into_store(store::Vault& vault, const std::string& capture, sequence::StoreFacts& store,
                         cli::Context& context) {
  Captured captured;
  captured.vault = vault.info().vault_id;
  note_slots(vault.info(), store);
  try {
    read_catalog(*vault.open_capture(capture), captured, store);
    verify(vault, captured.capture, store, context);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    store.problem = error.what();
  }
  return captured;
}

}  // namespace rehome::volume
