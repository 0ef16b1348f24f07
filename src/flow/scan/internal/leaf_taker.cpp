// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/leaf_taker.h"

#include <utility>

namespace rehome::scan {

namespace {

/// What a name that waited is recorded with: everything but the content.
Object follower_of(const Object& leader) {
  Object follower = leader;
  follower.leads_link_group = false;
  follower.chunks.clear();
  follower.extents.clear();
  follower.piece_hashes.clear();
  return follower;
}

}  // namespace

bool can_be_kept(NodeKind kind) { return kind != NodeKind::socket && kind != NodeKind::unknown; }

std::string why_not_kept(NodeKind kind) { return "a " + std::string(name_of(kind)) + " cannot be kept"; }

std::optional<NodeInfo> inspect(const Leaf& leaf, Recorder& recorder) {
  try {
    return leaf.in->folder->inspect(leaf.name);
  } catch (const Error& error) {
    recorder.report_failure(leaf.account(), leaf.path(), error);
    return std::nullopt;
  }
}

void LeafTaker::take(const Leaf& leaf, const NodeInfo& info) {
  if (info.kind == NodeKind::folder || !can_be_kept(info.kind)) {
    recorder_.report(FindingKind::not_supported, leaf.account(), leaf.path(), why_not_kept(info.kind));
  } else if (info.kind != NodeKind::file) {
    take_special(leaf, info);
  } else if (info.link_count > 1) {
    take_linked_file(leaf, info);
  } else {
    take_file(leaf, info);
  }
}

void LeafTaker::record(const Leaf& leaf, Object object) {
  leaf.in->visit->record_as_parent(recorder_);
  recorder_.record(std::move(object));
}

void LeafTaker::take_file(const Leaf& leaf, const NodeInfo& info) {
  if (auto object = reader_.read(leaf, info)) record(leaf, std::move(*object));
}

void LeafTaker::take_linked_file(const Leaf& leaf, const NodeInfo& info) {
  const LinkedFiles::Key key{leaf.account(), info.device, info.inode};
  const LinkedFiles::Turn turn = linked_.arrive(key, leaf, info.link_count);
  if (const auto* leads = std::get_if<LinkedFiles::Lead>(&turn)) {
    lead(key, leads->group, leaf, info);
  } else if (const auto* follows = std::get_if<LinkedFiles::Follow>(&turn)) {
    follow(follows->group, leaf, info);
  }
}

void LeafTaker::lead(const LinkedFiles::Key& key, std::uint64_t group, const Leaf& leaf, const NodeInfo& info) {
  if (try_to_lead(key, group, leaf, info)) return;
  while (const auto next = linked_.give_up(key)) {
    const auto seen = inspect(*next, recorder_);
    if (!seen) continue;
    if (seen->device != key.device || seen->inode != key.inode) {
      take(*next, *seen);
    } else if (try_to_lead(key, group, *next, *seen)) {
      return;
    }
  }
}

bool LeafTaker::try_to_lead(const LinkedFiles::Key& key, std::uint64_t group, const Leaf& leaf, const NodeInfo& info) {
  auto object = reader_.read(leaf, info);
  if (!object) return false;
  if (object->source_device != key.device || object->source_inode != key.inode) {
    record(leaf, std::move(*object));  // another file took the name while it was read
    return false;
  }
  object->link_group = group;
  object->leads_link_group = true;
  record(leaf, *object);
  Object follower = follower_of(*object);
  for (const Leaf& waiting : linked_.recorded(key)) {
    follower.location = waiting.in->visit->location_of_leaf(waiting.name);
    record(waiting, follower);
  }
  return true;
}

void LeafTaker::follow(std::uint64_t group, const Leaf& leaf, const NodeInfo& info) {
  Object object = make_object(leaf.in->visit->location_of_leaf(leaf.name), info);
  object.link_group = group;
  read_attributes(leaf, object);
  record(leaf, std::move(object));
}

void LeafTaker::take_special(const Leaf& leaf, const NodeInfo& info) {
  Object object = make_object(leaf.in->visit->location_of_leaf(leaf.name), info);
  try {
    if (info.kind == NodeKind::symlink) object.link_target = leaf.in->folder->read_link(leaf.name);
  } catch (const Error& error) {
    recorder_.report_failure(leaf.account(), leaf.path(), error);
    return;
  }
  read_attributes(leaf, object);
  record(leaf, std::move(object));
}

void LeafTaker::read_attributes(const Leaf& leaf, Object& object) {
  recorder_.read_attributes(leaf.account(), leaf.path(),
                            [&] { leaf.in->folder->read_attributes(leaf.name, object.metadata); });
}

}  // namespace rehome::scan
