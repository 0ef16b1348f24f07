// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a command of a person reaches a site: by the session of `rehome site login`, or, for programs, by an address,
// whom to trust, and an API token. For one thread.

#include <string>

#include "flow/transport/http_client.h"
#include "programs/command/arguments.h"

namespace rehome::cli {

struct SiteLogin {
  std::string url;           // empty: the session's
  std::string session_file;  // empty: default_session_file()
  std::string token_file;    // instead of a session
  std::string fingerprint;   // of the site's authority, with a token
  std::string ca_file;       // its certificate, instead
};

/// All but the address, which is part of what some commands work on.
void declare_site_login(Arguments& arguments, SiteLogin& login);
void declare_site(Arguments& arguments, SiteLogin& login);

/// The file that holds the session, or is to hold it.
std::string session_file(const SiteLogin& login);

/// Whom to trust at login.url, by what was given on the command line. Throws Error(invalid_argument) unless it was.
transport::HttpClientOptions trusting_options(const SiteLogin& login, const Context& context);

/// With the token. Throws Error(not_found) without token and session, Error(refused) for the session of another site.
transport::HttpClientOptions site_login_options(const SiteLogin& login, const Context& context);

}  // namespace rehome::cli
