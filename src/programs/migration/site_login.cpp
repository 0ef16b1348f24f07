// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/site_login.h"

#include "base/codec/certificate.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"
#include "programs/migration/site_session.h"

namespace rehome::cli {

namespace {

/// "https://site:8443" for itself and for "https://site:8443/api/v1/vaults/…".
bool is_at(const std::string& url, const std::string& site) {
  return url.starts_with(site) && (url.size() == site.size() || url[site.size()] == '/');
}

transport::HttpClientOptions session_options(const SiteLogin& login, const Context& context) {
  SiteSession session = load_session(session_file(login));
  if (!login.url.empty() && !is_at(login.url, session.url)) {
    throw Error(ErrorCode::refused, "the session is one of " + printable(session.url) + " and not of " +
                                        printable(login.url) + ": `rehome site login` there first");
  }
  transport::HttpClientOptions options;
  options.base_url = login.url.empty() ? session.url : login.url;
  options.stop = context.surroundings.interrupted;
  options.ca_bundle = std::move(session.authorities);
  options.bearer_token = std::move(session.token);
  return options;
}

}  // namespace

void declare_site_login(Arguments& arguments, SiteLogin& login) {
  arguments.option("--session", "FILE", login.session_file,
                   "Session of `rehome site login`; the one in your home folder without it");
  arguments.option("--token-file", "FILE", login.token_file, "API token instead of a session (mode 0600)");
  arguments.option("--fingerprint", "HEX", login.fingerprint, "SHA-256 of the certificate of the site's authority");
  arguments.option("--ca-file", "FILE", login.ca_file,
                   "Certificate of the site's authority, instead of its fingerprint");
}

void declare_site(Arguments& arguments, SiteLogin& login) {
  arguments.option("--url", "URL", login.url, "Address of the site, with a token: https://site.example.org:8443");
  declare_site_login(arguments, login);
}

std::string session_file(const SiteLogin& login) {
  return login.session_file.empty() ? default_session_file() : login.session_file;
}

transport::HttpClientOptions trusting_options(const SiteLogin& login, const Context& context) {
  if (login.url.empty() || login.fingerprint.empty() == login.ca_file.empty()) {
    throw Error(ErrorCode::invalid_argument, "a site wants its address, and --fingerprint or --ca-file to know it by");
  }
  transport::HttpClientOptions options;
  options.base_url = login.url;
  options.stop = context.surroundings.interrupted;
  options.ca_bundle = login.ca_file.empty()
                          ? transport::fetch_pinned_certificate(options, plain_fingerprint(login.fingerprint))
                          : read_host_file(login.ca_file, Trust::anyone, kLargestPem);
  return options;
}

transport::HttpClientOptions site_login_options(const SiteLogin& login, const Context& context) {
  if (!login.token_file.empty()) {
    transport::HttpClientOptions options = trusting_options(login, context);
    options.bearer_token = read_secret_line(login.token_file);
    return options;
  }
  if (!login.fingerprint.empty() || !login.ca_file.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "--fingerprint and --ca-file go with --token-file: a session knows its site");
  }
  return session_options(login, context);
}

}  // namespace rehome::cli
