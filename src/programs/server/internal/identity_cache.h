// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which computer a client certificate stands for, answered from memory for two seconds, so that thousands of blobs in a
// row do not ask the records each. Any thread.

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/core/locked.h"
#include "base/http_server/request.h"
#include "site/enrolment.h"

namespace rehome::server {

class IdentityCache {
 public:
  explicit IdentityCache(const site::Site& site) : site_(site) {}

  /// nullopt for a certificate that is not on record any more.
  std::optional<site::Computer> computer_of(const http::ClientCertificate& certificate);
  /// After anything that ends certificates.
  void forget() { known_.lock()->clear(); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    Clock::time_point asked;
    site::Computer computer;
  };
  const site::Site& site_;
  Locked<std::map<std::string, Known>> known_;  // by fingerprint
};

}  // namespace rehome::server
