// SPDX-License-Identifier: Apache-2.0
#pragma once
// A site on the network: its API, the blobs of its state migration points, and what has to be done from time to time.
// In: a site and its vaults. Out: HTTPS, as docs/wire-protocol.md says.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/http_server/http_server.h"
#include "programs/server/folder_vaults.h"
#include "site/site.h"

namespace rehome::server {

enum class Renewal { keep, reissue };

struct SiteServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  http::ServerLimits limits;
  std::size_t streaming_workers = 256;
  /// What the server shows and whom it trusts. `reissue` makes a new certificate by the site's newest authority.
  std::function<http::TlsIdentity(Renewal renewal)> identity;
  std::function<void(std::string_view line)> log;  // any thread
};

class SiteServer {
 public:
  /// Serves when it returns. Site and vaults must outlive it.
  SiteServer(const site::Site& site, FolderVaults& vaults, SiteServerOptions options);
  ~SiteServer();

  std::uint16_t port() const;
  /// As http::HttpServer::stop. Once.
  void stop(std::chrono::milliseconds patience);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rehome::server
