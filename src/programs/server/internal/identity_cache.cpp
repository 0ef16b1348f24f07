// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/identity_cache.h"

namespace rehome::server {
namespace {

constexpr std::chrono::seconds kTrusted{2};
constexpr std::size_t kMostKnown = 5000;

}  // namespace

std::optional<site::Computer> IdentityCache::computer_of(const http::ClientCertificate& certificate) {
  {
    auto known = known_.lock();
    const auto found = known->find(certificate.info.fingerprint);
    if (found != known->end() && Clock::now() - found->second.asked < kTrusted) return found->second.computer;
  }
  std::optional<site::Computer> computer = site::computer_of_certificate(site_, certificate.pem);
  auto known = known_.lock();
  if (!computer) {
    known->erase(certificate.info.fingerprint);
    return std::nullopt;
  }
  if (known->size() >= kMostKnown) known->clear();
  known->insert_or_assign(certificate.info.fingerprint, Known{.asked = Clock::now(), .computer = *computer});
  return computer;
}

}  // namespace rehome::server
