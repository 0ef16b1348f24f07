// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/deployment_record.h"

#include <algorithm>
#include <filesystem>

#include <climits>

#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/site_client/site_call.h"

namespace rehome::agent {

namespace {

constexpr const char* kFileName = "deployments.json";
constexpr const char* kFolders = "/deployments/";
constexpr std::size_t kMostAccepted = 10'000;
constexpr std::size_t kKeptFolders = 20;

Json to_json(const DeploymentRecord& record) {
  Json::List accepted;
  for (const AcceptedDeployment& one : record.accepted) {
    accepted.push_back(Json::Object{{"id", one.id}, {"until", one.until}});
  }
  Json current;
  if (record.current) {
    const CurrentDeployment& it = *record.current;
    current = Json::Object{{"id", it.id},
                           {"end", it.end},
                           {"step", it.step},
                           {"message", it.message},
                           {"starts", it.starts},
                           {"cancelled", it.is_cancelled},
                           {"steps_done", it.steps_done},
                           {"sent_bytes", it.sent_bytes}};
  }
  return Json::Object{{"accepted", std::move(accepted)}, {"current", std::move(current)}};
}

CurrentDeployment current_of(JsonFields& fields) {
  return {.id = site_client::read_vault_id(fields, "id"),
          .end = fields.text("end", site_client::kLongestName),
          .step = fields.text("step", site_client::kLongestText),
          .message = fields.text("message", site_client::kLongestText),
          .is_cancelled = fields.boolean("cancelled"),
          .starts = static_cast<int>(fields.integer("starts", 0, INT_MAX)),
          .steps_done = static_cast<std::size_t>(fields.integer("steps_done", 0, INT64_MAX)),
          .sent_bytes = static_cast<std::uint64_t>(fields.integer("sent_bytes", 0, INT64_MAX))};
}

DeploymentRecord record_of(JsonFields& fields) {
  DeploymentRecord record;
  for (JsonFields& item : fields.objects("accepted", kMostAccepted)) {
    record.accepted.push_back(
        {.id = site_client::read_vault_id(item, "id"), .until = item.integer("until", 0, INT64_MAX)});
  }
  if (auto current = fields.optional_object("current")) record.current = current_of(*current);
  return record;
}

}  // namespace

DeploymentRecord load_deployments(AgentFolder& folder) {
  const std::optional<std::string> text = folder.read(kFileName);
  if (!text) return {};
  try {
    const Json json = parse_json(*text, kFileName, {.bytes = std::size_t{4} << 20});
    JsonFields fields(json, "deployments");
    return record_of(fields);
  } catch (Error& error) {
    error.add_context("while reading " + printable(folder.path()) + "/" + kFileName);
    throw;
  }
}

void save_deployments(AgentFolder& folder, const DeploymentRecord& record) {
  folder.write(kFileName, to_text(to_json(record), {.indent = 1}));
}

bool was_accepted(const DeploymentRecord& record, const std::string& id) {
  return std::ranges::find(record.accepted, id, &AcceptedDeployment::id) != record.accepted.end();
}

void accept(DeploymentRecord& record, const AcceptedDeployment& deployment, std::int64_t now) {
  if (record.accepted.size() >= kMostAccepted) {
    const auto over = std::ranges::find_if(record.accepted, [&](const auto& one) { return one.until < now; });
    if (over == record.accepted.end()) {
      throw Error(ErrorCode::limit_exceeded, "this computer has accepted too many deployments whose time is not over");
    }
    record.accepted.erase(over);
  }
  record.accepted.push_back(deployment);
}

AgentFolder open_deployment_folder(const std::string& sequences, const std::string& id) {
  return AgentFolder::open_or_make(sequences + kFolders + id);
}

void tidy_deployment_folders(const std::string& sequences, const DeploymentRecord& record) {
  if (record.accepted.size() <= kKeptFolders) return;
  const std::size_t old = record.accepted.size() - kKeptFolders;
  for (std::size_t i = old - std::min(old, kKeptFolders); i < old; ++i) {
    std::error_code ignored;  // tried again after the next one
    std::filesystem::remove_all(sequences + kFolders + record.accepted[i].id, ignored);
  }
}

}  // namespace rehome::agent
