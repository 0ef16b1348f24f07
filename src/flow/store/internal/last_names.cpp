// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/last_names.h"

#include <utility>
#include <vector>

#include "base/core/error.h"
#include "flow/store/internal/capture_list.h"
#include "flow/store/internal/capture_reader.h"
#include "flow/store/internal/content_factory.h"
#include "flow/store/internal/damage.h"
#include "flow/store/internal/tree_names.h"
#include "flow/store/internal/tree_path.h"
#include "flow/store/internal/tree_volume.h"

namespace rehome::store {

namespace {

/// What a damaged catalog does not tell is counted as an original: too many are asked about, never too few.
class Unheard final : public FindingSink {
 public:
  void record(Finding) override {}
};

class Copies {
 public:
  Copies(TreeVolume& main, TreeNames& names) : main_(main), names_(names) {}

  void leave_out_of(const CaptureReader& capture) {
    std::vector<AccountNumber> accounts = {kSystemAccount};
    for (const CapturedAccount& account : capture.info().accounts) accounts.push_back(account.number);
    Unheard findings;
    capture.visit(accounts, findings, [&](const Object& object) {
      if (!object.piece_hashes.empty()) leave_out(capture.info().capture_id, object);
    });
  }

 private:
  void leave_out(const std::string& capture_id, const Object& object) {
    const TreePath path = tree_path(capture_id, object.location);
    const TreeFolders::Handle folder = main_.folders().find(path.folder);
    if (folder == nullptr) return;
    const NodeInfo info = folder->inspect(path.leaf);
    if (info.size == object.size && info.metadata.modified == object.metadata.modified) names_.leave_out(info);
  }

  TreeVolume& main_;
  TreeNames& names_;
};

void leave_out_copies(const std::shared_ptr<const VaultContext>& vault, const CaptureId& capture, Copies& copies) {
  try {
    copies.leave_out_of(CaptureReader(vault, read_manifest(vault->blobs, capture)));
  } catch (const Error& error) {
    if (!is_damage(error) && error.code() != ErrorCode::unsupported_version) throw;
  }
}

}  // namespace

LastNames find_last_names(const std::shared_ptr<const VaultContext>& vault, const std::optional<CaptureId>& capture) {
  if (vault->header.kind != StoreKind::hard_link) return {};
  const TreePlace place = tree_place(*vault);
  const std::unique_ptr<TreeVolume> main = open_main_tree(place);
  if (main == nullptr) return {};
  TreeNames names;
  Copies copies(*main, names);
  for (const CaptureEntry& entry : list_captures(vault->blobs)) {
    const bool is_meant = !capture || *capture == entry.start.capture;
    if (is_meant && entry.is_complete) leave_out_copies(vault, entry.start.capture, copies);
  }
  const std::string folder = capture ? to_hex(*capture) : "";
  names.count(*main, folder);
  std::vector<Sister> sisters = open_sisters(place, *main);
  std::erase_if(sisters, [](const Sister& sister) { return sister.bond == Bond::anothers; });
  for (const Sister& sister : sisters) names.count(*sister.tree, folder);
  LastNames last = names.last();
  last.unreached = places_without_sister(*main, sisters);
  return last;
}

}  // namespace rehome::store
