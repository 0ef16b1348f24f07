// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an agent says to its site about itself and its work, besides asking for stores (state_store.h). In: plain
// values. Out: checked ones. Any thread may call.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/codec/secret.h"
#include "base/core/clock.h"
#include "flow/transport/http_client.h"

namespace rehome::site_client {

struct Enrolment {
  std::string computer, certificate, authorities, site_code;
};
struct EnrolmentRequest {
  const Secret& token;
  std::string request;  // PKCS #10, PEM
  std::string name, operating_system, agent_version;
};
/// Needs a client without a certificate. Error(permission_denied): the token is wrong, used or expired.
Enrolment enrol(transport::HttpClient& client, const EnrolmentRequest& request);

/// One sequence of steps that the site wants done.
struct WorkOrder {
  std::string id;
  std::vector<std::string> steps;  // "request-state-store capture"
  std::vector<std::pair<std::string, std::string>> variables;
};
/// A sequence that is deployed to this computer; deployment_calls.h gets it.
struct OfferedDeployment {
  std::string id;
  bool is_running = false;  // as far as the site knows
};
struct Greeting {
  std::string site_code, authorities;
  std::chrono::seconds poll_after{};
  std::vector<WorkOrder> work;
  std::vector<OfferedDeployment> deployments;
};
struct Introduction {
  std::string name, agent_version;
  std::vector<std::string> logged_in;
};
Greeting say_hello(transport::HttpClient& client, const Introduction& introduction);

struct WorkReport {
  std::string state;  // "running", "done", "failed" or "cancelled"
  std::string step, message;
};
enum class Wish { go_on, stop };
/// What the site wants of the work now: it may have been cancelled.
Wish report_work(transport::HttpClient& client, const std::string& work, const WorkReport& report);

struct RenewedCertificate {
  std::string certificate, authorities;
};
RenewedCertificate renew_certificate(transport::HttpClient& client, const std::string& request);

/// The state of the store of one of this computer's captures: "captured" once nothing of it is missing and it waits for
/// a restore. Error(not_found): the site has no such capture of this computer.
std::string state_of_capture(transport::HttpClient& client, const std::string& capture);

struct ReturnToken {
  Secret token;
  std::chrono::seconds lasts{};
};
/// A token with which this computer, once it is reinstalled, enrols as itself.
ReturnToken request_return_token(transport::HttpClient& client);

struct LogLine {
  Timestamp time;
  std::string text;
};
void send_log(transport::HttpClient& client, const std::vector<LogLine>& lines);

}  // namespace rehome::site_client
