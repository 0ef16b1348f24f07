// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/housekeeping.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "base/core/error.h"
#include "programs/server/internal/deployment_events.h"
#include "programs/server/internal/json_of.h"
#include "site/audit.h"
#include "site/deletion.h"
#include "site/deployment_reports.h"
#include "site/requests.h"

namespace rehome::server {
namespace {

constexpr std::chrono::milliseconds kTick{250};
constexpr int kTicksBetweenRounds = 40;

}  // namespace

Housekeeping::Housekeeping(const site::Site& site, http::EventHub& events, std::function<void(std::string_view)> log,
                           std::function<void()> note_writes)
    : site_(site),
      events_(events),
      log_(std::move(log)),
      note_writes_(std::move(note_writes)),
      told_(site::last_audit_number(site)) {
  pool_.submit([this] { keep(); });
}

void Housekeeping::stop() {
  state_.lock()->is_stopping = true;
  pool_.finish();
}

void Housekeeping::keep() {
  attempt("going on with deletions", [&] { log_failures(site::finish_deletions(site_)); });
  for (int tick = 0;; ++tick) {
    const State state = std::exchange(*state_.lock(), State{});
    if (state.is_stopping) {
      state_.lock()->is_stopping = true;
      return;
    }
    attempt("telling the news", [&] { tell_news(); });
    if (tick % kTicksBetweenRounds == 0) {
      attempt("noting what was written", note_writes_);
      attempt("ending leases", [&] { site::expire_leases(site_); });
      attempt("ending deployments", [&] { expire_deployments(); });
    }
    if (state.is_woken || tick % kTicksBetweenRounds == 0) {
      attempt("deleting stores", [&] { run_due_cycles(state.is_woken); });
    }
    std::this_thread::sleep_for(kTick);
  }
}

void Housekeeping::attempt(std::string_view what, const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    if (log_) log_(std::string(what) + " failed: " + error.what());
  }
}

void Housekeeping::tell_news() {
  // Also while nobody listens: who comes back hears what it missed.
  for (const site::AuditEntry& entry : site::read_audit(site_, told_, site::kLargestPage)) {
    events_.publish("audit", to_text(json_of(entry)));
    told_ = entry.number;
  }
}

void Housekeeping::expire_deployments() {
  for (const site::ExpiredDeployment& expired : site::expire_deployments(site_)) {
    publish_deployment(events_, expired.deployment, expired.target);
  }
}

void Housekeeping::run_due_cycles(bool all) {
  std::vector<std::string> points = site::points_with_cycle_due(site_);
  if (all) {
    points.clear();
    for (const site::MigrationPoint& point : site::list_migration_points(site_)) points.push_back(point.id);
  }
  for (const std::string& point : points) {
    attempt("the deletion cycle of " + point, [&] { log_failures(site::run_deletion_cycle(site_, point)); });
  }
}

void Housekeeping::log_failures(const site::CycleReport& report) {
  for (const site::SkippedStore& store : report.skipped) {
    if (log_ && !store.failure.empty()) log_("deleting store " + store.store + " failed: " + store.failure);
  }
}

}  // namespace rehome::server
