// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who this computer is to its site: its own key, which never leaves it, the site's certificate for it, and whom it
// trusts. One file, so that key and certificate always belong together. A copy of the agent's folder in the protected
// folder of a refresh carries it over the removal of the old system. For one thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/codec/secret.h"
#include "flow/transport/http_client.h"
#include "programs/agent/agent_folder.h"

namespace rehome::agent {

struct Identity {
  std::string site;       // "https://site.example.org:8443"
  std::string computer;   // "c-0123456789abcdef"; empty where only the site is known, not the site this computer
  std::string name{};     // as it was given when it was enrolled; empty: the host name of the day
  std::string site_code;  // "BER"
  std::string certificate;
  Secret private_key;
  std::string authorities;  // the trust bundle
};

/// nullopt where the computer is not enrolled.
std::optional<Identity> load_identity(AgentFolder& folder);
/// Throws Error(not_found) with the remedy where there is none.
Identity require_identity(AgentFolder& folder);
void save_identity(AgentFolder& folder, const Identity& identity);

/// First contact: trusts the authority with that fingerprint alone, makes a key, has it certified for a one-time token
/// (also one for the return of a reinstalled computer), and checks what came back. Nothing is saved.
struct EnrolmentTicket {
  std::string site;
  std::string fingerprint;  // of the site's authority
  const Secret& token;
  std::string name;  // of the computer; empty: its host name
};
Identity enrol(const EnrolmentTicket& ticket, transport::HttpClientOptions options);

/// The name under which the computer shows itself to its site.
std::string name_of(const Identity& identity);

/// The same without an own key: for a computer that will only ever show a network access token.
Identity trust_site(const std::string& site, const std::string& fingerprint, transport::HttpClientOptions options);

/// A new key and certificate when two thirds of the old one's time are over; false before that.
bool renew_if_due(Identity& identity, transport::HttpClient& client, Timestamp now);

/// Shows the site who this computer is. Throws Error(not_found) where it is not enrolled.
void present(const Identity& identity, transport::HttpClientOptions& options);

}  // namespace rehome::agent
