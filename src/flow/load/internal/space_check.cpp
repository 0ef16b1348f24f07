// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/space_check.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/core/error.h"
#include "flow/load/internal/cancellation.h"
#include "flow/load/internal/file_writer.h"
#include "flow/load/internal/folder_cache.h"
#include "flow/load/internal/paths.h"
#include "flow/load/internal/survey.h"

namespace rehome::load {

namespace {

constexpr std::uint64_t kBlockSize = 4096;

struct Needs {
  std::uint64_t bytes = 0;
  std::uint64_t inodes = 0;
};

/// Sums of hostile sizes stay at the largest number.
void add(std::uint64_t& sum, std::uint64_t more) { sum = more > UINT64_MAX - sum ? UINT64_MAX : sum + more; }

void add(Needs& sum, const Needs& more) {
  add(sum.bytes, more.bytes);
  add(sum.inodes, more.inodes);
}

/// What an object occupies, at most.
Needs needs_of(const Object& object, StoreKind kind) {
  const bool is_link = object.link_group != 0 && !object.leads_link_group;
  if (object.kind == NodeKind::file && (is_link || kind == StoreKind::hard_link)) return {};
  if (object.kind != NodeKind::file) return {object.kind == NodeKind::folder ? kBlockSize : 0, 1};
  const std::uint64_t data = data_bytes(object);
  const std::uint64_t rounding = (kBlockSize - data % kBlockSize) % kBlockSize;
  return {data > UINT64_MAX - rounding ? UINT64_MAX : data + rounding, 1};
}

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

  void check() {
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
        add(needs[target->base], needs_of(object, state_.info().kind));
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
      const FolderHandle folder = folders_.open({target.base, parent_of(target.rest)}, FolderCache::Missing::leave);
      if (!folder || target.rest.empty()) return folder != nullptr;
      const NodeInfo node = look(*folder->folder, name_of_path(target.rest));
      return node.kind == object.kind && (node.kind != NodeKind::file || node.size == object.size);
    } catch (const Error&) {
      return false;
    }
  }

  /// The first volume that is too small; null where all fit.
  const VolumeRoom* lacks_room(const std::vector<Needs>& needs) {
    rooms_.clear();
    for (std::size_t base = 0; base < needs.size(); ++base) {
      const auto folder = files_.open_for_writing(existing_part(files_, territory_.bases()[base].path).folder);
      VolumeRoom& room = rooms_
                             .try_emplace(folder->inspect_self().device,
                                          VolumeRoom{folder->space(), {}, territory_.bases()[base].path})
                             .first->second;
      add(room.needs, needs[base]);
    }
    const auto full = std::ranges::find_if(rooms_, [](const auto& each) {
      const VolumeRoom& room = each.second;
      return room.needs.bytes > room.space.free_bytes || room.needs.inodes > room.space.free_inodes;
    });
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
                 Machine& destination, const Progress& progress) {
  RoomCheck(state, mapping, territory, destination, progress).check();
}

}  // namespace rehome::load
