// SPDX-License-Identifier: Apache-2.0
#include "programs/server/server.h"

#include <atomic>
#include <utility>

#include "base/core/bytes.h"
#include "programs/server/internal/housekeeping.h"
#include "programs/server/internal/routing.h"

namespace rehome::server {

namespace {

/// By which the ids of events of this server are told from those of the one before it.
std::string make_life(const site::Site& site) { return random_hex(site.random(), 6); }

}  // namespace

class SiteServer::Impl {
 public:
  Impl(const site::Site& site, FolderVaults& vaults, SiteServerOptions options);

  std::uint16_t port() const { return http_->port(); }
  void stop(std::chrono::milliseconds patience) {
    http_->stop(patience);
    housekeeping_.stop();
  }

 private:
  http::HttpServerOptions http_options();
  void renew_trust(Renewal renewal) { http_->replace_identity(options_.identity(renewal)); }

  SiteServerOptions options_;
  Routing routing_;
  http::EventHub events_;
  WriteLedger writes_;
  Housekeeping housekeeping_;
  World world_;
  std::unique_ptr<http::HttpServer> http_;  // last: it ends before what its handlers use
};

SiteServer::Impl::Impl(const site::Site& site, FolderVaults& vaults, SiteServerOptions options)
    : options_(std::move(options)),
      events_({}, make_life(site)),
      writes_(site, vaults),
      housekeeping_(site, events_, options_.log, [this] { writes_.note_all(); }),
      world_{.site = site,
             .vaults = vaults,
             .events = events_,
             .writes = writes_,
             .log = options_.log,
             .wake_housekeeping = [this] { housekeeping_.wake(); },
             .renew_trust = [this](bool reissue) { renew_trust(reissue ? Renewal::reissue : Renewal::keep); }} {
  http_ = std::make_unique<http::HttpServer>(http_options());
}

http::HttpServerOptions SiteServer::Impl::http_options() {
  http::HttpServerOptions options;
  options.address = options_.address;
  options.port = options_.port;
  options.identity = options_.identity(Renewal::keep);
  options.limits = options_.limits;
  options.streaming_workers = options_.streaming_workers;
  options.handler = [this](http::Request& request) { return routing_.answer(world_, request); };
  options.body_rule = [this](std::string_view method, const http::Target& target) {
    return routing_.body_rule(method, target.path);
  };
  options.log = options_.log;
  options.finished = [this](const http::Finished& finished) { world_.metrics.count(finished); };
  return options;
}

SiteServer::SiteServer(const site::Site& site, FolderVaults& vaults, SiteServerOptions options)
    : impl_(std::make_unique<Impl>(site, vaults, std::move(options))) {}
SiteServer::~SiteServer() = default;
std::uint16_t SiteServer::port() const { return impl_->port(); }
void SiteServer::stop(std::chrono::milliseconds patience) { impl_->stop(patience); }

}  // namespace rehome::server
