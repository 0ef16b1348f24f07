// SPDX-License-Identifier: Apache-2.0
#pragma once
// The content of uncompressed and hard-link vaults: trees of plain files beside the blobs, one per capture, at
// STORE/Tree/<capture id>/<account number>/<anchor>/<rest of the path>. In: files of the captured machine. Out: copies
// of them (uncompressed) or further names for them (hard-link). A hard-link vault has a sister folder
// <mount point>/.rehome-<vault id> with the same layout on every other volume that holds captured files.
// All of these folders are root:root 0700; any that is not is refused. Called by the session and the reader of
// captures.

#include <memory>
#include <string>
#include <vector>

#include "base/core/random.h"
#include "base/machine/file_tree.h"
#include "flow/store/internal/content.h"
#include "model/capture.h"
#include "model/outcome.h"

namespace rehome::store {

/// Where the trees of one vault lie. `files` must be the tree of the machine that the store is on; a hard-link capture
/// links only files of that same machine.
struct TreePlace {
  FileTree& files;
  MachinePath store_path;
  std::string vault_id;
  StoreKind kind;  // uncompressed or hard_link
  Random& random;
};

/// Which capture is written, and which earlier ones of this vault may hold copies of unchanged files, the best first.
struct TreeCapture {
  std::string capture_id;
  std::vector<std::string> earlier;
};

/// Goes on where an interrupted capture of the same id ended. `findings` hears of files that were copied because they
/// refuse a link; it must outlive the writer, as must `place.files`. Throws Error(refused) for a store folder that is
/// not root's alone.
std::unique_ptr<ContentWriter> open_tree_writer(const TreePlace& place, TreeCapture capture, FindingSink& findings);

/// Works from any root: sister folders are found by their name on the volumes mounted now. What lies in one that
/// belongs to another main tree (sister_bond.h) is missing, and said to be there.
std::unique_ptr<ContentReader> open_tree_reader(const TreePlace& place, const std::string& capture_id);

/// Throws Error(refused) where a sister holds what would be removed and does not say whose it is.
void check_removable(const TreePlace& place, const std::string& capture_id);

/// Removes the tree of one capture from all volumes, or with "" everything of this vault and the sister folders
/// themselves. Sisters that are not known to be ours are left. Follows no link, crosses no mount, and can be called
/// again when it was interrupted.
void remove_tree_content(const TreePlace& place, const std::string& capture_id);

}  // namespace rehome::store
