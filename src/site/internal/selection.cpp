// SPDX-License-Identifier: Apache-2.0
#include "site/internal/selection.h"

#include <algorithm>
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

std::string in_mb(std::uint64_t bytes) { return std::to_string(bytes / kMegabyte) + " MB"; }

/// What keeps a capture out of the folder; nullopt where nothing does.
std::optional<std::string> obstacle(const Folder& folder, const FolderSpaces& spaces, const Wish& wish) {
  const FolderSettings& settings = folder.settings;
  if (!wish.own.contains(folder.id) && folder.clients >= settings.most_clients) {
    return "all " + std::to_string(settings.most_clients) + " client places are taken";
  }
  const auto found = spaces.find(folder.id);
  if (found == spaces.end()) return "it was added just now";
  if (!found->second) return found->second.error();
  const FolderSpace& space = *found->second;
  const std::uint64_t kept_free = bytes_of(settings.minimum_free, space.total_bytes);
  const auto reserved = static_cast<std::uint64_t>(folder.reserved_bytes);
  // Sums of what computers claim may not wrap around.
  const std::uint64_t available = space.free_bytes - std::min(space.free_bytes, reserved);
  if (available >= kept_free && available - kept_free >= wish.bytes) return std::nullopt;
  return in_mb(wish.bytes) + " are needed and " + in_mb(kept_free) + " must stay free, but of " +
         in_mb(space.free_bytes) + " that are free " + in_mb(reserved) + " are reserved";
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

class Chooser {
 public:
  Chooser(const FolderSpaces& spaces, const Wish& wish) : spaces_(spaces), wish_(wish) {}

  /// Whether the folder takes the capture; why not is kept.
  bool takes(const MigrationPoint& point, const Folder& folder) {
    if (point.settings.restore_only) {
      reasons_.push_back(folder.settings.path + ": " + point.server + " only answers restores");
      return false;
    }
    all_restore_only_ = false;
    const auto reason = obstacle(folder, spaces_, wish_);
    if (reason) reasons_.push_back(folder.settings.path + ": " + *reason);
    return !reason;
  }

  Error error() const {
    if (reasons_.empty()) {
      return {ErrorCode::not_found, "this site has no state migration point with a folder that serves this computer"};
    }
    std::string all;
    for (const std::string& reason : reasons_) all += (all.empty() ? "" : "; ") + reason;
    if (all_restore_only_) return {ErrorCode::refused, "nothing new can be stored: " + all};
    return {ErrorCode::no_space, "no state migration point has room: " + all};
  }

 private:
  const FolderSpaces& spaces_;
  const Wish& wish_;
  std::vector<std::string> reasons_;
  bool all_restore_only_ = true;
};

}  // namespace

FolderSpaces look_at_folders(const Site& site) {
  const Rows folders = site.database().read([](Transaction& transaction) { return transaction.query(kSelectPaths); });
  FolderSpaces spaces;
  for (const Row& folder : folders) {
    try {
      spaces.emplace(folder.text(0), site.folders().space(folder.text(1)));
    } catch (const Error& error) {
      spaces.emplace(folder.text(0), std::unexpected(error.message()));
    }
  }
  return spaces;
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
  Chooser chooser(spaces, wish);
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
