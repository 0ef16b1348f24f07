// SPDX-License-Identifier: Apache-2.0
#include "site/internal/selection.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "site/internal/network.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectPaths = "SELECT id, path FROM folders WHERE removed IS NULL";

constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;
constexpr std::uint64_t kGigabyte = std::uint64_t{1} << 30;

std::uint64_t bytes_of(const MinimumFree& minimum, std::uint64_t total) {
  const auto amount = static_cast<std::uint64_t>(minimum.amount);
  switch (minimum.unit) {
    case SpaceUnit::mb:
      return amount * kMegabyte;
    case SpaceUnit::gb:
      return amount * kGigabyte;
    case SpaceUnit::percent:
      return total / 100 * amount;
  }
  return 0;
}

/// Sums of what computers claim may not wrap around.
std::uint64_t added(std::uint64_t one, std::uint64_t other) {
  return one > std::numeric_limits<std::uint64_t>::max() - other ? std::numeric_limits<std::uint64_t>::max()
                                                                 : one + other;
}

std::string in_mb(std::uint64_t bytes) { return std::to_string(bytes / kMegabyte) + " MB"; }

/// What is promised of the free space of each volume, whichever folder it was promised in.
std::map<std::uint64_t, std::uint64_t> reserved_by_volume(const std::vector<MigrationPoint>& points,
                                                          const FolderSpaces& spaces) {
  std::map<std::uint64_t, std::uint64_t> reserved;
  for (const MigrationPoint& point : points) {
    for (const Folder& folder : point.folders) {
      const auto found = spaces.find(folder.id);
      if (found == spaces.end() || !found->second || found->second->volume == 0) continue;
      std::uint64_t& sum = reserved[found->second->volume];
      sum = added(sum, static_cast<std::uint64_t>(folder.reserved_bytes));
    }
  }
  return reserved;
}

struct Room {
  const FolderSpaces& spaces;
  std::map<std::uint64_t, std::uint64_t> reserved;  // by volume
};

std::uint64_t reserved_beside(const Folder& folder, const FolderSpace& space, const Room& room) {
  if (space.volume == 0) return static_cast<std::uint64_t>(folder.reserved_bytes);
  return room.reserved.at(space.volume);
}

std::optional<std::string> lack_of_room(const FolderSpace& space, const Folder& folder, const Room& room,
                                        std::uint64_t bytes) {
  const std::uint64_t kept_free = bytes_of(folder.settings.minimum_free, space.total_bytes);
  const std::uint64_t reserved = reserved_beside(folder, space, room);
  const std::uint64_t available = space.free_bytes - std::min(space.free_bytes, reserved);
  if (available >= kept_free && available - kept_free >= bytes) return std::nullopt;
  return in_mb(bytes) + " are needed and " + in_mb(kept_free) + " must stay free, but of " + in_mb(space.free_bytes) +
         " that are free on its volume " + in_mb(reserved) + " are reserved";
}

/// What keeps a capture out of the folder; nullopt where nothing does.
std::optional<Error> obstacle(const Folder& folder, const Room& room, const Wish& wish) {
  const FolderSettings& settings = folder.settings;
  if (!wish.own.contains(folder.id) && folder.clients >= settings.most_clients) {
    return Error(ErrorCode::no_space, "all " + std::to_string(settings.most_clients) + " client places are taken");
  }
  const auto found = room.spaces.find(folder.id);
  if (found == room.spaces.end()) return Error(ErrorCode::busy, "it was added just now");
  if (!found->second) return found->second.error();
  if (found->second->unwritable) return found->second->unwritable;
  auto lacks = lack_of_room(*found->second, folder, room, wish.bytes);
  return lacks ? std::optional(Error(ErrorCode::no_space, std::move(*lacks))) : std::nullopt;
}

/// Longer is nearer: the prefix of the narrowest network that holds the address, or what stands for "not near".
struct Nearness {
  enum class Group { near, anywhere, fallback, not_served } group = Group::not_served;
  int prefix = 0;
};

Nearness nearness_of(const MigrationPoint& point, const std::optional<Address>& address) {
  if (point.settings.networks.empty()) return {Nearness::Group::anywhere, 0};
  int longest = -1;
  for (const std::string& text : point.settings.networks) {
    const Network network = parse_network(text);
    if (address && network.contains(*address)) longest = std::max(longest, network.prefix);
  }
  if (longest >= 0) return {Nearness::Group::near, longest};
  return {point.settings.fallback ? Nearness::Group::fallback : Nearness::Group::not_served, 0};
}

std::optional<Error> why_unwritable(const Site& site, const FolderPlace& place) {
  try {
    site.folders().check_writable(place);
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

class Chooser {
 public:
  Chooser(const std::vector<MigrationPoint>& points, const FolderSpaces& spaces, const Wish& wish)
      : room_{.spaces = spaces, .reserved = reserved_by_volume(points, spaces)}, wish_(wish) {}

  /// Whether the folder takes the capture; why not is kept.
  bool takes(const MigrationPoint& point, const Folder& folder) {
    if (point.settings.restore_only) {
      refuse(point, folder, Error(ErrorCode::refused, "it only answers restores"));
      return false;
    }
    const auto reason = obstacle(folder, room_, wish_);
    if (reason) refuse(point, folder, *reason);
    return !reason;
  }

  Error error() const {
    if (reasons_.empty()) {
      return {ErrorCode::not_found, "this site has no state migration point with a folder that serves this computer"};
    }
    std::string all;
    for (const std::string& reason : reasons_) all += (all.empty() ? "" : "; ") + reason;
    // Where all are broken in the same way, or all only answer restores, that is what is wrong.
    const ErrorCode code = codes_.size() == 1 ? *codes_.begin() : ErrorCode::no_space;
    const char* what =
        code == ErrorCode::no_space ? "no state migration point has room: " : "nothing new can be stored: ";
    Error error(code, what + all);
    for (const std::string& detail : details_) error.add_context(detail);
    return error;
  }

 private:
  /// A computer is told which folder, but not where that lies.
  void refuse(const MigrationPoint& point, const Folder& folder, const Error& reason) {
    const std::string whole = reason.what();
    reasons_.push_back("folder " + folder.id + " of " + point.server + ": " + reason.message());
    details_.push_back(folder.id + " is " + folder.settings.path + (whole == reason.message() ? "" : ": " + whole));
    codes_.insert(reason.code());
  }

  const Room room_;
  const Wish& wish_;
  std::vector<std::string> reasons_, details_;
  std::set<ErrorCode> codes_;
};

}  // namespace

FolderSpaces look_at_folders(const Site& site, Look look) {
  const Rows folders = site.database().read([](Transaction& transaction) { return transaction.query(kSelectPaths); });
  FolderSpaces spaces;
  for (const Row& folder : folders) {
    const FolderPlace place{.path = folder.text(1), .id = folder.text(0)};
    try {
      FolderSpace space = site.folders().space(place);
      if (look == Look::writable) space.unwritable = why_unwritable(site, place);
      spaces.emplace(place.id, std::move(space));
    } catch (const Error& error) {
      spaces.emplace(place.id, std::unexpected(error));
    }
  }
  return spaces;
}

std::optional<Error> problem_of_folder(const std::vector<MigrationPoint>& points, const FolderSpaces& spaces,
                                       const Folder& folder) {
  return obstacle(folder, {.spaces = spaces, .reserved = reserved_by_volume(points, spaces)}, {});
}

std::optional<std::string> lack_of_room(const std::vector<MigrationPoint>& points, const FolderSpaces& spaces,
                                        const Folder& folder, std::uint64_t bytes) {
  const auto found = spaces.find(folder.id);
  if (found == spaces.end()) return "it was added just now";
  if (!found->second) return found->second.error().message();
  return lack_of_room(*found->second, folder, {.spaces = spaces, .reserved = reserved_by_volume(points, spaces)},
                      bytes);
}

std::vector<const MigrationPoint*> order_for(const std::vector<MigrationPoint>& points, const std::string& address) {
  struct Ranked {
    const MigrationPoint* point;
    Nearness nearness;
    std::size_t age;  // among equals the older first
  };
  const std::optional<Address> parsed = parse_address(address);
  std::vector<Ranked> ranked;
  for (const MigrationPoint& point : points) ranked.push_back({&point, nearness_of(point, parsed), ranked.size()});
  std::erase_if(ranked, [](const Ranked& one) { return one.nearness.group == Nearness::Group::not_served; });
  std::ranges::sort(ranked, {},
                    [](const Ranked& one) { return std::tuple(one.nearness.group, -one.nearness.prefix, one.age); });
  std::vector<const MigrationPoint*> order;
  for (const Ranked& one : ranked) order.push_back(one.point);
  return order;
}

std::expected<Choice, Error> choose_folder(const std::vector<MigrationPoint>& points, const FolderSpaces& spaces,
                                           const Wish& wish) {
  Chooser chooser(points, spaces, wish);
  for (const MigrationPoint& point : points) {
    for (const Folder& folder : point.folders) {
      if (folder.id == wish.preferred && chooser.takes(point, folder)) return Choice{point.id, folder.id};
    }
  }
  for (const MigrationPoint* point : order_for(points, wish.address)) {
    for (const Folder& folder : point->folders) {
      if (folder.id != wish.preferred && chooser.takes(*point, folder)) return Choice{point->id, folder.id};
    }
  }
  return std::unexpected(chooser.error());
}

}  // namespace rehome::site
