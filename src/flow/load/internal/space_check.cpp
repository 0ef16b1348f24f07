// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/space_check.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/core/error.h"
#include "flow/load/internal/cancellation.h"
#include "flow/load/internal/folder_cache.h"
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
  RoomCheck(const CapturedState& state, const AccountMapping& mapping, const Territory& territory, Machine& destination,
            const Progress& progress)
      : state_(state),
        mapping_(mapping),
        territory_(territory),
        files_(destination.files()),
        silent_(nothing_),
        folders_(files_, territory, silent_),
        progress_(progress) {}

  void check(const Needs& total) {
    if (fits_everywhere(total)) return;
    if (const auto needs = sum_up(false); !lacks_room(needs)) return;
    if (const VolumeRoom* full = lacks_room(sum_up(true))) refuse(*full);
  }

 private:
  class Nothing final : public FindingSink {
    void record(Finding) override {}  // the restore itself says it
  };

  std::vector<Needs> sum_up(bool look_for_what_is_there) {
    std::vector<Needs> needs(territory_.bases().size());
    state_.visit(numbers_of(mapping_), silent_, [&](const Object& object) {
      stop_if_cancelled(progress_);
      if (const auto target = find(object.location); target && !(look_for_what_is_there && is_there(object, *target))) {
        needs[target->base] += needs_of(object, state_.info().kind);
      }
    });
    return needs;
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
  bool fits_everywhere(const Needs& total) {
    return std::ranges::all_of(territory_.bases(), [&](const Base& base) { return total.fit(room_of(base).space); });
  }

  VolumeRoom& room_of(const Base& base) {
    const auto folder = files_.open_for_writing(existing_part(files_, base.path).folder);
    const std::uint64_t device = folder->inspect_self().device;
    const auto known = rooms_.find(device);
    if (known != rooms_.end()) return known->second;
    return rooms_.emplace(device, VolumeRoom{folder->space(), {}, base.path}).first->second;
  }

  /// The first volume that is too small; null where all are large enough.
  const VolumeRoom* lacks_room(const std::vector<Needs>& needs) {
    rooms_.clear();
    for (std::size_t base = 0; base < needs.size(); ++base) room_of(territory_.bases()[base]).needs += needs[base];
    const auto full =
        std::ranges::find_if(rooms_, [](const auto& each) { return !each.second.needs.fit(each.second.space); });
    return full == rooms_.end() ? nullptr : &full->second;
  }

  [[noreturn]] static void refuse(const VolumeRoom& room) {
    throw Error(ErrorCode::no_space, "the volume of " + room.path + " has " + std::to_string(room.space.free_bytes) +
                                         " bytes and " + std::to_string(room.space.free_inodes) +
                                         " inodes free, and the restore needs " + std::to_string(room.needs.bytes) +
                                         " bytes and " + std::to_string(room.needs.inodes) +
                                         " inodes there; make room or restore fewer accounts (--users)");
  }

  const CapturedState& state_;
  const AccountMapping& mapping_;
  const Territory& territory_;
  FileTree& files_;
  Nothing nothing_;
  Findings silent_;
  FolderCache folders_;
  const Progress& progress_;
  std::map<std::uint64_t, VolumeRoom> rooms_;  // by device
};

}  // namespace

void check_space(const CapturedState& state, const AccountMapping& mapping, const Territory& territory,
                 Machine& destination, const Needs& total, const Progress& progress) {
  RoomCheck(state, mapping, territory, destination, progress).check(total);
}

}  // namespace rehome::load
