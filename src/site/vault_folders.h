// SPDX-License-Identifier: Apache-2.0
#pragma once
// The port to what lies in the folders of the state migration points: what the site must know of a vault, and the two
// ways in which something goes away. A folder has a mark that says which it is: where that is not there, another volume
// or none is mounted under the path, and every method but mark_of() and mark() throws Error(io). Implemented by the
// server over the store's view for keepers; the records decide, this obeys. All methods throw Error and may be called
// from many threads; what removes comes to the same end when it runs again after it was stopped anywhere. The message
// of an Error goes to agents: it names a folder by its id, and the path is in its context, for the log and for
// administrators.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/core/error.h"

namespace rehome::site {

struct FolderSpace {
  std::uint64_t free_bytes = 0;
  std::uint64_t total_bytes = 0;
  /// Folders with the same one share their free space. 0: not known, then the folder is taken for the only one there.
  std::uint64_t volume = 0;
  /// Where somebody looked: why nothing can be written there.
  std::optional<Error> unwritable = {};
};

struct FolderPlace {
  std::string path = {};
  std::string id = {};  // "" for a folder that is not on record yet, and needs no mark
};

struct VaultPlace {
  std::string folder = {};     // path of the migration point's folder
  std::string vault = {};      // 32 hexadecimal digits
  std::string folder_id = {};  // as FolderPlace::id
};

struct VaultCapture {
  std::string capture = {};                  // 32 hexadecimal digits
  bool complete = false;                     // also one whose manifest was damaged since: not proven by anything
  std::int64_t started = 0;                  // as its source says
  std::vector<std::uint32_t> accounts = {};  // numbers of those it lists; of complete captures only
};

/// The name of the mark in a folder; it has the folder's id and a line's end.
constexpr const char* kFolderMark = ".rehome-folder";

class VaultFolders {
 public:
  virtual ~VaultFolders() = default;
  /// Throws where the folder is gone.
  virtual FolderSpace space(const FolderPlace& folder) = 0;
  /// Tries it. Throws where nothing can be written there now.
  virtual void check_writable(const FolderPlace& folder) = 0;
  /// The id that its mark says; nullopt where it has none. Throws where the folder is gone.
  virtual std::optional<std::string> mark_of(const FolderPlace& folder) = 0;
  /// The folder is this one from now on, whatever it was.
  virtual void mark(const FolderPlace& folder) = 0;
  /// Nothing where no vault is (yet).
  virtual std::vector<VaultCapture> captures(const VaultPlace& place) = 0;
  /// What the capture needs and is not there, as one sentence about the first; also that it is not complete. nullopt
  /// where all is there.
  virtual std::optional<std::string> first_missing(const VaultPlace& place, const std::string& capture) = 0;
  /// Removes what a complete capture replaced: incomplete captures before it, and packs that none lists.
  virtual void tidy_after_capture(const VaultPlace& place, const std::string& capture) = 0;
  /// Removes one capture, complete or not, and the packs that no other capture lists. Does nothing where it is gone.
  virtual void remove_capture(const VaultPlace& place, const std::string& capture) = 0;
  /// Removes the vault with all that is in it. Does nothing where it is gone.
  virtual void remove_vault(const VaultPlace& place) = 0;
  virtual std::uint64_t used_bytes(const VaultPlace& place) = 0;
};

}  // namespace rehome::site
