// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/metrics.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace rehome::server {
namespace {

/// Others are hostile text, of which there may be any number.
constexpr std::array kMethods = {"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"};

std::string head_of(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

std::string single(std::string_view name, std::string_view type, std::string_view help, double value) {
  return head_of(name, type, help) + fmt::format("{} {}\n", name, value);
}

}  // namespace

void Metrics::count(const http::Finished& finished) {
  const bool is_known = std::ranges::find(kMethods, finished.method) != kMethods.end();
  auto counters = counters_.lock();
  ++counters->requests[{is_known ? std::string(finished.method) : "other", finished.status}];
  counters->received_bytes += finished.received_bytes;
  counters->sent_bytes += finished.sent_bytes;
  counters->cut += finished.complete ? 0 : 1;
  counters->seconds += std::chrono::duration<double>(finished.duration).count();
}

std::string Metrics::text(const std::vector<Gauge>& gauges) {
  const Counters now = *counters_.lock();
  std::string text = head_of("rehome_http_requests_total", "counter", "Requests answered, by method and status.");
  for (const auto& [key, count] : now.requests) {
    text += fmt::format("rehome_http_requests_total{{method=\"{}\",status=\"{}\"}} {}\n", key.first, key.second, count);
  }
  text += single("rehome_http_request_seconds_total", "counter", "Time spent on requests.", now.seconds);
  text += single("rehome_http_received_bytes_total", "counter", "Bytes of request bodies.",
                 static_cast<double>(now.received_bytes));
  text += single("rehome_http_sent_bytes_total", "counter", "Bytes of responses.", static_cast<double>(now.sent_bytes));
  text += single("rehome_http_cut_total", "counter", "Responses that did not reach their client whole.",
                 static_cast<double>(now.cut));
  for (const Gauge& gauge : gauges) text += single(gauge.name, "gauge", gauge.help, gauge.value);
  return text;
}

}  // namespace rehome::server
