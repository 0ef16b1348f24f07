// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/lease_keeper.h"

#include <thread>
#include <utility>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/agent/step.h"

namespace rehome::agent {

namespace {

using std::chrono::steady_clock;
constexpr auto kTick = std::chrono::milliseconds(50);

std::string current_user(cli::Work& work) {
  auto names = work.names.lock();
  const auto found = names->find(work.progress.account);
  return found == names->end() ? std::string() : found->second;
}

}  // namespace

LeaseKeeper::LeaseKeeper(transport::HttpClientOptions site, Lease lease, cli::Work& work, AgentLog& log)
    : lease_(std::move(lease)),
      work_(work),
      log_(log),
      client_([&] {
        site.retries = 0;  // the next heartbeat is the retry
        site.stop = [this] { return is_ended(); };
        return std::move(site);
      }()),
      pool_({.name = "lease", .threads = 1, .order = WorkerPool::Order::fifo, .queue_limit = 0}) {
  pool_.submit([this] { keep(); });
}

LeaseKeeper::~LeaseKeeper() { state_.lock()->ended = true; }

void LeaseKeeper::check() const {
  const std::string loss = state_.lock()->loss;
  if (!loss.empty()) {
    throw Error(ErrorCode::cancelled, "the site took the lease away (" + loss + "); the same step goes on");
  }
}

void LeaseKeeper::keep() {
  steady_clock::time_point good_until = steady_clock::now() + lease_.lasts;
  steady_clock::time_point next = steady_clock::now() + lease_.heartbeat;
  while (!is_ended()) {
    std::this_thread::sleep_for(kTick);
    if (steady_clock::now() < next) continue;
    next = steady_clock::now() + lease_.heartbeat;
    beat(good_until);
    if (!state_.lock()->loss.empty()) return;
  }
}

void LeaseKeeper::beat(steady_clock::time_point& good_until) {
  try {
    const std::chrono::seconds lasts = site_client::send_heartbeat(client_, lease_.id,
                                                                   {.phase = lease_.phase,
                                                                    .objects = work_.progress.objects,
                                                                    .bytes = work_.progress.bytes,
                                                                    .expected_bytes = work_.progress.expected_bytes,
                                                                    .user = current_user(work_)});
    good_until = steady_clock::now() + lasts;
  } catch (const Error& error) {
    if (is_ended()) return;
    const std::string why = printable(error.message());
    if (!is_trouble_of_the_site(error.code())) return lose(why);
    log_.say("no heartbeat: " + why);
    if (steady_clock::now() >= good_until) lose("the site was not reached in time: " + why);
  }
}

void LeaseKeeper::lose(const std::string& why) {
  state_.lock()->loss = why;
  work_.progress.cancelled = true;
}

}  // namespace rehome::agent
