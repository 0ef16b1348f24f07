// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/restorer.h"

#include <memory>
#include <utility>

#include "base/core/error.h"
#include "flow/load/internal/cancellation.h"
#include "flow/load/internal/paths.h"
#include "flow/load/internal/survey.h"
#include "model/object.h"

namespace rehome::load {

namespace {

constexpr std::size_t kQueuedPerThread = 16;
constexpr std::size_t kMostOutside = 64;      // told apart; a forged catalog may name any number
constexpr std::uint32_t kPrivateMode = 0700;  // of a folder until everything is in it

bool is_member(const Object& object) { return object.link_group != 0 && !object.leads_link_group; }
bool is_leader(const Object& object) { return object.link_group != 0 && object.leads_link_group; }

/// What every further object would meet as well.
bool ends_everything(ErrorCode code) {
  return code == ErrorCode::cancelled || code == ErrorCode::no_space || code == ErrorCode::read_only ||
         code == ErrorCode::unreachable;
}

Target folder_of(const Target& target) { return {target.base, parent_of(target.rest)}; }

std::size_t threads_for(const LoadOptions& options) {
  return options.threads > 0 ? options.threads : usable_processors();
}

}  // namespace

Restorer::Restorer(const Parts& parts)
    : parts_(parts),
      policy_(parts.ids, parts.options.trust_source, parts.findings),
      hidden_(parts.state.info(), parts.mapping, parts.ids, parts.options.trust_source),
      folders_(parts.territory, parts.findings),
      leaves_({parts.state, parts.territory, parts.plan, parts.options.dry_run, parts.findings, parts.progress, late_}),
      pool_({.name = "restore",
             .threads = threads_for(parts.options),
             .queue_limit = threads_for(parts.options) * kQueuedPerThread}) {}

void Restorer::run(LoadReport& report) {
  if (!parts_.options.dry_run) make_homes();
  bring_all();
  report_outside();
  report_system(report);
  if (!parts_.options.dry_run) {
    late_.apply(folders_, parts_.findings, parts_.progress);
    folders_.sync_volumes();
  }
  const Counts counts = *counts_.lock();
  report.objects = counts.written + counts.already_there;
  report.written = counts.written;
  report.already_there = counts.already_there;
  report.content_bytes = counts.content_bytes;
}

/// Also of who has nothing in it. Before anything else lies in the outer ones, so that nothing of the store takes the
/// names on the way. What cannot be made is said by each object that should lie in it.
void Restorer::make_homes() {
  const std::vector<Base>& bases = parts_.territory.bases();
  for (std::uint32_t number = 0; number < bases.size(); ++number) {
    const Base& base = bases[number];
    const bool is_right = base.place.missing.empty() && !base.within && !base.becomes_owned;
    if (base.is_system || is_right) continue;
    try {
      folders_.open({number, ""}, FolderCache::Missing::make);
    } catch (const Error& error) {
      if (ends_everything(error.code())) throw;
    }
  }
}

void Restorer::bring_all() {
  try {
    parts_.state.visit(numbers_of(parts_.mapping), parts_.findings, [this](const Object& object) { take(object); });
    pool_.finish();
    bring_waiting();
  } catch (const Error&) {
    if (pool_.stopping()) pool_.finish();  // throws what stopped the workers, which is why this stopped too
    throw;
  }
}

void Restorer::take(const Object& object) {
  if (is_leader(object) && !links_.begin(object)) {
    // A second leader is none: a file of its own, whatever becomes of which is nothing to the group.
    Object alone = object;
    alone.link_group = 0;
    return take(alone);
  }
  stop_if_cancelled(parts_.progress);
  if (pool_.stopping()) throw Error(ErrorCode::cancelled, "the workers stopped");
  parts_.progress.account = object.location.account;
  try {
    take_inside(object);
  } catch (const Error& error) {
    set_not_landed(object, error);
    fail(object, text_of(object.location), error);
  }
}

/// Damage is damage under every name; what else went wrong may be the fault of this place.
void Restorer::set_not_landed(const Object& object, const Error& error) {
  if (!is_leader(object)) return;
  if (error.code() == ErrorCode::corrupt) {
    links_.set_failed(RestoredLinks::key_of(object));
  } else {
    links_.set_placeless(object);
  }
}

void Restorer::take_inside(const Object& object) {
  check_object(object, parts_.destination.flavour());
  const auto target = parts_.territory.find(object.location);
  if (!target) return take_outside(object);
  if (parts_.territory.bases()[target->base].is_system) ++system_objects_[target->base];
  if (take_hidden(object, *target)) return;
  if (object.kind == NodeKind::folder) {
    take_folder(object, *target);
  } else if (is_member(object)) {
    take_member(object, *target);
  } else {
    take_leaf(object, *target);
  }
}

void Restorer::take_folder(const Object& object, const Target& target) {
  Metadata metadata = policy_.admit(object, parts_.territory.path_of(target));
  const FolderOwner owner{metadata.uid, metadata.gid, kPrivateMode};
  const SharedFolder folder = folders_.open(target, or_leave(FolderCache::Missing::make), owner);
  count(object, !folder || folder->is_fresh);
  if (folder && !folder->is_fresh && !may_change(object, target, *folder, metadata)) return;
  if (parts_.options.dry_run) return;
  if (folder->is_fresh) give_away(*folder->folder, owner);
  late_.remember_folder(target, {folder->node, object.location.account, std::move(metadata)});
}

bool Restorer::may_change(const Object& object, const Target& target, const OpenFolder& folder,
                          const Metadata& wanted) const {
  Metadata there = folder.folder->inspect_self().metadata;
  const Base& base = parts_.territory.bases()[target.base];
  if (base.owns(there.uid) || (target.rest.empty() && base.becomes_owned)) return true;
  folder.folder->read_own_attributes(there);
  if (!is_same_metadata(object.kind, there, wanted)) {
    report_anothers(there.uid, object.location.account, folder.path, parts_.findings);
  }
  return false;
}

/// A further name of a hidden file may lie where the user could reach it: that one leads then.
bool Restorer::take_hidden(const Object& object, const Target& target) {
  const HiddenObjects::Verdict verdict = hidden_.judge(object);
  if (verdict == HiddenObjects::Verdict::shown) return false;
  if (is_leader(object)) links_.set_placeless(object);
  ++parts_.progress.objects;
  if (verdict == HiddenObjects::Verdict::in_hidden_folder) return true;
  const RestoredAccount* account = parts_.mapping.find(object.location.account);
  parts_.findings.record(
      {FindingKind::refused, object.location.account, parts_.territory.path_of(target),
       std::string(object.kind == NodeKind::folder ? "this folder with what is in it" : "this file") +
           " is of the uid " + std::to_string(object.metadata.uid) + ", and " + account->source.name +
           " could not look into it at the source: it stays in the store; bring it with --trust-source, or look at "
           "it " +
           "with `rehome store extract`"});
  return true;
}

void Restorer::take_leaf(const Object& object, const Target& target) {
  if (policy_.admits_kind(object, parts_.territory.path_of(target))) {
    submit(leaf_at(object, target));
    return;
  }
  if (is_leader(object)) links_.set_failed(RestoredLinks::key_of(object));
  ++parts_.progress.objects;
}

void Restorer::take_member(const Object& member, const Target& target) {
  const RestoredLinks::Group group = links_.join(member);
  switch (group.state) {
    case RestoredLinks::State::unknown:
    case RestoredLinks::State::pending:
      return;
    case RestoredLinks::State::landed: {
      Leaf leaf = leaf_at(member, target);
      leaf.is_link = true;
      leaf.leader_folder = folders_.open(group.folder, or_leave(FolderCache::Missing::make));
      leaf.leader_name = group.name;
      submit(std::move(leaf));
      return;
    }
    case RestoredLinks::State::placeless: {
      // This name leads from now on. Not before it has a folder: where it gets none, the next name may try. And at
      // once, so that of many names that get none each tries once.
      const Leaf leaf = leaf_at(group.leader, target);
      links_.begin_again(RestoredLinks::key_of(member));
      restore(leaf);
      return;
    }
    case RestoredLinks::State::failed:
      throw Error(ErrorCode::io, "the file that it is a further name of could not be restored");
  }
}

Leaf Restorer::leaf_at(const Object& object, const Target& target) {
  Leaf leaf;
  leaf.object = object;
  leaf.metadata = policy_.admit(object, parts_.territory.path_of(target));
  leaf.target = target;
  leaf.folder = folders_.open(folder_of(target), or_leave(FolderCache::Missing::make));
  leaf.name = name_of_path(target.rest);
  return leaf;
}

void Restorer::submit(Leaf leaf) {
  pool_.submit([this, shared = std::make_shared<const Leaf>(std::move(leaf))] { restore(*shared); });
}

void Restorer::restore(const Leaf& leaf) {
  const Object& object = leaf.object;
  try {
    const Landing landing = leaves_.restore(leaf);
    if (is_leader(object) && landing.how == Landing::How::kept) {
      links_.set_placeless(object);
    } else if (is_leader(object)) {
      links_.set_landed(RestoredLinks::key_of(object), folder_of(leaf.target), landing.name);
    }
    if (landing.how == Landing::How::kept) {
      ++parts_.progress.objects;
    } else {
      if (landing.is_newer) {
        parts_.findings.record({FindingKind::changed, object.location.account, parts_.territory.path_of(leaf.target),
                                "it was changed after it was captured; this is its newest content"});
      }
      count(object, landing.how == Landing::How::written);
    }
  } catch (const Error& error) {
    set_not_landed(object, error);
    fail(object, parts_.territory.path_of(leaf.target), error);
  }
}

/// Each round ends with every leader finished, so that what waited can go; a member that took the lead may make others
/// wait once more.
void Restorer::bring_waiting() {
  for (auto waiting = links_.take_waiting(); !waiting.empty(); waiting = links_.take_waiting()) {
    for (const Object& member : waiting) take(member);
    pool_.finish();
  }
}

void Restorer::take_outside(const Object& object) {
  const Location& location = object.location;
  std::pair<AccountNumber, MachinePath> place(location.account, "");
  if (location.anchor == KnownFolder::none) place.second = "/" + location.rest.substr(0, location.rest.find('/'));
  if (outside_.size() >= kMostOutside && !outside_.contains(place)) place.second.clear();
  Outside& outside = outside_[place];
  if (outside.count++ == 0) outside.first = text_of(location);
  if (is_leader(object)) links_.set_placeless(object);
  ++parts_.progress.objects;
}

void Restorer::report_outside() {
  for (const auto& [place, outside] : outside_) {
    std::string what = "this is";
    if (outside.count > 1) {
      what = "this and " + std::to_string(outside.count - 1) + " more" +
             (place.second.empty() ? "" : " in " + place.second) + " are";
    }
    parts_.findings.record({FindingKind::refused, place.first, outside.first,
                            what + " the system's and may not be written here; allow it with --allow-system"});
  }
}

void Restorer::report_system(LoadReport& report) const {
  for (const Territory::Allowed& allowed : parts_.territory.allowed()) {
    const auto objects = system_objects_.find(allowed.base);
    if (objects == system_objects_.end()) continue;
    const Target target{allowed.base, beneath(allowed.location, allowed.holder)};
    report.system_locations[parts_.territory.path_of(target)] += objects->second;
  }
}

void Restorer::fail(const Object& object, const std::string& path, const Error& error) {
  if (error.code() == ErrorCode::no_space) {
    throw Error(ErrorCode::no_space,
                "the destination is full at " + path +
                    "; every file that is there is whole: make room, and the same command goes on with the rest",
                error.system_code());
  }
  if (ends_everything(error.code())) throw error;
  const bool is_damage = error.code() == ErrorCode::corrupt;
  parts_.findings.record(
      {is_damage ? FindingKind::damaged : FindingKind::not_restored, object.location.account, path, error.what()});
  ++parts_.progress.objects;
}

void Restorer::count(const Object& object, bool is_new) {
  ++parts_.progress.objects;
  auto counts = counts_.lock();
  ++(is_new ? counts->written : counts->already_there);
  if (object.kind == NodeKind::file && !is_member(object)) counts->content_bytes += data_bytes(object);
}

FolderCache::Missing Restorer::or_leave(FolderCache::Missing wanted) const {
  return parts_.options.dry_run ? FolderCache::Missing::leave : wanted;
}

/// Where it would have landed, as far as that can be said.
std::string Restorer::text_of(const Location& location) const {
  const RestoredAccount* account = parts_.mapping.find(location.account);
  std::string as_catalog_says = to_text(location, account != nullptr ? account->source.name : "");
  try {
    const auto target = parts_.territory.find(location);
    return target ? parts_.territory.path_of(*target) : as_catalog_says;
  } catch (const Error&) {
    return as_catalog_says;  // it is no path
  }
}

}  // namespace rehome::load
