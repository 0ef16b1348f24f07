// SPDX-License-Identifier: Apache-2.0
// `rehome site deploy FILE`: a sequence to computers, signed here if at all: the site never has the key.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "base/codec/base64.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/administration/internal/declarations.h"
#include "programs/administration/internal/deployment_view.h"
#include "programs/administration/internal/moment.h"
#include "programs/administration/internal/signing_key_file.h"
#include "programs/administration/internal/site.h"
#include "programs/command/host.h"
#include "sequence/deployable.h"
#include "sequence/given_values.h"
#include "sequence/signature.h"
#include "sequence/signing_key.h"

namespace rehome::administration {

namespace {

constexpr std::int64_t kUsualWindow = std::int64_t{7} * 86400;

struct CommandLine {
  cli::SiteLogin login;
  std::string file, from, until, signing_key, variables_file;
  std::vector<std::string> computers, groups, assignments;
};

sequence::Values read_variables(const CommandLine& line) {
  Secret file;
  if (!line.variables_file.empty()) file = cli::read_secret_file(line.variables_file);
  return sequence::given_values(as_text(file.view()), printable(line.variables_file), line.assignments);
}

/// Says what is wrong with it, as file:line:column.
void check_sequence(const sequence::ReadSequence& read, bool is_signed, cli::Context& context) {
  for (const Diagnostic& one : read.diagnostics) context.surroundings.err << to_text(one) << "\n";
  if (has_errors(read.diagnostics)) throw cli::Reported{cli::ExitCode::usage};
  if (!is_signed && sequence::needs_signature(read.sequence)) {
    throw Error(ErrorCode::refused,
                "this sequence does more than the state steps, so computers take it only signed: give --signing-key "
                "FILE (`rehome sequence keygen` makes one)");
  }
}

std::string ask_id(Site& site, const char* noun, const std::string& name) {
  if (!site_client::is_path_part(name)) {
    throw Error(ErrorCode::invalid_argument, printable(name) + " is neither an id nor a name");
  }
  const Json record = site.ask({.method = transport::HttpMethod::get, .path = noun + name});
  return JsonFields(record, "computer").text("id", site_client::kLongestName);
}

/// Each once. That groups change later changes nothing.
std::vector<std::string> resolve_computers(Site& site, const CommandLine& line) {
  std::vector<std::string> ids;
  for (const std::string& name : line.computers) ids.push_back(ask_id(site, "/api/v1/computers/", name));
  for (const std::string& name : line.groups) {
    const std::string id = ask_id(site, "/api/v1/groups/", name);
    const Json group = site.ask({.method = transport::HttpMethod::get, .path = "/api/v1/groups/" + id});
    for (JsonFields& member : JsonFields(group, "group").objects("computers", sequence::kMostDeployedComputers)) {
      ids.push_back(member.text("id", site_client::kLongestName));
    }
  }
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  if (ids.empty()) {
    throw Error(ErrorCode::invalid_argument, "nobody gets it: give --computer, or --group with computers in it");
  }
  return ids;
}

Json body_of(const sequence::Statement& statement, const std::string& file, const Secret& key) {
  Json::Object variables;
  for (const auto& [name, value] : statement.variables) variables.push_back({name, value});
  Json::Object body = {{"id", statement.deployment},
                       {"file", file},
                       {"text", statement.text},
                       {"variables", std::move(variables)},
                       {"computers", Json::List(statement.computers.begin(), statement.computers.end())},
                       {"from", statement.from},
                       {"until", statement.until}};
  if (!key.empty()) {
    body.push_back({"signature", to_base64(sequence::sign(statement, key))});
    body.push_back({"signer", sequence::line_of(signer_of(key))});
  }
  return body;
}

cli::ExitCode deploy(const CommandLine& line, cli::Context& context) {
  const Secret key = line.signing_key.empty() ? Secret() : read_signing_key_file(line.signing_key);
  const std::int64_t now = context.surroundings.clock.now().seconds;
  sequence::Statement statement{
      .deployment = random_hex(context.surroundings.random, 16),
      .from = line.from.empty() ? now : parse_moment(line.from, "--from", now),
      .text = cli::read_host_file(line.file, cli::Trust::anyone, sequence::kLargestDeployedText),
      .variables = read_variables(line)};
  statement.until = line.until.empty() ? statement.from + kUsualWindow : parse_moment(line.until, "--until", now);
  check_sequence(sequence::read_deployed(line.file, statement.text, statement.variables), !key.empty(), context);
  Site site(line.login, context);
  const Json described = site.ask({.method = transport::HttpMethod::get, .path = "/api/v1/site"});
  statement.site = JsonFields(described, "site").text("code", site_client::kLongestName);
  statement.computers = resolve_computers(site, line);
  (void)sequence::canonical_text(statement);  // or it throws, unsigned ones too
  const std::string file = line.file.substr(line.file.rfind('/') + 1);
  show_deployment(site.ask({.path = "/api/v1/deployments", .body = body_of(statement, file, key)}), context);
  return cli::ExitCode::success;
}

}  // namespace

void declare_deploy(cli::Arguments& arguments) {
  const auto line = std::make_shared<CommandLine>();
  arguments.required("FILE", line->file, "The sequence");
  arguments.option("--computer", "COMPUTER", line->computers, "Name or id of a computer that is to run it");
  arguments.option("--group", "GROUP", line->groups, "Name or id of a group whose computers are to run it");
  arguments.option("--from", "TIME", line->from, "Not before: 2026-11-22T18:00 or 12h; now without it");
  arguments.option("--until", "TIME", line->until, "Not begun after that; a week after --from without it");
  arguments.option("--signing-key", "FILE", line->signing_key, "Sign it with this key of `rehome sequence keygen`");
  arguments.option("--set", "NAME=VALUE", line->assignments, "A variable of the sequence");
  arguments.option("--variables", "FILE", line->variables_file,
                   "Variables as a JSON object (mode 0600, it may hold secrets)");
  cli::declare_site(arguments, line->login);
  arguments.run([line](cli::Context& context) { return deploy(*line, context); });
}

}  // namespace rehome::administration
