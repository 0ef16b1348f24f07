// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/survey.h"

#include "flow/load/internal/cancellation.h"
#include "flow/load/internal/user_dirs_search.h"
#include "model/object.h"

namespace rehome::load {

std::vector<AccountNumber> numbers_of(const AccountMapping& mapping) {
  std::vector<AccountNumber> numbers;
  numbers.reserve(mapping.restored.size() + 1);
  for (const RestoredAccount& account : mapping.restored) numbers.push_back(account.number);
  numbers.push_back(kSystemAccount);
  return numbers;
}

Totals survey(const CapturedState& state, const AccountMapping& mapping, const Progress& progress) {
  Totals totals;
  NeedsCounter counter;
  UserDirsSearch settings(mapping);
  NoFindings silent;
  state.visit(numbers_of(mapping), silent, [&](const Object& object) {
    stop_if_cancelled(progress);
    ++totals.objects;
    totals.known_folders.emplace(object.location.account, object.location.anchor);
    totals.needs += counter.count(object);
    if (object.kind == NodeKind::file && (object.link_group == 0 || object.leads_link_group)) {
      totals.content_bytes += data_bytes(object);  // for the display only: may wrap
    }
    settings.look_at(object);
  });
  for (auto accounts = settings.start_again(); !accounts.empty(); accounts = settings.start_again()) {
    state.visit(accounts, silent, [&](const Object& object) {
      stop_if_cancelled(progress);
      settings.look_at(object);
    });
  }
  totals.user_dirs = read_user_dirs(state, settings.found());
  return totals;
}

}  // namespace rehome::load
