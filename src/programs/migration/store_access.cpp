// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/store_access.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/core/error.h"
#include "flow/transport/folder_blob_store.h"
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

OpenStore open_blobs(const MachinePath& path) {
  OpenStore open;
  open.host = open_machine("/");
  try {
    open.blobs = transport::open_folder_blob_store(open.host->files().open_for_writing(path), printable(path));
  } catch (Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::not_found,
                fmt::format("there is no store at {}: no such folder; check the path", printable(path)));
  }
  return open;
}

OpenStore open_blobs_if_there(const MachinePath& path) {
  try {
    return open_blobs(path);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return {};
  }
}

store::VaultPlace place_of(OpenStore& open, const MachinePath& path) {
  return {*open.blobs, &open.host->files(), path};
}

/// "a passphrase or a recovery key"
std::string ways_to_open(const store::VaultInfo& info) {
  std::string text;
  for (const store::KeySlotInfo& slot : info.slots) text += (text.empty() ? "a " : " or a ") + slot.type;
  return text;
}

void open_existing(OpenStore& open, const MachinePath& path, const store::VaultInfo& info, const store::Keys& keys,
                   Surroundings& surroundings) {
  try {
    open.vault = store::open_vault(place_of(open, path), keys, surroundings.random, surroundings.clock);
  } catch (Error& error) {
    error.add_context("while opening the store " + printable(path) +
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
  const MachinePath absolute = absolute_path(path);
  OpenStore open = open_blobs(absolute);
  const std::optional<store::VaultInfo> info = store::peek_vault(*open.blobs);
  if (!info) {
    throw Error(ErrorCode::not_found,
                fmt::format("{} is no store: it has no header; check the path", printable(absolute)));
  }
  open_existing(open, absolute, *info, keys_to_open(keys, *info, surroundings), surroundings);
  return open;
}

OpenStore open_or_create_store(const std::string& path, const KeyOptions& keys, const store::VaultOptions& options,
                               Surroundings& surroundings) {
  const MachinePath absolute = absolute_path(path);
  OpenStore open = open_blobs_if_there(absolute);
  std::optional<store::VaultInfo> info = open.blobs ? store::peek_vault(*open.blobs) : std::nullopt;
  if (!info) {
    // Questions first: whoever gives no answer gets no folder.
    const store::Keys new_keys =
        options.kind == StoreKind::compressed ? keys_to_create(keys, surroundings) : read_keys(keys);
    make_folder(open_machine("/")->files(), absolute);
    open = open_blobs(absolute);
    try {
      open.vault =
          store::create_vault(place_of(open, absolute), new_keys, options, surroundings.random, surroundings.clock);
      return open;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::already_exists) throw;
      info = store::peek_vault(*open.blobs);  // which another capture may have made meanwhile
      if (!info) throw;
    }
  }
  check_fitness(absolute, *info, keys, options);
  open_existing(open, absolute, *info, keys_to_open(keys, *info, surroundings), surroundings);
  return open;
}

bool remove_store_folder(const std::string& path) {
  const MachinePath absolute = absolute_path(path);
  const std::size_t slash = absolute.rfind('/');
  const std::unique_ptr<Machine> host = open_machine("/");
  const auto parent = host->files().open_for_writing(slash == 0 ? "/" : absolute.substr(0, slash));
  return transport::remove_emptied_folder(*parent, absolute.substr(slash + 1));
}

}  // namespace rehome::cli
