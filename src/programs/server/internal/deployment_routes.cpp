// SPDX-License-Identifier: Apache-2.0
// Sequences that people deploy to computers. What agents say of them is in agent_deployment_routes.cpp.
#include <algorithm>
#include <array>

#include "base/codec/base64.h"
#include "base/core/error.h"
#include "programs/server/internal/bodies.h"
#include "programs/server/internal/deployment_events.h"
#include "programs/server/internal/deployment_json.h"
#include "programs/server/internal/names.h"
#include "programs/server/internal/route.h"
#include "sequence/deployable.h"
#include "sequence/signature.h"
#include "sequence/signing_key.h"
#include "site/names.h"

namespace rehome::server {
namespace {

constexpr std::uint64_t kMostBodyBytes = std::uint64_t{1} << 20;
constexpr std::int64_t kMostLinesShown = 1000;

sequence::Statement statement_of(const Call& call, const site::NewDeployment& wanted) {
  return {.deployment = wanted.id,
          .site = call.site().info().code,
          .computers = wanted.computers,
          .from = wanted.from,
          .until = wanted.until,
          .text = wanted.text,
          .variables = {wanted.variables.begin(), wanted.variables.end()}};
}

/// Whether whoever deploys made no mistake. Whom to believe is for the agents, which know the signers; the site is not
/// asked.
void check_signature(const Call& call, const site::NewDeployment& wanted) {
  const auto signer = sequence::signer_in(wanted.signer);
  const auto bytes = from_base64(wanted.signature);
  Signature signature{};
  if (!signer || !bytes || bytes->size() != signature.size()) {
    throw Error(ErrorCode::invalid_argument, "the signature or its signer is none");
  }
  std::ranges::copy(bytes->view(), signature.begin());
  if (!sequence::is_signed_by(*signer, statement_of(call, wanted), signature)) {
    throw Error(ErrorCode::refused, "the signature is not of this sequence, its computers and its times");
  }
}

/// No agent would take what is refused here. Gives the deployment the name of its sequence.
void check_sequence(const Call& call, site::NewDeployment& wanted) {
  const sequence::Statement statement = statement_of(call, wanted);
  const auto read = sequence::read_deployed(wanted.file, wanted.text, statement.variables);
  if (has_errors(read.diagnostics)) {
    throw Error(ErrorCode::invalid_argument, sequence::errors_in(read.diagnostics));
  }
  wanted.name = read.sequence.name;
  (void)sequence::canonical_text(statement);  // or it throws
  if (!wanted.signature.empty()) return check_signature(call, wanted);
  if (sequence::needs_signature(read.sequence)) {
    throw Error(ErrorCode::refused,
                "this sequence does more than the state steps, so it has to be signed: deploy it with --signing-key");
  }
}

site::NewDeployment read_deployment(Call& call) {
  JsonBody body(call.request);
  site::NewDeployment wanted{.id = body->text("id", kLongestName),
                             .file = body->text("file", kLongestName),
                             .text = body->text("text", kMostBodyBytes),
                             .from = body->integer("from", 0, INT64_MAX),
                             .until = body->integer("until", 0, INT64_MAX),
                             .signature = body->optional_text("signature", kLongestName).value_or(""),
                             .signer = body->optional_text("signer", kLongestName).value_or("")};
  for (const std::string& name : body->texts("computers", sequence::kMostDeployedComputers, kLongestName)) {
    wanted.computers.push_back(site::computer_named(call.site(), name));
  }
  if (auto fields = body->optional_object("variables")) {
    for (const std::string& name : fields->names(sequence::kMostDeployedVariables)) {
      wanted.variables[name] = fields->text(name, kLongestText);
    }
  }
  body.end();
  return wanted;
}

void tell_all(Call& call, const std::string& id) {
  for (const site::DeploymentTarget& target : site::deployment_targets(call.site(), id)) {
    publish_deployment(call.world.events, id, target);
  }
}

Json::Object described(Call& call, const site::Deployment& deployment) {
  Json::Object answer = *json_of(deployment).object();
  answer.push_back({"computers", json_list_of(site::deployment_targets(call.site(), deployment.id))});
  return answer;
}

http::Response list(Call& call) {
  const auto page = site::list_deployments(call.site(), page_request(call.request));
  return json_response(Json::Object{{"items", json_list_of(page.items)}, {"more", page.more}});
}

http::Response deploy(Call& call) {
  site::NewDeployment wanted = read_deployment(call);
  check_sequence(call, wanted);
  const site::Deployment deployed = site::deploy(call.site(), wanted, call.who());
  tell_all(call, deployed.id);
  return json_response(described(call, deployed), 201);
}

http::Response show(Call& call) {
  return json_response(described(call, site::deployment(call.site(), call.arguments[0])));
}

http::Response show_computer(Call& call) {
  const std::string &id = call.arguments[0], &computer = call.arguments[1];
  Json::Object answer = *json_of(site::deployment_target(call.site(), id, computer)).object();
  answer.push_back({"steps", json_list_of(site::reported_steps(call.site(), id, computer))});
  answer.push_back({"log", json_list_of(site::deployment_lines(call.site(), id, computer, kMostLinesShown))});
  return json_response(std::move(answer));
}

http::Response cancel(Call& call) {
  const std::string& id = call.arguments[0];
  const std::string computer = query_computer(call, "computer").value_or("");
  const site::Deployment cancelled = site::cancel_deployment(call.site(), id, computer, call.who());
  tell_all(call, id);
  return json_response(described(call, cancelled));
}

}  // namespace

RouteTable deployment_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/deployments", Who::site_operator, list},
      Route{"POST", "/api/v1/deployments", Who::administrator, deploy, kMostBodyBytes},
      Route{"GET", "/api/v1/deployments/{deployment}", Who::site_operator, show},
      Route{"DELETE", "/api/v1/deployments/{deployment}", Who::administrator, cancel},
      Route{"GET", "/api/v1/deployments/{deployment}/computers/{computer}", Who::site_operator, show_computer},
  };
  return kRoutes;
}

}  // namespace rehome::server
