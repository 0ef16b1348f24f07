// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps a lease while a capture or restore runs: tells the site how far it is, and stops the work when the lease is
// lost, because then nobody guards the vault for it any more. Works on a thread of its own until it is destroyed.

#include <chrono>
#include <string>

#include "base/core/locked.h"
#include "base/core/worker_pool.h"
#include "flow/transport/http_client.h"
#include "programs/agent/agent_log.h"
#include "programs/migration/work.h"
#include "programs/site_client/state_store.h"

namespace rehome::agent {

class LeaseKeeper {
 public:
  struct Lease {
    std::string id;
    std::chrono::seconds heartbeat{};
    std::chrono::seconds lasts{};
    std::string phase;  // "capturing"
  };
  LeaseKeeper(transport::HttpClientOptions site, Lease lease, cli::Work& work, AgentLog& log);
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  /// Throws Error(cancelled) with the cause where the lease was lost: the step may be run again.
  void check() const;

 private:
  struct State {
    bool ended = false;
    std::string loss;  // why, when it is lost
  };
  void keep();
  bool is_ended() const { return state_.lock()->ended; }
  void beat(std::chrono::steady_clock::time_point& good_until);
  void lose(const std::string& why);

  Lease lease_;
  cli::Work& work_;
  AgentLog& log_;
  mutable Locked<State> state_;
  transport::HttpClient client_;
  WorkerPool pool_;
};

}  // namespace rehome::agent
