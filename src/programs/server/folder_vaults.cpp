// SPDX-License-Identifier: Apache-2.0
#include "programs/server/folder_vaults.h"

#include <system_error>

#include "flow/store/keeper.h"
#include "programs/server/internal/site_configuration.h"

namespace rehome::server {
namespace {

/// Of each a few folders are held open.
constexpr std::size_t kMostOpenVaults = 200;
constexpr std::size_t kLongestMark = 256;
constexpr const char* kTrial = ".rehome-trial";
constexpr std::size_t kTrialBytes = 4096;

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

/// The id in the mark of a folder; nullopt where there is none. What is no id is one that no folder has.
std::optional<std::string> read_mark(Folder& folder) {
  try {
    const std::string text = read_small_file(folder, site::kFolderMark, kLongestMark);
    return text.substr(0, text.find_first_of("\r\n"));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return std::nullopt;
  }
}

template <typename Work>
auto at(const site::FolderPlace& place, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    throw without_path(place, error);
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

std::unique_ptr<WritableFolder> FolderVaults::open_marked(const std::string& path, const std::string& id) {
  std::unique_ptr<WritableFolder> folder = files_.open_for_writing(path);
  if (id.empty() || read_mark(*folder) == id) return folder;
  throw Error(ErrorCode::io, path + " is not there: its volume is not mounted, or its file " + site::kFolderMark +
                                 " does not say " + id);
}

FolderVaults::Blobs FolderVaults::open_or_throw(const site::VaultPlace& place, bool make) {
  const std::string path = place.folder + "/" + place.vault;
  const std::unique_ptr<WritableFolder> parent = open_marked(place.folder, place.folder_id);
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
  return at(place, [&] {
    const std::unique_ptr<WritableFolder> folder = open_marked(place.path, place.id);
    const Space space = folder->space();
    return site::FolderSpace{
        .free_bytes = space.free_bytes, .total_bytes = space.total_bytes, .volume = folder->inspect_self().device};
  });
}

void FolderVaults::check_writable(const site::FolderPlace& place) {
  at(place, [&] {
    const auto file = open_marked(place.path, place.id)->create_file(kTrial);
    file->write_at(0, Bytes(kTrialBytes));  // it never gets its name
  });
}

std::optional<std::string> FolderVaults::mark_of(const site::FolderPlace& place) {
  return at(place, [&] { return read_mark(*files_.open_for_writing(place.path)); });
}

void FolderVaults::mark(const site::FolderPlace& place) {
  at(place, [&] {
    const std::unique_ptr<WritableFolder> folder = files_.open_for_writing(place.path);
    const std::unique_ptr<WritableFile> file = folder->create_file(site::kFolderMark);
    const std::string content = place.id + "\n";
    file->write_at(0, as_bytes(content));
    file->sync();
    file->commit_replacing();
    folder->sync();
  });
}

std::vector<site::VaultCapture> FolderVaults::captures(const site::VaultPlace& place) {
  const Blobs blobs = open(place);
  if (blobs == nullptr) return {};
  return in_folder(place, [&] {
    std::vector<site::VaultCapture> found;
    for (const store::KeptCapture& kept : store::list_kept(*blobs)) {
      site::VaultCapture& capture = found.emplace_back();
      capture.capture = kept.capture_id;
      capture.started = kept.started.seconds;
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
                              error.code() == ErrorCode::corrupt || error.code() == ErrorCode::limit_exceeded;
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
    transport::remove_emptied_folder(*open_marked(place.folder, place.folder_id), place.vault);
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
