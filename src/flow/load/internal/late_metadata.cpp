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

void set_folder(WritableFolder& folder, const Metadata& wanted, AccountNumber account, const MachinePath& path,
                Findings& findings) {
  Metadata there = folder.inspect_self().metadata;
  folder.read_own_attributes(there);
  if (is_same_metadata(NodeKind::folder, there, wanted)) return;
  report_losses(folder.set_own_metadata(wanted), account, path, findings);
}

}  // namespace

void report_losses(const MetadataLosses& losses, AccountNumber account, const MachinePath& path, Findings& findings) {
  for (const std::string& loss : losses) findings.record({FindingKind::metadata_lost, account, path, loss});
}

void LateMetadata::remember_folder(const Target& folder, AccountNumber account, Metadata metadata) {
  folders_.insert_or_assign(folder, LateFolder{account, std::move(metadata)});
}

void LateMetadata::remember_file(const Target& folder, std::string name, AccountNumber account, Metadata metadata) {
  files_.lock()->push_back({folder, std::move(name), account, std::move(metadata)});
}

void LateMetadata::apply(FolderCache& folders, Findings& findings, const Progress& progress) {
  const auto files = std::move(*files_.lock());
  for (const LateFile& late : files) {
    stop_if_cancelled(progress);
    try {
      const SharedFolder folder = folders.open(late.folder, FolderCache::Missing::make);
      report_losses(folder->folder->set_metadata(late.name, late.metadata), late.account, join(folder->path, late.name),
                    findings);
    } catch (const Error& error) {
      findings.record({FindingKind::metadata_lost, late.account, late.name, error.what()});
    }
  }
  for (const auto& [target, late] : folders_ | std::views::reverse) {
    stop_if_cancelled(progress);
    try {
      const SharedFolder folder = folders.open(target, FolderCache::Missing::make);
      set_folder(*folder->folder, late.metadata, late.account, folder->path, findings);
    } catch (const Error& error) {
      findings.record({FindingKind::metadata_lost, late.account, target.rest, error.what()});
    }
  }
}

}  // namespace rehome::load
