// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/blob_gate.h"

#include <utility>

#include "site/vault_recovery.h"

namespace rehome::server {
namespace {

constexpr std::chrono::seconds kTrusted{5};
constexpr std::size_t kMostKnown = 5000;

}  // namespace

bool BlobPass::may_read(std::string_view blob) const {
  return store::is_vault_blob(blob) && (grant.may_put || may_read_all || (permit && permit->allows(blob)));
}

std::string BlobGate::name_of(const site::Client& client) {
  return client.computer + " " + client.network_token.value_or("");
}

std::shared_ptr<const BlobPass> BlobGate::pass(const site::Client& client, const std::string& lease,
                                               const std::string& vault) {
  const std::string name = name_of(client);
  {
    auto known = known_.lock();
    const auto found = known->find(lease);
    if (found != known->end() && found->second.client == name && found->second.vault == vault &&
        Clock::now() - found->second.asked < kTrusted) {
      return found->second.pass;
    }
  }
  std::shared_ptr<const BlobPass> pass = ask(client, lease, vault);
  if (pass == nullptr) return nullptr;
  auto known = known_.lock();
  if (known->size() >= kMostKnown) known->clear();
  known->insert_or_assign(lease, Known{.client = name, .vault = vault, .asked = Clock::now(), .pass = pass});
  return pass;
}

std::shared_ptr<const BlobPass> BlobGate::ask(const site::Client& client, const std::string& lease,
                                              const std::string& vault) {
  std::optional<site::BlobGrant> grant = site::blob_grant(site_, client, lease, vault);
  if (!grant) return nullptr;
  auto pass = std::make_shared<BlobPass>();
  pass->grant = std::move(*grant);
  pass->blobs = vaults_.open(pass->grant.place, pass->grant.may_put);
  if (pass->blobs == nullptr) return nullptr;
  if (!pass->grant.may_put && pass->grant.capture) {
    pass->permit.emplace(*pass->blobs, *pass->grant.capture, pass->grant.accounts);
  }
  return pass;
}

std::shared_ptr<const BlobPass> BlobGate::recovery_pass(const site::Account& administrator, const std::string& vault) {
  std::optional<site::VaultPlace> place = site::place_for_recovery(site_, administrator, vault);
  if (!place) return nullptr;
  auto pass = std::make_shared<BlobPass>();
  pass->blobs = vaults_.open(*place);
  if (pass->blobs == nullptr) return nullptr;
  pass->grant.place = std::move(*place);
  pass->may_read_all = true;
  return pass;
}

void BlobGate::note_put(const site::Client& client, const BlobPass& pass, std::string_view blob) {
  if (!pass.grant.must_note(blob)) return;
  auto noted = std::make_shared<BlobPass>(pass);
  site::note_put(site_, noted->grant, blob);
  auto known = known_.lock();
  const auto found = known->find(noted->grant.lease);
  if (found != known->end() && found->second.client == name_of(client)) found->second.pass = std::move(noted);
}

void BlobGate::forget(const std::string& lease) { known_.lock()->erase(lease); }

}  // namespace rehome::server
