// SPDX-License-Identifier: Apache-2.0
// For those who watch the site: audit log, events, metrics, health.
#include <algorithm>
#include <array>

#include "programs/server/internal/lists.h"
#include "programs/server/internal/route.h"
#include "site/audit.h"
#include "site/requests.h"

namespace rehome::server {
namespace {

http::Response read_audit(Call& call) {
  const std::int64_t after = query_number(call.request, "after", 0);
  const std::int64_t limit = query_limit(call.request);
  site::Page<site::AuditEntry> page{.items = site::read_audit(call.site(), after, limit), .more = false};
  page.more = !page.items.empty() && page.items.back().number < site::last_audit_number(call.site());
  return page_response(page);
}

http::Response listen(Call& call) {
  return {.body = call.world.events.subscribe(call.request.header("last-event-id"))};
}

http::Response show_metrics(Call& call) {
  const std::vector<Metrics::Gauge> gauges = {
      {"rehome_open_leases", "Captures and restores that run.",
       static_cast<double>(site::count_open_leases(call.site()))},
      {"rehome_event_listeners", "Connections that listen to events.",
       static_cast<double>(call.world.events.listeners())},
      {"rehome_audit_entries", "Entries of the audit log.", static_cast<double>(site::last_audit_number(call.site()))},
  };
  return {.headers = {{"Content-Type", "text/plain; version=0.0.4"}}, .body = call.world.metrics.text(gauges)};
}

http::Response show_health(Call& call) {
  call.site().settings();  // or it throws: the records cannot be read
  return json_response(Json::Object{{"status", "ok"}});
}

}  // namespace

RouteTable watching_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/audit", Who::administrator, read_audit},
      Route{"GET", "/api/v1/events", Who::viewer, listen},
      Route{"GET", "/metrics", Who::watcher, show_metrics},
      Route{"GET", "/healthz", Who::anyone, show_health},
  };
  return kRoutes;
}

}  // namespace rehome::server
