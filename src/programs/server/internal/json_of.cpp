// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/json_of.h"

#include <optional>
#include <utility>

namespace rehome::server {
namespace {

using server::json_of;  // the forms of the header beside those below

template <typename T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json json_of(const site::Claim& claim) {
  return Json::Object{{"association", claim.association},
                      {"destination", claim.destination},
                      {"destination_name", claim.destination_name},
                      {"state", name_of(claim.state)},
                      {"changed", claim.changed}};
}

Json json_of(const site::CapturedAccount& account) {
  return Json::Object{{"number", account.number},
                      {"name", account.name},
                      {"uid", optional_json(account.uid)},
                      {"sid", optional_json(account.sid)}};
}

Json json_of(const site::LeaseInfo& lease) {
  return Json::Object{
      {"id", lease.id},           {"computer", lease.computer}, {"purpose", lease.restore ? "restore" : "capture"},
      {"created", lease.created}, {"expires", lease.expires},   {"phase", lease.phase},
      {"objects", lease.objects}, {"bytes", lease.bytes},       {"expected_bytes", lease.expected_bytes}};
}

Json json_of(const site::SkippedStore& skipped) {
  return Json::Object{{"store", skipped.store}, {"reason", skipped.reason}, {"failed", !skipped.failure.empty()}};
}

Json json_of(const site::LeftOver& left) {
  return Json::Object{{"vault", left.vault}, {"captures", json_of(left.captures)}, {"until", left.until}};
}

Json json_of(const site::BadLine& bad) { return Json::Object{{"line", bad.line}, {"message", bad.message}}; }

/// After the forms above, which it must see.
template <typename Items>
Json list_of(const Items& items) {
  Json::List list;
  for (const auto& item : items) list.push_back(json_of(item));
  return list;
}

}  // namespace

Json json_of(const std::vector<std::string>& texts) { return Json::List(texts.begin(), texts.end()); }

Json json_of(const site::Account& account) {
  return Json::Object{{"user", account.user}, {"role", name_of(account.role)}, {"may_recover", account.may_recover}};
}

Json json_of(const site::ApiToken& token) {
  return Json::Object{{"id", token.id},
                      {"note", token.note},
                      {"user", token.account.user},
                      {"role", token.network_access ? Json() : Json(name_of(token.account.role))},
                      {"may_recover", token.account.may_recover},
                      {"network_access", token.network_access},
                      {"created", token.created},
                      {"expires", token.expires}};
}

Json json_of(const site::AuthorityInfo& authority) {
  return Json::Object{
      {"number", authority.number},      {"fingerprint", authority.fingerprint}, {"trusted", true},
      {"signs", authority.signs},        {"created", authority.created},         {"expires", authority.expires},
      {"computers", authority.computers}};
}

Json json_of(const site::Association& association) {
  return Json::Object{{"id", association.id},
                      {"kind", name_of(association.kind)},
                      {"behaviour", name_of(association.behaviour)},
                      {"site_code", association.site_code},
                      {"source", association.source},
                      {"source_name", association.source_name},
                      {"destination", association.destination},
                      {"destination_name", association.destination_name},
                      {"accounts", json_of(association.accounts)},
                      {"automatic", association.automatic},
                      {"status", name_of(association.status)},
                      {"store", optional_json(association.store)},
                      {"captured", optional_json(association.captured)},
                      {"restored", optional_json(association.restored)},
                      {"store_deleted", optional_json(association.store_deleted)},
                      {"created", association.created},
                      {"deleted", optional_json(association.deleted)}};
}

Json json_of(const site::ImportReport& report) {
  return Json::Object{{"associations", json_of(report.associations)}, {"bad_lines", list_of(report.bad_lines)}};
}

Json json_of(const site::AuditEntry& entry) {
  return Json::Object{{"number", entry.number},   {"time", entry.time}, {"who", entry.who},  {"what", entry.what},
                      {"subject", entry.subject}, {"why", entry.why},   {"hash", entry.hash}};
}

Json json_of(const site::Computer& computer) {
  return Json::Object{{"id", computer.id},
                      {"name", computer.name},
                      {"note", computer.note},
                      {"site_code", computer.site_code},
                      {"operating_system", computer.operating_system},
                      {"agent_version", computer.agent_version},
                      {"enrolled", computer.enrolled},
                      {"fingerprint", optional_json(computer.fingerprint)},
                      {"last_seen", optional_json(computer.last_seen)},
                      {"quota_bytes", optional_json(computer.quota_bytes)},
                      {"created", computer.created}};
}

Json json_of(const site::CycleReport& report) {
  return Json::Object{{"due", json_of(report.due)},
                      {"deleted", json_of(report.deleted)},
                      {"removed", json_of(report.removed)},
                      {"skipped", list_of(report.skipped)},
                      {"left_over", list_of(report.left_over)},
                      {"held_back", report.held_back},
                      {"expired_leases", report.expired_leases},
                      {"purged_associations", report.purged_associations}};
}

Json json_of(const site::Cycle& cycle) {
  const site::CycleReport& report = cycle.report;
  return Json::Object{{"number", cycle.number},
                      {"smp", cycle.point},
                      {"server", cycle.server},
                      {"begun", cycle.begun},
                      {"ended", cycle.ended},
                      {"deleted", json_of(report.deleted)},
                      {"removed", json_of(report.removed)},
                      {"skipped", list_of(report.skipped)},
                      {"left_over", list_of(report.left_over)},
                      {"held_back", report.held_back},
                      {"expired_leases", report.expired_leases},
                      {"purged_associations", report.purged_associations}};
}

Json json_of(const site::Store& store) {
  return Json::Object{{"id", store.id},
                      {"state", name_of(store.state)},
                      {"source", store.source},
                      {"source_name", store.source_name},
                      {"vault", store.vault},
                      {"capture", store.capture},
                      {"smp", store.point},
                      {"folder", store.folder},
                      {"folder_path", store.folder_path},
                      {"estimated_bytes", store.estimated_bytes},
                      {"objects", store.objects},
                      {"bytes", store.bytes},
                      {"errors", store.errors},
                      {"losses", store.losses},
                      {"message", store.message},
                      {"requested", store.requested},
                      {"captured", optional_json(store.captured)},
                      {"abandoned", optional_json(store.abandoned)},
                      {"released", optional_json(store.released)},
                      {"due", optional_json(store.due)},
                      {"deleted", optional_json(store.deleted)},
                      {"claims", list_of(store.claims)},
                      {"accounts", list_of(store.accounts)},
                      {"leases", list_of(store.leases)}};
}

Json json_of(const site::Folder& folder) {
  const site::MinimumFree& free = folder.settings.minimum_free;
  return Json::Object{{"id", folder.id},
                      {"path", folder.settings.path},
                      {"most_clients", folder.settings.most_clients},
                      {"minimum_free", Json::Object{{"amount", free.amount}, {"unit", name_of(free.unit)}}},
                      {"clients", folder.clients},
                      {"reserved_bytes", folder.reserved_bytes},
                      {"problem", optional_json(folder.problem)}};
}

Json json_of(const site::MigrationPoint& point) {
  std::optional<std::string> problem;
  for (const site::Folder& folder : point.folders) {
    if (folder.problem) problem = (problem ? *problem + "; " : "") + "folder " + folder.id + ": " + *folder.problem;
  }
  return Json::Object{{"id", point.id},
                      {"server", point.server},
                      {"restore_only", point.settings.restore_only},
                      {"deletion_delay_minutes", point.settings.deletion_delay_minutes},
                      {"deletion_cycle_minutes", point.settings.deletion_cycle_minutes},
                      {"networks", json_of(point.settings.networks)},
                      {"fallback", point.settings.fallback},
                      {"folders", list_of(point.folders)},
                      {"last_cycle", optional_json(point.last_cycle)},
                      {"problem", optional_json(problem)},
                      {"created", point.created}};
}

Json json_of(const site::Work& work) {
  Json::Object variables;
  for (const auto& [name, value] : work.variables) variables.push_back({name, value});
  return Json::Object{{"id", work.id},
                      {"computer", work.computer},
                      {"steps", json_of(work.steps)},
                      {"variables", std::move(variables)},
                      {"state", name_of(work.state)},
                      {"step", work.step},
                      {"message", work.message},
                      {"created", work.created},
                      {"changed", work.changed}};
}

Json json_of(const site::Settings& settings) {
  return Json::Object{{"network_access", settings.network_access},
                      {"retry_count", settings.retry_count},
                      {"retry_delay_seconds", settings.retry_delay_seconds},
                      {"heartbeat_seconds", settings.heartbeat_seconds},
                      {"lease_seconds", settings.lease_seconds},
                      {"keep_abandoned_seconds", settings.keep_abandoned_seconds},
                      {"keep_deleted_seconds", settings.keep_deleted_seconds}};
}

}  // namespace rehome::server
