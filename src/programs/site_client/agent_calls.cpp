// SPDX-License-Identifier: Apache-2.0
#include "programs/site_client/agent_calls.h"

#include <algorithm>
#include <cstdint>

#include "base/codec/certificate.h"
#include "base/core/error.h"
#include "programs/site_client/site_call.h"

namespace rehome::site_client {

namespace {

constexpr std::int64_t kLongestPollSeconds = 24 * 3600;
constexpr std::int64_t kLongestTokenSeconds = 365 * 24 * 3600;
constexpr std::size_t kLongestToken = 1024;
constexpr std::size_t kMostWork = 100;
constexpr std::size_t kMostSteps = 100;
constexpr std::size_t kMostVariables = 1000;

std::string read_bundle(JsonFields& fields) {
  std::string bundle = fields.text("authorities", kLargestPem);
  split_trust_bundle(bundle);  // or it throws
  return bundle;
}

std::vector<std::pair<std::string, std::string>> read_variables(const Json* variables) {
  std::vector<std::pair<std::string, std::string>> read;
  if (variables == nullptr || variables->is_null()) return read;
  JsonFields fields(*variables, "variables");
  if (variables->object()->size() > kMostVariables) throw Error(ErrorCode::limit_exceeded, "it has too many variables");
  for (const JsonMember& member : *variables->object()) {
    read.emplace_back(member.name, fields.text(member.name, kLongestText));
  }
  return read;
}

std::vector<WorkOrder> read_work(JsonFields& fields) {
  std::vector<WorkOrder> orders;
  for (const Json& item : fields.list("work", kMostWork)) {
    JsonFields order(item, "work");
    orders.push_back({.id = read_site_id(order, "id", 'w'),
                      .steps = order.texts("steps", kMostSteps, kLongestName),
                      .variables = read_variables(item.find("variables"))});
  }
  return orders;
}

std::vector<OfferedDeployment> read_deployments(JsonFields& fields) {
  std::vector<OfferedDeployment> offered;
  if (!fields.has("deployments")) return offered;
  for (JsonFields& item : fields.objects("deployments", kMostWork)) {
    offered.push_back({.id = read_vault_id(item, "id"), .is_running = item.text("state", kLongestName) == "running"});
  }
  return offered;
}

}  // namespace

Enrolment enrol(transport::HttpClient& client, const EnrolmentRequest& request) {
  Json body = Json::Object{{"token", as_text(request.token.view())},
                           {"request", request.request},
                           {"name", request.name},
                           {"operating_system", request.operating_system},
                           {"agent_version", request.agent_version}};
  Enrolment enrolment;
  call(client, {.path = "/api/v1/enrol", .body = std::move(body)}, [&](JsonFields& fields) {
    enrolment.computer = read_site_id(fields, "computer", 'c');
    enrolment.certificate = fields.text("certificate", kLargestPem);
    enrolment.authorities = read_bundle(fields);
    enrolment.site_code = fields.text("site_code", kLongestName);
  });
  return enrolment;
}

Greeting say_hello(transport::HttpClient& client, const Introduction& introduction) {
  Json::List logged_in(introduction.logged_in.begin(), introduction.logged_in.end());
  Json body = Json::Object{
      {"name", introduction.name}, {"agent_version", introduction.agent_version}, {"logged_in", std::move(logged_in)}};
  Greeting greeting;
  call(client, {.path = "/api/v1/agent/hello", .body = std::move(body)}, [&](JsonFields& fields) {
    greeting.site_code = fields.text("site_code", kLongestName);
    greeting.authorities = read_bundle(fields);
    greeting.poll_after = std::chrono::seconds(fields.integer("poll_after_seconds", 1, kLongestPollSeconds));
    greeting.work = read_work(fields);
    greeting.deployments = read_deployments(fields);
  });
  return greeting;
}

std::string state_of_capture(transport::HttpClient& client, const std::string& capture) {
  std::string state;
  call(client, {.method = transport::HttpMethod::get, .path = "/api/v1/agent/captures/" + capture},
       [&](JsonFields& fields) { state = fields.text("state", kLongestName); });
  return state;
}

Wish report_work(transport::HttpClient& client, const std::string& work, const WorkReport& report) {
  std::optional<std::string> state;
  call(client,
       {.path = "/api/v1/agent/work/" + work,
        .body = Json::Object{{"state", report.state}, {"step", report.step}, {"message", report.message}}},
       [&](JsonFields& fields) { state = fields.optional_text("state", kLongestName); });
  return state == "cancelled" ? Wish::stop : Wish::go_on;
}

RenewedCertificate renew_certificate(transport::HttpClient& client, const std::string& request) {
  RenewedCertificate renewed;
  call(client, {.path = "/api/v1/agent/certificate", .body = Json::Object{{"request", request}}},
       [&](JsonFields& fields) {
         renewed.certificate = fields.text("certificate", kLargestPem);
         renewed.authorities = read_bundle(fields);
       });
  return renewed;
}

ReturnToken request_return_token(transport::HttpClient& client) {
  ReturnToken token;
  call(client, {.path = "/api/v1/agent/return-token", .body = Json::Object{}}, [&](JsonFields& fields) {
    std::string text = fields.text("token", kLongestToken);
    token.token = Secret(as_bytes(text));
    wipe(text);
    token.lasts = std::chrono::seconds(fields.integer("expires_seconds", 1, kLongestTokenSeconds));
  });
  return token;
}

void send_log(transport::HttpClient& client, const std::vector<LogLine>& lines) {
  Json::List list;
  for (const LogLine& line : lines) list.push_back(Json::Object{{"time", to_iso8601(line.time)}, {"text", line.text}});
  call(client, {.path = "/api/v1/agent/log", .body = Json::Object{{"lines", std::move(list)}}});
}

}  // namespace rehome::site_client
