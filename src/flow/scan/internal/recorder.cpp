// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/recorder.h"

#include <utility>

namespace rehome::scan {

void Recorder::record(Object object) {
  progress_.account.store(object.location.account, std::memory_order_relaxed);
  sink_.record(std::move(object));
  progress_.objects.fetch_add(1, std::memory_order_relaxed);
}

void Recorder::report(FindingKind kind, AccountNumber account, MachinePath path, std::string message) {
  sink_.record(Finding{kind, account, std::move(path), std::move(message)});
}

void Recorder::report_failure(AccountNumber account, MachinePath path, const Error& error) {
  const bool gone = error.code() == ErrorCode::not_found;
  report(gone ? FindingKind::vanished : FindingKind::unreadable, account, std::move(path), error.what());
}

void Recorder::check_stop() const {
  if (progress_.cancelled || pool_.stopping())
    throw Error(ErrorCode::cancelled, "the capture was stopped; the same command goes on where it was");
}

}  // namespace rehome::scan
