// SPDX-License-Identifier: Apache-2.0
#include "programs/server/folder_vaults.h"

#include "base/core/error.h"
#include "flow/store/keeper.h"

namespace rehome::server {
namespace {

/// Of each a few folders are held open.
constexpr std::size_t kMostOpenVaults = 200;

void make_durably(WritableFolder& parent, const std::string& name) {
  try {
    parent.create_folder(name);
    parent.sync();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;
  }
}

std::unique_ptr<WritableFolder> open_if_there(WritableFolder& parent, const std::string& name) {
  try {
    return parent.open_folder_for_writing(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return nullptr;
  }
}

}  // namespace

FolderVaults::Blobs FolderVaults::open(const site::VaultPlace& place, bool make) {
  const std::string path = place.folder + "/" + place.vault;
  const std::unique_ptr<WritableFolder> parent = files_.open_for_writing(place.folder);
  if (make) make_durably(*parent, place.vault);
  std::unique_ptr<WritableFolder> folder = open_if_there(*parent, place.vault);
  if (folder == nullptr) return nullptr;
  const NodeIdentity node = folder->inspect_self().identity();
  auto opened = opened_.lock();
  if (const auto found = opened->find(path); found != opened->end() && found->second.node == node) {
    return found->second.blobs;
  }
  if (opened->size() >= kMostOpenVaults) opened->clear();  // those in use live on
  Blobs blobs = transport::open_folder_blob_store(std::move(folder), "vault " + place.vault);
  return opened->insert_or_assign(path, Opened{.node = node, .blobs = std::move(blobs)}).first->second.blobs;
}

site::FolderSpace FolderVaults::space(const std::string& folder) {
  const Space space = files_.open_for_writing(folder)->space();
  return {.free_bytes = space.free_bytes, .total_bytes = space.total_bytes};
}

std::vector<site::VaultCapture> FolderVaults::captures(const site::VaultPlace& place) {
  std::vector<site::VaultCapture> found;
  const Blobs blobs = open(place);
  if (blobs == nullptr) return found;
  for (const store::KeptCapture& kept : store::list_kept(*blobs)) {
    site::VaultCapture& capture = found.emplace_back();
    capture.capture = kept.capture_id;
    capture.complete = kept.state != store::KeptState::incomplete;
    for (const auto& [number, account] : kept.accounts) capture.accounts.push_back(number);
  }
  return found;
}

std::optional<std::string> FolderVaults::first_missing(const site::VaultPlace& place, const std::string& capture) {
  const Blobs blobs = open(place);
  if (blobs == nullptr) return "the vault is not there";
  try {
    return store::first_missing(*blobs, capture);
  } catch (const Error& error) {
    const bool says_missing = error.code() == ErrorCode::not_found || error.code() == ErrorCode::incomplete ||
                              error.code() == ErrorCode::corrupt;
    if (!says_missing) throw;
    return error.message();
  }
}

void FolderVaults::tidy_after_capture(const site::VaultPlace& place, const std::string& capture) {
  if (const Blobs blobs = open(place)) store::tidy_after_capture(*blobs, capture);
}

void FolderVaults::remove_capture(const site::VaultPlace& place, const std::string& capture) {
  if (const Blobs blobs = open(place)) store::remove_capture(*blobs, capture);
}

void FolderVaults::remove_vault(const site::VaultPlace& place) {
  const Blobs blobs = open(place);
  if (blobs == nullptr) return;
  store::remove_vault(*blobs);
  opened_.lock()->erase(place.folder + "/" + place.vault);
  transport::remove_emptied_folder(*files_.open_for_writing(place.folder), place.vault);
}

std::uint64_t FolderVaults::used_bytes(const site::VaultPlace& place) {
  std::uint64_t total = 0;
  const Blobs blobs = open(place);
  if (blobs == nullptr) return 0;
  for (const BlobInfo& blob : blobs->list("")) total += blob.size;
  return total;
}

}  // namespace rehome::server
