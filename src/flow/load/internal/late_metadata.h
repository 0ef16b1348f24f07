// SPDX-License-Identifier: Apache-2.0
#pragma once
// Metadata that can only be set when nothing is written any more: times and rights of folders, which every new name in
// them changes, and the flags that make a file immutable. One thread, but for remember_file().

#include <map>
#include <string>
#include <vector>

#include "base/core/locked.h"
#include "flow/load/internal/folder_cache.h"
#include "model/progress.h"

namespace rehome::load {

/// What is to be set on which node. By the time it is set, the owner of a home that is in use may have given the name
/// to another: then nothing is.
struct LateNode {
  NodeIdentity node;
  AccountNumber account = kSystemAccount;
  Metadata metadata;
};

class LateMetadata {
 public:
  void remember_folder(const Target& folder, LateNode late);
  /// Any thread. `folder` is the one that holds the file.
  void remember_file(const Target& folder, std::string name, LateNode late);
  /// Sets all of it, the deepest folder first, and nothing that is right already. Failures are findings.
  void apply(FolderCache& folders, Findings& findings, const Progress& progress);

 private:
  struct LateFile {
    Target folder;
    std::string name;
    LateNode late;
  };
  // Sorted, a folder comes before what lies in it. About 300 bytes for each captured folder.
  std::map<Target, LateNode> folders_;
  Locked<std::vector<LateFile>> files_;
};

/// Says that what is at `path` was left alone, because it was there before and belongs to `uid`.
void report_anothers(std::uint32_t uid, AccountNumber account, const MachinePath& path, Findings& findings);

/// Says of each loss what was lost at `path`.
void report_losses(const MetadataLosses& losses, AccountNumber account, const MachinePath& path, Findings& findings);

}  // namespace rehome::load
