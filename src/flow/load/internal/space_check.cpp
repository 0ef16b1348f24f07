// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/space_check.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "flow/load/internal/cancellation.h"
#include "flow/load/internal/folder_cache.h"
#include "flow/load/internal/metadata_policy.h"
#include "flow/load/internal/needs.h"
#include "flow/load/internal/paths.h"
#include "flow/load/internal/survey.h"

namespace rehome::load {

namespace {

struct VolumeRoom {
  Space space;
  Needs needs;
  MachinePath path;  // of a base on it
};

class RoomCheck {
 public:
  RoomCheck(const SpaceQuestion& question, const Progress& progress)
      : state_(question.state),
        mapping_(question.mapping),
        territory_(question.territory),
        silent_(nothing_),
        folders_(territory_, silent_),
        ids_(state_.info(), mapping_, silent_),
        policy_(ids_, question.options.trust_source, silent_),
        progress_(progress) {
    for (const Base& base : territory_.bases()) devices_.push_back(look_at_volume(base));
  }

  void check(const Needs& total) {
    if (fits_everywhere(total)) return;
    if (const auto needs = sum_up(false); !lacks_room(needs)) return;
    if (const VolumeRoom* full = lacks_room(sum_up(true))) refuse(*full);
  }

 private:
  std::vector<Needs> sum_up(bool look_for_what_is_there) {
    std::vector<Needs> needs(territory_.bases().size());
    NeedsCounter counter;
    state_.visit(numbers_of(mapping_), silent_, [&](const Object& object) {
      stop_if_cancelled(progress_);
      const auto target = find(object.location);
      if (!target) return;
      if (look_for_what_is_there && is_there(object, *target)) {
        counter.leave_out(object);
      } else {
        needs[target->base] += can_be_linked(object, *target) ? counter.count_folders(object) : counter.count(object);
      }
    });
    return needs;
  }

  /// The conditions of LeafRestorer, which copies where one of them does not hold.
  bool can_be_linked(const Object& object, const Target& target) const {
    if (state_.info().kind != StoreKind::hard_link || object.kind != NodeKind::file) return false;
    try {
      const auto stored = state_.stored_file(object);
      if (!stored || stored->device != devices_[target.base]) return false;
      return stored->link_count == 1 || is_same_metadata(object.kind, object.metadata, policy_.admit(object, ""));
    } catch (const Error&) {
      return true;  // it is damaged and will not be written at all
    }
  }

  std::optional<Target> find(const Location& location) const {
    try {
      return territory_.find(location);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  bool is_there(const Object& object, const Target& target) {
    try {
      const SharedFolder folder = folders_.open({target.base, parent_of(target.rest)}, FolderCache::Missing::leave);
      if (!folder || target.rest.empty()) return folder != nullptr;
      const NodeInfo node = look(*folder->folder, name_of_path(target.rest));
      return node.kind == object.kind && (node.kind != NodeKind::file || node.size == object.size);
    } catch (const Error&) {
      return false;
    }
  }

  /// The usual case, without a look at what goes where.
  bool fits_everywhere(const Needs& total) const {
    return std::ranges::all_of(rooms_, [&](const auto& room) { return total.fit(room.second.space); });
  }

  std::uint64_t look_at_volume(const Base& base) {
    const std::uint64_t device = base.place.node.device;
    if (!rooms_.contains(device)) rooms_.emplace(device, VolumeRoom{base.place.folder->space(), {}, base.place.path});
    return device;
  }

  /// The first volume that is too small; null where all are large enough.
  const VolumeRoom* lacks_room(const std::vector<Needs>& needs) {
    for (auto& [device, room] : rooms_) room.needs = {};
    for (std::size_t base = 0; base < needs.size(); ++base) rooms_.at(devices_[base]).needs += needs[base];
    const auto full =
        std::ranges::find_if(rooms_, [](const auto& each) { return !each.second.needs.fit(each.second.space); });
    return full == rooms_.end() ? nullptr : &full->second;
  }

  [[noreturn]] static void refuse(const VolumeRoom& room) {
    throw Error(ErrorCode::no_space, "the volume of " + room.path + " has " + human_bytes(room.space.free_bytes) +
                                         " and " + counted(room.space.free_inodes, "inode") +
                                         " free, and the restore needs " + human_bytes(room.needs.bytes) + " and " +
                                         counted(room.needs.inodes, "inode") +
                                         " there; make room or restore fewer accounts (--users)");
  }

  const CapturedState& state_;
  const AccountMapping& mapping_;
  const Territory& territory_;
  NoFindings nothing_;
  Findings silent_;
  FolderCache folders_;
  IdMapping ids_;
  MetadataPolicy policy_;
  const Progress& progress_;
  std::map<std::uint64_t, VolumeRoom> rooms_;  // by device
  std::vector<std::uint64_t> devices_;         // of the bases
};

}  // namespace

void check_space(const SpaceQuestion& question, const Needs& total, const Progress& progress) {
  RoomCheck(question, progress).check(total);
}

}  // namespace rehome::load
