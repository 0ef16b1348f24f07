// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/step_state.h"

#include <array>

#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/site_client/site_call.h"

namespace rehome::agent {

namespace {

constexpr const char* kFileName = "step.json";
constexpr std::int64_t kLargestCount = INT64_MAX;

constexpr std::array kOutcomes = {std::pair{StepOutcome::none, "none"}, std::pair{StepOutcome::working, "working"},
                                  std::pair{StepOutcome::captured, "captured"},
                                  std::pair{StepOutcome::restored, "restored"},
                                  std::pair{StepOutcome::failed, "failed"}};

StepOutcome outcome_named(const std::string& name) {
  for (const auto& [outcome, text] : kOutcomes) {
    if (name == text) return outcome;
  }
  throw Error(ErrorCode::unsupported_version, "the outcome " + printable(name) + " of a step is not known here");
}

std::uint64_t read_count(JsonFields& fields, std::string_view name) {
  return static_cast<std::uint64_t>(fields.integer(name, 0, kLargestCount));
}

std::vector<site_client::ReleasedAccount> read_accounts(JsonFields& fields) {
  std::vector<site_client::ReleasedAccount> accounts;
  for (JsonFields& item : fields.objects("accounts", site_client::kMostAccounts)) {
    accounts.push_back({.number = static_cast<AccountNumber>(item.integer("number", 0, UINT32_MAX)),
                        .name = item.text("name", site_client::kLongestName),
                        .uid = static_cast<std::uint32_t>(item.integer("uid", 0, UINT32_MAX)),
                        .sid = item.text("sid", site_client::kLongestName)});
  }
  return accounts;
}

StepState read_state(JsonFields& fields) {
  const auto text = [&](std::string_view name) { return fields.text(name, site_client::kLongestText); };
  return {.purpose = site_client::purpose_named(text("purpose")),
          .outcome = outcome_named(text("outcome")),
          .store_path = text("store_path"),
          .lease = text("lease"),
          .store = text("store"),
          .vault = text("vault"),
          .in_place = fields.boolean("in_place"),
          .estimated_bytes = read_count(fields, "estimated_bytes"),
          .network_access_token_file = text("network_access_token_file"),
          .hard_links = fields.boolean("hard_links"),
          .capture = text("capture"),
          .accounts = read_accounts(fields),
          .objects = read_count(fields, "objects"),
          .bytes = read_count(fields, "bytes"),
          .errors = read_count(fields, "errors"),
          .losses = read_count(fields, "losses"),
          .message = text("message")};
}

}  // namespace

std::string_view name_of(StepOutcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)].second; }

Json to_json(const StepState& state) {
  Json::List accounts;
  for (const site_client::ReleasedAccount& account : state.accounts) {
    accounts.push_back(
        Json::Object{{"number", account.number}, {"name", account.name}, {"uid", account.uid}, {"sid", account.sid}});
  }
  return Json::Object{{"purpose", site_client::name_of(state.purpose)},
                      {"outcome", name_of(state.outcome)},
                      {"store_path", state.store_path},
                      {"lease", state.lease},
                      {"store", state.store},
                      {"vault", state.vault},
                      {"in_place", state.in_place},
                      {"estimated_bytes", state.estimated_bytes},
                      {"network_access_token_file", state.network_access_token_file},
                      {"hard_links", state.hard_links},
                      {"capture", state.capture},
                      {"accounts", std::move(accounts)},
                      {"objects", state.objects},
                      {"bytes", state.bytes},
                      {"errors", state.errors},
                      {"losses", state.losses},
                      {"message", state.message}};
}

std::optional<StepState> load_step_state(AgentFolder& folder) {
  const std::optional<std::string> text = folder.read(kFileName);
  if (!text) return std::nullopt;
  try {
    const Json json = parse_json(*text, kFileName);
    JsonFields fields(json, "step");
    return read_state(fields);
  } catch (Error& error) {
    error.add_context("while reading " + printable(folder.path()) + "/" + kFileName);
    throw;
  }
}

void save_step_state(AgentFolder& folder, const StepState& state) {
  folder.write(kFileName, to_text(to_json(state), {.indent = 2}));
}

void forget_step_state(AgentFolder& folder) { folder.remove(kFileName); }

}  // namespace rehome::agent
