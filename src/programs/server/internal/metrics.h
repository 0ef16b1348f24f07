// SPDX-License-Identifier: Apache-2.0
#pragma once
// Counters of a server, in the text format of Prometheus (0.0.4). Any thread.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/locked.h"
#include "base/http_server/http_server.h"

namespace rehome::server {

class Metrics {
 public:
  void count(const http::Finished& finished);

  struct Gauge {
    std::string_view name;  // "rehome_open_leases"
    std::string_view help;
    double value = 0;
  };
  /// The counters, and what is measured just now.
  std::string text(const std::vector<Gauge>& gauges);

 private:
  struct Counters {
    std::map<std::pair<std::string, int>, std::uint64_t> requests;  // by method and status
    std::uint64_t received_bytes = 0, sent_bytes = 0, cut = 0;
    double seconds = 0;
  };
  Locked<Counters> counters_;
};

}  // namespace rehome::server
