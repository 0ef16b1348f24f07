// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/walk.h"

#include <algorithm>
#include <utility>

#include "flow/scan/internal/tagged_cache.h"

namespace rehome::scan {

namespace {

constexpr std::size_t kLeavesPerTask = 64;
/// A file from this size on is a task of its own, so that it does not hold up its neighbours.
constexpr std::uint64_t kLargeFile = std::uint64_t{8} << 20;

}  // namespace

Walk::Walk(const ScanJob& job, const Scope& scope, Recorder& recorder, WorkerPool& pool)
    : job_(job),
      scope_(scope),
      recorder_(recorder),
      pool_(pool),
      taker_(recorder, job.options.reads_of_changing_file) {}

void Walk::begin() {
  for (const MachinePath& root : job_.machine.files().roots()) {
    const Volume* out = scope_.left_out_at(root);
    if (out != nullptr && job_.plan.reaches_inside(state_at(job_.plan, root)))
      report_left_out(root, kSystemAccount, *out);
  }
  for (const MachinePath& start : scope_.starts()) {
    if (job_.plan.reaches_inside(state_at(job_.plan, start))) pool_.submit([this, start] { begin_at(start); });
  }
}

void Walk::report_end() {
  if (recorder_.sink().keeps_names_across_accounts()) return;
  for (const auto& [account, files] : taker_.files_shared_between_accounts()) {
    const auto owner = std::ranges::find(job_.accounts, account, &CapturedAccount::number);
    recorder_.report(FindingKind::metadata_lost, account, owner == job_.accounts.end() ? "/" : owner->canonical_home,
                     std::to_string(files) + " of the files have names (hard links) among those of another account " +
                         "as well; each account gets a copy of its own");
  }
}

void Walk::begin_at(const MachinePath& start) {
  std::unique_ptr<Folder> folder;
  try {
    folder = job_.machine.files().open(start);
  } catch (const Error& error) {
    recorder_.report_failure(kSystemAccount, start, error);
    return;
  }
  if (auto visit = enter(nullptr, start, state_at(job_.plan, start), std::move(folder))) look_into(visit);
}

void Walk::report_left_out(const MachinePath& path, AccountNumber account, const Volume& volume) {
  recorder_.report(FindingKind::left_out, account, path,
                   "what lies here is not captured, because it is on a " + describe(volume) + "; --also-volume " +
                       path + " takes it");
}

void Walk::open(const Door& door) {
  recorder_.check_stop();
  const auto& parent = door.in->visit;
  const MachinePath path = parent->path_of(door.name);
  if (parent->depth() >= kDeepestFolder) {
    recorder_.report(FindingKind::unreadable, parent->location().account, path,
                     "it lies deeper than " + std::to_string(kDeepestFolder) + " folders");
    return;
  }
  std::unique_ptr<Folder> folder;
  try {
    folder = door.in->folder->open_folder(door.name);
  } catch (const Error& error) {
    recorder_.report_failure(parent->location().account, path, error);
    if (error.code() != ErrorCode::not_found && is_included(door.state)) record_unopened(door);
    return;
  }
  if (auto visit = enter(parent, path, door.state, std::move(folder))) look_into(visit);
}

std::shared_ptr<const OpenVisit> Walk::enter(std::shared_ptr<Visit> parent, MachinePath path, PlanState state,
                                             std::unique_ptr<Folder> folder) {
  Location location = job_.locations.locate(path);
  const AccountNumber account = location.account;
  NodeInfo info;
  try {
    info = folder->inspect_self();
    if (stays_out(parent.get(), path, account, info, *folder)) return nullptr;
  } catch (const Error& error) {
    recorder_.report_failure(account, path, error);
    return nullptr;
  }
  Object object = make_object(std::move(location), info);
  recorder_.read_attributes(account, path, [&] { folder->read_own_attributes(object.metadata); });
  auto visit = std::make_shared<Visit>(std::move(parent), std::move(path), state, std::move(object));
  if (is_included(state)) visit->record_with_parents(recorder_);
  return std::make_shared<OpenVisit>(OpenVisit{std::move(visit), std::move(folder)});
}

bool Walk::stays_out(const Visit* parent, const MachinePath& path, AccountNumber account, const NodeInfo& info,
                     Folder& folder) {
  if (recorder_.sink().owns(info)) {
    recorder_.report(FindingKind::left_out, account, path, "this is where the capture itself is kept");
    return true;
  }
  if (parent == nullptr || parent->device() == info.device) return false;
  const Volume volume = folder.volume();
  if (scope_.includes_unlisted(volume)) return false;
  report_left_out(path, account, volume);
  return true;
}

void Walk::record_unopened(const Door& door) {
  const auto info = inspect(door.as_leaf(), recorder_);
  if (!info || info->kind != NodeKind::folder || recorder_.sink().owns(*info)) return;
  const MachinePath path = door.in->visit->path_of(door.name);
  Object object = make_object(job_.locations.locate(path), *info);
  recorder_.read_attributes(object.location.account, path,
                            [&] { door.in->folder->read_attributes(door.name, object.metadata); });
  door.in->visit->record_as_parent(recorder_);
  recorder_.record(std::move(object));
}

void Walk::look_into(const std::shared_ptr<const OpenVisit>& visit) {
  std::vector<DirectoryEntry> entries = list(*visit);
  if (is_tagged_cache(*visit, entries)) {
    recorder_.report(FindingKind::left_behind, visit->visit->location().account, visit->visit->path(),
                     "its program marked this folder as a cache (" + std::string(kCacheTagName) + ")");
    std::erase_if(entries, [](const DirectoryEntry& entry) { return entry.name != kCacheTagName; });
  }
  hand_out(visit, std::move(entries));
}

std::vector<DirectoryEntry> Walk::list(const OpenVisit& visit) {
  try {
    return visit.folder->list();
  } catch (const Error& error) {
    recorder_.report_failure(visit.visit->location().account, visit.visit->path(), error);
    return {};
  }
}

bool Walk::is_tagged_cache(const OpenVisit& visit, const std::vector<DirectoryEntry>& entries) {
  if (std::ranges::find(entries, kCacheTagName, &DirectoryEntry::name) == entries.end()) return false;
  return stays_behind_as_cache(job_, visit.visit->path(), visit.visit->location(), *visit.folder);
}

void Walk::hand_out(const std::shared_ptr<const OpenVisit>& visit, std::vector<DirectoryEntry> entries) {
  // In the order of inodes a disk finds what lstat needs with fewer seeks.
  std::ranges::sort(entries, {}, &DirectoryEntry::inode);
  std::vector<std::string> leaves;
  for (DirectoryEntry& entry : entries) {
    recorder_.check_stop();
    if (entry.kind == NodeKind::unknown) {
      const auto info = inspect({visit, entry.name}, recorder_);
      if (!info) continue;
      entry.kind = info->kind;
    }
    if (entry.kind == NodeKind::folder) {
      meet_folder(visit, std::move(entry.name));
    } else if (job_.plan.decide_leaf(visit->visit->state(), entry.name).included) {
      leaves.push_back(std::move(entry.name));
    }
  }
  hand_out_leaves(visit, std::move(leaves));
}

void Walk::hand_out_leaves(const std::shared_ptr<const OpenVisit>& visit, std::vector<std::string> names) {
  for (std::size_t first = 0; first < names.size(); first += kLeavesPerTask) {
    const std::size_t count = std::min(kLeavesPerTask, names.size() - first);
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(first);
    std::vector<std::string> some(std::make_move_iterator(begin),
                                  std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(count)));
    pool_.submit([this, visit, some = std::move(some)] {
      for (const std::string& name : some) take_leaf({visit, name});
    });
  }
}

void Walk::meet_folder(const std::shared_ptr<const OpenVisit>& visit, std::string name) {
  const PlanState state = job_.plan.enter(visit->visit->state(), name);
  const MachinePath path = visit->visit->path_of(name);
  const bool reaches_inside = job_.plan.reaches_inside(state);
  if (!reaches_inside && !is_included(state)) return;
  if (const Volume* out = scope_.left_out_at(path)) {
    return report_left_out(path, visit->visit->location().account, *out);
  }
  Door door{visit, std::move(name), state};
  if (!reaches_inside) return record_unopened(door);
  pool_.submit([this, door = std::move(door)] { open(door); });
}

void Walk::take_leaf(const Leaf& leaf) {
  recorder_.check_stop();
  const auto info = inspect(leaf, recorder_);
  if (!info) return;
  if (info->kind == NodeKind::folder) {  // since it was listed
    meet_folder(leaf.in, leaf.name);
  } else if (info->kind == NodeKind::file && info->size >= kLargeFile) {
    pool_.submit([this, leaf, info] { taker_.take(leaf, *info); });
  } else {
    taker_.take(leaf, *info);
  }
}

}  // namespace rehome::scan
