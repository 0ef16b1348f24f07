// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/late_metadata.h"

#include <ranges>
#include <utility>

#include "base/core/error.h"
#include "flow/load/internal/cancellation.h"
#include "flow/load/internal/metadata_policy.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

[[noreturn]] void refuse_exchanged(const MachinePath& path) {
  throw Error(ErrorCode::refused, path + " is not what this restore made or found there any more");
}

SharedFolder open_again(FolderCache& folders, const Target& target) {
  if (auto folder = folders.open(target, FolderCache::Missing::leave)) return folder;
  throw Error(ErrorCode::not_found, "its folder was removed while this restore ran");
}

void set_folder(const OpenFolder& open, const LateNode& late, Findings& findings) {
  if (open.node != late.node) refuse_exchanged(open.path);
  Metadata there = open.folder->inspect_self().metadata;
  open.folder->read_own_attributes(there);
  if (is_same_metadata(NodeKind::folder, there, late.metadata)) return;
  report_losses(open.folder->set_own_metadata(late.metadata), late.account, open.path, findings);
}

}  // namespace

void report_losses(const MetadataLosses& losses, AccountNumber account, const MachinePath& path, Findings& findings) {
  for (const std::string& loss : losses) findings.record({FindingKind::metadata_lost, account, path, loss});
}

void report_anothers(std::uint32_t uid, AccountNumber account, const MachinePath& path, Findings& findings) {
  findings.record({FindingKind::metadata_lost, account, path,
                   "it was here before and belongs to somebody else, the uid " + std::to_string(uid) +
                       "; its owner, mode and times were left alone"});
}

void LateMetadata::remember_folder(const Target& folder, LateNode late) {
  folders_.insert_or_assign(folder, std::move(late));
}

void LateMetadata::remember_file(const Target& folder, std::string name, LateNode late) {
  files_.lock()->push_back({folder, std::move(name), std::move(late)});
}

void LateMetadata::apply(FolderCache& folders, Findings& findings, const Progress& progress) {
  const auto files = std::move(*files_.lock());
  for (const LateFile& file : files) {
    const LateNode& late = file.late;
    stop_if_cancelled(progress);
    try {
      const SharedFolder folder = open_again(folders, file.folder);
      report_losses(folder->folder->set_metadata(file.name, late.node, late.metadata), late.account,
                    join(folder->path, file.name), findings);
    } catch (const Error& error) {
      findings.record({FindingKind::metadata_lost, late.account, file.name, error.what()});
    }
  }
  for (const auto& [target, late] : folders_ | std::views::reverse) {
    stop_if_cancelled(progress);
    try {
      set_folder(*open_again(folders, target), late, findings);
    } catch (const Error& error) {
      findings.record({FindingKind::metadata_lost, late.account, target.rest, error.what()});
    }
  }
}

}  // namespace rehome::load
