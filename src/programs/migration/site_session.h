// SPDX-License-Identifier: Apache-2.0
#pragma once
// A person's session at a site, which `rehome site login` keeps for the commands that follow: in a file that only its
// owner may read, without the password. For one thread.

#include <string>

#include "base/codec/secret.h"

namespace rehome::cli {

struct SiteSession {
  std::string url;
  std::string authorities;  // PEM: whom to trust there, and nobody else
  std::string user;
  Secret token;
};

/// "rehome/session.json" below $XDG_CONFIG_HOME or ~/.config. Throws Error(invalid_argument) where there is neither.
std::string default_session_file();

/// Throws Error(not_found) where nobody is logged in, Error(refused) for a file that others may read.
SiteSession load_session(const std::string& path);
/// In place of the one that was there.
void save_session(const std::string& path, const SiteSession& session);
/// Does nothing where there is none.
void remove_session(const std::string& path);

}  // namespace rehome::cli
