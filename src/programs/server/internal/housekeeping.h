// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a site must do without being asked: end leases that are not kept and deployments that nobody began, run deletion
// cycles, and tell listeners what the audit log says. One thread of its own.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/core/locked.h"
#include "base/core/worker_pool.h"
#include "base/http_server/event_hub.h"
#include "site/deletion.h"
#include "site/site.h"

namespace rehome::server {

class Housekeeping {
 public:
  /// `note_writes` tells the records what captures have written.
  Housekeeping(const site::Site& site, http::EventHub& events, std::function<void(std::string_view)> log,
               std::function<void()> note_writes);
  ~Housekeeping() { stop(); }
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

  /// A deletion is due: not only when its time comes.
  void wake() { state_.lock()->is_woken = true; }
  /// Waits for what is running.
  void stop();

 private:
  struct State {
    bool is_woken = false;
    bool is_stopping = false;
  };
  void keep();
  /// Something that fails is reported and tried again later.
  void attempt(std::string_view what, const std::function<void()>& work);
  void tell_news();
  void expire_deployments();
  void run_due_cycles(bool all);
  void log_failures(const site::CycleReport& report);

  const site::Site& site_;
  http::EventHub& events_;
  std::function<void(std::string_view)> log_;
  std::function<void()> note_writes_;
  std::int64_t told_ = 0;  // the last entry of the audit log that listeners know
  Locked<State> state_;
  WorkerPool pool_{{.name = "site-keeper"}};
};

}  // namespace rehome::server
