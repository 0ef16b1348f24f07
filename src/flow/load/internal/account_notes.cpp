// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/account_notes.h"

namespace rehome::load {

namespace {

Finding about(FindingKind kind, const RestoredAccount& account, const std::string& message) {
  const Account& here = account.destination;
  return {kind, account.number, here.home, "the account " + here.name + ": " + message};
}

}  // namespace

void note(Findings& findings, const RestoredAccount& account, const std::string& message) {
  findings.record(about(FindingKind::account, account, message));
}

void note_loss(Findings& findings, const RestoredAccount& account, const std::string& message) {
  findings.record(about(FindingKind::metadata_lost, account, message));
}

}  // namespace rehome::load
