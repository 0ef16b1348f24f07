// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/capture_evidence.h"

#include <algorithm>
#include <set>

#include "programs/migration/findings.h"

namespace rehome::cli {

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

void note_slots(const store::VaultInfo& info, CaptureEvidence& evidence) {
  evidence.vault = info.vault_id;
  evidence.encrypted = info.encrypted;
  const auto has = [&](const char* type) {
    return std::ranges::find(info.slots, type, &store::KeySlotInfo::type) != info.slots.end();
  };
  evidence.has_recovery_slot = has("recovery key");
  evidence.has_passphrase_slot = has("passphrase");
  evidence.has_key_file_slot = has("key file");
}

void add_error(CaptureEvidence& evidence, const Finding& finding) {
  if (level_of(finding.kind) != FindingLevel::error) return;
  if (evidence.errors.size() >= kMostKeptErrors) {
    ++evidence.more_errors;
    return;
  }
  evidence.errors.push_back({.path = finding.path, .message = finding.message});
}

}  // namespace

CaptureEvidence read_evidence(store::Vault& vault, const std::string& capture) {
  CaptureEvidence evidence;
  note_slots(vault.info(), evidence);
  const std::unique_ptr<CapturedState> state = vault.open_capture(capture);
  const CaptureInfo& info = state->info();
  evidence.capture = info.capture_id;
  evidence.kind = info.kind;
  evidence.accounts = info.accounts;
  for (CapturedAccount& captured : evidence.accounts) captured.account.password_hash.reset();
  evidence.rules = info.rules;
  const std::vector<AccountNumber> numbers = all_numbers(info);
  for (const Finding& finding : state->findings(numbers)) add_error(evidence, finding);
  FindingList damages;
  LinkKinds links(info.kind);
  state->visit(numbers, damages, [&](const Object& object) { evidence.objects.add(object, links.is_linked(object)); });
  evidence.objects.finish();
  for (const Finding& damage : damages.kept()) evidence.damages.push_back(damage.path + " (" + damage.message + ")");
  return evidence;
}

}  // namespace rehome::cli
