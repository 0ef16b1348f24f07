// SPDX-License-Identifier: Apache-2.0
#pragma once
// The vaults in the folders of this server's state migration points: <folder>/<vault> is a blob store of its own, the
// same as a store that a person keeps in a folder. In: what the records decide, and blobs of agents. Any thread.

#include <map>
#include <memory>
#include <string>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "base/machine/file_tree.h"
#include "flow/transport/folder_blob_store.h"
#include "site/vault_folders.h"

namespace rehome::server {

/// What went wrong on disk, as agents may hear it: the folder by its id and the cause. What it said before, with the
/// path, is its context. Other errors stay as they are.
Error without_path(const site::FolderPlace& folder, const Error& error);

template <typename Work>
auto in_folder(const site::VaultPlace& place, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    throw without_path({.path = place.folder, .id = place.folder_id}, error);
  }
}

class FolderVaults final : public site::VaultFolders {
 public:
  using Blobs = std::shared_ptr<transport::StreamedBlobStore>;

  /// `files`: of the computer that the folders are on.
  explicit FolderVaults(FileTree& files) : files_(files) {}

  site::FolderSpace space(const site::FolderPlace& folder) override;
  void check_writable(const site::FolderPlace& folder) override;
  std::optional<std::string> mark_of(const site::FolderPlace& folder) override;
  void mark(const site::FolderPlace& folder) override;
  std::vector<site::VaultCapture> captures(const site::VaultPlace& place) override;
  std::optional<std::string> first_missing(const site::VaultPlace& place, const std::string& capture) override;
  void tidy_after_capture(const site::VaultPlace& place, const std::string& capture) override;
  void remove_capture(const site::VaultPlace& place, const std::string& capture) override;
  void remove_vault(const site::VaultPlace& place) override;
  std::uint64_t used_bytes(const site::VaultPlace& place) override;

  /// The blobs of a vault, opened once for as long as its folder is the same: a volume may be taken away, and what is
  /// under the path then may be a copy. Null where there is none, unless `make`. Throws where the folder is gone.
  Blobs open(const site::VaultPlace& place, bool make = false);

 private:
  Blobs open_or_throw(const site::VaultPlace& place, bool make);
  std::unique_ptr<WritableFolder> open_marked(const std::string& path, const std::string& id);
  struct Opened {
    NodeIdentity node;
    Blobs blobs;
  };
  using ByPath = std::map<std::string, Opened, std::less<>>;
  FileTree& files_;
  Locked<ByPath> opened_;
};

}  // namespace rehome::server
