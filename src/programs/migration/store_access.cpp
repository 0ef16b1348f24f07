// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/store_access.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/core/error.h"
#include "flow/transport/folder_blob_store.h"
#include "flow/transport/http_blob_store.h"
#include "model/outcome.h"
#include "programs/command/host.h"

namespace rehome::cli {

namespace {

/// The folder for a new store: the last component is made where it is missing, private to its owner.
void make_folder(FileTree& files, const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  const std::unique_ptr<WritableFolder> parent = files.open_for_writing(slash == 0 ? "/" : path.substr(0, slash));
  try {
    parent->create_folder(path.substr(slash + 1));
    parent->sync();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;
  }
}

/// A folder of this computer that may hold a store.
struct StoreFolder {
  std::unique_ptr<Machine> host;
  std::unique_ptr<OwnedBlobStore> blobs;
  MachinePath path;

  store::VaultPlace place() const { return {*blobs, &host->files(), path}; }
};

StoreFolder open_folder(const MachinePath& path) {
  StoreFolder folder{.host = open_machine("/"), .blobs = nullptr, .path = path};
  try {
    folder.blobs = transport::open_folder_blob_store(folder.host->files().open_for_writing(path), printable(path));
  } catch (Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::not_found,
                fmt::format("there is no store at {}: no such folder, or a file; check the path", printable(path)));
  }
  return folder;
}

StoreFolder open_folder_if_there(const MachinePath& path) {
  try {
    return open_folder(path);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return {};
  }
}

OpenStore opened(StoreFolder folder, std::unique_ptr<store::Vault> vault) {
  return {
      .host = std::move(folder.host), .client = nullptr, .blobs = std::move(folder.blobs), .vault = std::move(vault)};
}

std::optional<store::VaultInfo> peek(BlobStore& blobs) {
  try {
    return store::peek_vault(blobs);
  } catch (Error& error) {
    if (error.code() == ErrorCode::corrupt) {
      error.add_context("both copies in " + printable(blobs.display_name()) +
                        ", and nothing opens it without: copy the header from another copy of the store");
    }
    throw;
  }
}

store::VaultInfo require_header(BlobStore& blobs) {
  std::optional<store::VaultInfo> info = peek(blobs);
  if (info) return std::move(*info);
  throw Error(ErrorCode::not_found,
              fmt::format("{} is no store: it has no header; check the path", printable(blobs.display_name())));
}

/// "a passphrase or a recovery key"
std::string ways_to_open(const store::VaultInfo& info) {
  std::string text;
  for (const store::KeySlotInfo& slot : info.slots) text += (text.empty() ? "a " : " or a ") + slot.type;
  return text;
}

std::unique_ptr<store::Vault> open_existing(const store::VaultPlace& place, const store::VaultInfo& info,
                                            const store::Keys& keys, Surroundings& surroundings) {
  try {
    return store::open_vault(place, keys, surroundings.random, surroundings.clock);
  } catch (Error& error) {
    error.add_context("while opening the store " + printable(place.blobs.display_name()) +
                      (error.code() == ErrorCode::wrong_key ? ", which opens with " + ways_to_open(info) : ""));
    throw;
  }
}

/// A slot cannot be added later: the header is never written again.
void check_recovery_slot(const MachinePath& path, const store::VaultInfo& info, const PublicKey& wanted) {
  const std::string label = store::recovery_label(wanted);
  const bool has_it =
      std::ranges::any_of(info.slots, [&](const store::KeySlotInfo& slot) { return slot.label == label; });
  if (has_it) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("the store at {} was made without this recovery key, so the key does not open it; leave "
                          "--recovery-key away, or capture into a new store",
                          printable(path)));
}

/// Whether what is asked for can be had from the store that lies there.
void check_fitness(const MachinePath& path, const store::VaultInfo& info, const KeyOptions& keys,
                   const store::VaultOptions& options) {
  if (info.kind != options.kind) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} is a store of the kind {}, not {}; name another folder or leave --kind away",
                            printable(path), name_of(info.kind), name_of(options.kind)));
  }
  // Somebody may have put it there, or changed its header, for people who expect to be asked for a passphrase.
  if (info.kind == StoreKind::compressed && !info.encrypted && !keys.no_encryption) {
    throw Error(ErrorCode::refused,
                fmt::format("the store at {} is not encrypted: whoever finds it can read what is captured into it; say "
                            "--no-encryption if that is meant, or capture into a new store",
                            printable(path)));
  }
  if (options.recovery_key) check_recovery_slot(path, info, *options.recovery_key);
}

}  // namespace

StoreKind store_kind_named(const std::string& name) {
  for (const StoreKind kind : {StoreKind::compressed, StoreKind::uncompressed, StoreKind::hard_link}) {
    if (name == name_of(kind)) return kind;
  }
  throw Error(ErrorCode::invalid_argument, "--kind is compressed, uncompressed or hard-link, not " + printable(name));
}

OpenStore open_store(const std::string& path, const KeyOptions& keys, Surroundings& surroundings) {
  StoreFolder folder = open_folder(absolute_path(path));
  const store::VaultInfo info = require_header(*folder.blobs);
  auto vault = open_existing(folder.place(), info, keys_to_open(keys, info, surroundings), surroundings);
  return opened(std::move(folder), std::move(vault));
}

std::optional<store::VaultInfo> peek_store(const std::string& path) {
  const StoreFolder folder = open_folder_if_there(absolute_path(path));
  return folder.blobs ? peek(*folder.blobs) : std::nullopt;
}

OpenStore open_store_at_site(transport::HttpClientOptions site, const KeyOptions& keys, Surroundings& surroundings) {
  OpenStore open;
  open.client = std::make_unique<transport::HttpClient>(std::move(site));
  open.blobs = transport::open_http_blob_store(*open.client, "");
  const store::VaultInfo info = require_header(*open.blobs);
  open.vault = open_existing(*open.blobs, info, keys_to_open(keys, info, surroundings), surroundings);
  return open;
}

OpenStore open_or_create_store(const std::string& path, const KeyOptions& keys, const store::VaultOptions& options,
                               Surroundings& surroundings) {
  const MachinePath absolute = absolute_path(path);
  StoreFolder folder = open_folder_if_there(absolute);
  std::optional<store::VaultInfo> info = folder.blobs ? peek(*folder.blobs) : std::nullopt;
  if (!info) {
    // Questions first: whoever gives no answer gets no folder.
    const store::Keys new_keys =
        options.kind == StoreKind::compressed ? keys_to_create(keys, surroundings) : read_keys(keys);
    make_folder(open_machine("/")->files(), absolute);
    folder = open_folder(absolute);
    try {
      auto made = store::create_vault(folder.place(), new_keys, options, surroundings.random, surroundings.clock);
      OpenStore open = opened(std::move(folder), std::move(made));
      open.is_new = true;
      return open;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::already_exists) throw;
      info = peek(*folder.blobs);  // which another capture may have made meanwhile
      if (!info) throw;
    }
  }
  check_fitness(absolute, *info, keys, options);
  auto vault = open_existing(folder.place(), *info, keys_to_open(keys, *info, surroundings), surroundings);
  return opened(std::move(folder), std::move(vault));
}

void take_back(OpenStore store, const std::string& path) {
  if (!store.is_new || !store.vault->captures().empty()) return;
  {
    const OpenStore gone = std::move(store);
    gone.vault->remove("");
  }
  remove_store_folder(path);
}

bool remove_store_folder(const std::string& path) {
  const MachinePath absolute = absolute_path(path);
  const std::size_t slash = absolute.rfind('/');
  const std::unique_ptr<Machine> host = open_machine("/");
  const auto parent = host->files().open_for_writing(slash == 0 ? "/" : absolute.substr(0, slash));
  return transport::remove_emptied_folder(*parent, absolute.substr(slash + 1));
}

}  // namespace rehome::cli
