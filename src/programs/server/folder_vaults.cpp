// SPDX-License-Identifier: Apache-2.0
#include "programs/server/folder_vaults.h"

#include <system_error>

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

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

}  // namespace

Error without_path(const site::FolderPlace& folder, const Error& error) {
  const std::string name = (folder.id.empty() ? "the folder" : "folder " + folder.id) + " of the state migration point";
  const bool tells_path = error.message().find(folder.path) != std::string::npos;
  if (error.system_code() == 0 && !tells_path) return error;
  const std::string message = error.system_code() == 0
                                  ? replaced(error.message(), folder.path, name)
                                  : name + ": " + std::generic_category().message(error.system_code());
  Error told(error.code(), message, error.system_code());
  told.add_context(error.message());
  for (const std::string& context : error.context()) told.add_context(context);
  return told;
}

FolderVaults::Blobs FolderVaults::open(const site::VaultPlace& place, bool make) {
  return in_folder(place, [&] { return open_or_throw(place, make); });
}

FolderVaults::Blobs FolderVaults::open_or_throw(const site::VaultPlace& place, bool make) {
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

site::FolderSpace FolderVaults::space(const site::FolderPlace& place) {
  try {
    const std::unique_ptr<WritableFolder> folder = files_.open_for_writing(place.path);
    const Space space = folder->space();
    return {.free_bytes = space.free_bytes, .total_bytes = space.total_bytes, .volume = folder->inspect_self().device};
  } catch (const Error& error) {
    throw without_path(place, error);
  }
}

std::vector<site::VaultCapture> FolderVaults::captures(const site::VaultPlace& place) {
  const Blobs blobs = open(place);
  if (blobs == nullptr) return {};
  return in_folder(place, [&] {
    std::vector<site::VaultCapture> found;
    for (const store::KeptCapture& kept : store::list_kept(*blobs)) {
      site::VaultCapture& capture = found.emplace_back();
      capture.capture = kept.capture_id;
      capture.complete = kept.state != store::KeptState::incomplete;
      for (const auto& [number, account] : kept.accounts) capture.accounts.push_back(number);
    }
    return found;
  });
}

std::optional<std::string> FolderVaults::first_missing(const site::VaultPlace& place, const std::string& capture) {
  const Blobs blobs = open(place);
  if (blobs == nullptr) return "the vault is not there";
  try {
    return store::first_missing(*blobs, capture);
  } catch (const Error& error) {
    const bool says_missing = error.code() == ErrorCode::not_found || error.code() == ErrorCode::incomplete ||
                              error.code() == ErrorCode::corrupt;
    const bool is_of_disk = error.system_code() != 0;
    if (!says_missing || is_of_disk) throw without_path({.path = place.folder, .id = place.folder_id}, error);
    return error.message();
  }
}

void FolderVaults::tidy_after_capture(const site::VaultPlace& place, const std::string& capture) {
  const Blobs blobs = open(place);
  if (blobs != nullptr) in_folder(place, [&] { store::tidy_after_capture(*blobs, capture); });
}

void FolderVaults::remove_capture(const site::VaultPlace& place, const std::string& capture) {
  const Blobs blobs = open(place);
  if (blobs != nullptr) in_folder(place, [&] { store::remove_capture(*blobs, capture); });
}

void FolderVaults::remove_vault(const site::VaultPlace& place) {
  const Blobs blobs = open(place);
  if (blobs == nullptr) return;
  in_folder(place, [&] {
    store::remove_vault(*blobs);
    opened_.lock()->erase(place.folder + "/" + place.vault);
    transport::remove_emptied_folder(*files_.open_for_writing(place.folder), place.vault);
  });
}

std::uint64_t FolderVaults::used_bytes(const site::VaultPlace& place) {
  const Blobs blobs = open(place);
  if (blobs == nullptr) return 0;
  return in_folder(place, [&] {
    std::uint64_t total = 0;
    for (const BlobInfo& blob : blobs->list("")) total += blob.size;
    return total;
  });
}

}  // namespace rehome::server
