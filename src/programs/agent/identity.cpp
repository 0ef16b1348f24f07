// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/identity.h"

#include <algorithm>

#include "base/codec/certificate.h"
#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"
#include "programs/site_client/agent_calls.h"
#include "programs/site_client/site_call.h"

namespace rehome::agent {

namespace {

constexpr const char* kFileName = "identity.json";
constexpr std::size_t kLongestUrl = 2048;

void wipe(std::string& text) { std::ranges::fill(text, '\0'); }

/// Whether the certificate is really this computer's and the bundle really the site's.
void check_certificate(const std::string& certificate, const std::string& authorities, const std::string& computer) {
  const auto refuse = [](const std::string& why) {
    throw Error(ErrorCode::corrupt, "the certificate that the site made for this computer is of no use: " + why);
  };
  try {
    const Timestamp now = SystemClock().now();
    if (const auto reason = reason_not_trusted(certificate, authorities, CertificateUse::client, now)) refuse(*reason);
    if (inspect_certificate(certificate).common_name != computer) refuse("it is another computer's");
  } catch (const Error& error) {
    if (error.code() == ErrorCode::corrupt) throw;
    refuse(error.message());
  }
}

void check_authorities(const std::string& authorities, const std::string& fingerprint) {
  const std::vector<std::string> bundle = split_trust_bundle(authorities);
  const bool has_it = std::ranges::any_of(
      bundle, [&](const std::string& certificate) { return certificate_fingerprint(certificate) == fingerprint; });
  if (!has_it) {
    throw Error(ErrorCode::refused,
                "the site does not count the authority with the given fingerprint among its own; compare the "
                "fingerprint with the one that `rehome site fingerprint` shows on the server");
  }
}

Error not_enrolled() {
  return {ErrorCode::not_found,
          "this computer is not enrolled: get a token from the site's administrator, then `rehome agent enrol URL "
          "--token-file FILE --fingerprint HEX`"};
}

}  // namespace

std::optional<Identity> load_identity(AgentFolder& folder) {
  std::optional<std::string> text = folder.read(kFileName);
  if (!text) return std::nullopt;
  const Json json = parse_json(*text, folder.path() + "/" + kFileName);
  wipe(*text);
  JsonFields fields(json, "identity");
  Identity identity;
  identity.site = fields.text("site", kLongestUrl);
  if (!fields.text("computer", site_client::kLongestName).empty()) {
    identity.computer = site_client::read_site_id(fields, "computer", 'c');
  }
  identity.name = fields.optional_text("name", site_client::kLongestName).value_or("");
  identity.site_code = fields.text("site_code", site_client::kLongestName);
  identity.certificate = fields.text("certificate", kLargestPem);
  std::string key = fields.text("private_key", kLargestPem);
  identity.private_key = Secret(as_bytes(key));
  wipe(key);
  identity.authorities = fields.text("authorities", kLargestPem);
  return identity;
}

Identity require_identity(AgentFolder& folder) {
  std::optional<Identity> identity = load_identity(folder);
  if (!identity) throw not_enrolled();
  return std::move(*identity);
}

void save_identity(AgentFolder& folder, const Identity& identity) {
  std::string text = to_text(Json::Object{{"site", identity.site},
                                          {"computer", identity.computer},
                                          {"name", identity.name},
                                          {"site_code", identity.site_code},
                                          {"certificate", identity.certificate},
                                          {"private_key", as_text(identity.private_key.view())},
                                          {"authorities", identity.authorities}},
                             {.indent = 2});
  folder.write(kFileName, text);
  wipe(text);
}

Identity enrol(const EnrolmentTicket& ticket, transport::HttpClientOptions options) {
  options.base_url = ticket.site;
  options.ca_bundle = transport::fetch_pinned_certificate(options, ticket.fingerprint);
  transport::HttpClient client(std::move(options));
  Identity identity;
  identity.site = client.base_url();
  identity.name = ticket.name;
  CertificateRequest key = make_certificate_request(name_of(identity));
  const std::unique_ptr<Machine> host = cli::open_machine("/");
  const site_client::Enrolment enrolment =
      site_client::enrol(client, {.token = ticket.token,
                                  .request = key.request,
                                  .name = name_of(identity),
                                  .operating_system = host->environment().operating_system().name,
                                  .agent_version = REHOME_VERSION});
  check_authorities(enrolment.authorities, ticket.fingerprint);
  check_certificate(enrolment.certificate, enrolment.authorities, enrolment.computer);
  identity.computer = enrolment.computer;
  identity.site_code = enrolment.site_code;
  identity.certificate = enrolment.certificate;
  identity.private_key = std::move(key.private_key);
  identity.authorities = enrolment.authorities;
  return identity;
}

std::string name_of(const Identity& identity) {
  return identity.name.empty() ? cli::open_machine("/")->environment().computer_name() : identity.name;
}

Identity trust_site(const std::string& site, const std::string& fingerprint, transport::HttpClientOptions options) {
  options.base_url = site;
  Identity identity;
  identity.authorities = transport::fetch_pinned_certificate(options, fingerprint);
  identity.site = transport::HttpClient(std::move(options)).base_url();
  return identity;
}

bool renew_if_due(Identity& identity, transport::HttpClient& client, Timestamp now) {
  const CertificateInfo info = inspect_certificate(identity.certificate);
  const std::int64_t lifetime = info.expires.seconds - info.not_before.seconds;
  if (now.seconds < info.not_before.seconds + lifetime / 3 * 2) return false;
  CertificateRequest key = make_certificate_request(identity.computer);
  site_client::RenewedCertificate renewed = site_client::renew_certificate(client, key.request);
  check_certificate(renewed.certificate, renewed.authorities, identity.computer);
  identity.certificate = std::move(renewed.certificate);
  identity.authorities = std::move(renewed.authorities);
  identity.private_key = std::move(key.private_key);
  return true;
}

void present(const Identity& identity, transport::HttpClientOptions& options) {
  if (identity.computer.empty()) throw not_enrolled();
  options.base_url = identity.site;
  options.ca_bundle = identity.authorities;
  options.certificate = identity.certificate;
  options.private_key = identity.private_key.clone();
}

}  // namespace rehome::agent
