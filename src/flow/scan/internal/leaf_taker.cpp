// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/leaf_taker.h"

#include <utility>

namespace rehome::scan {

namespace {

/// What the other names of the file are recorded with: everything but the content.
Object follower_of(const Object& leader) {
  Object follower = leader;
  follower.leads_link_group = false;
  follower.chunks.clear();
  follower.extents.clear();
  return follower;
}

}  // namespace

std::optional<NodeInfo> inspect(const Leaf& leaf, Recorder& recorder) {
  try {
    return leaf.in->folder->inspect(leaf.name);
  } catch (const Error& error) {
    recorder.report_failure(leaf.account(), leaf.path(), error);
    return std::nullopt;
  }
}

void LeafTaker::take(const Leaf& leaf, const NodeInfo& info) {
  switch (info.kind) {
    case NodeKind::file:
      return info.link_count > 1 ? take_linked_file(leaf, info) : take_file(leaf, info);
    case NodeKind::symlink:
    case NodeKind::fifo:
    case NodeKind::char_device:
    case NodeKind::block_device:
      return take_special(leaf, info);
    case NodeKind::socket:
    case NodeKind::unknown:
    case NodeKind::folder:
      recorder_.report(FindingKind::not_supported, leaf.account(), leaf.path(),
                       "a " + std::string(name_of(info.kind)) + " cannot be kept");
  }
}

void LeafTaker::record(const Leaf& leaf, Object object) {
  leaf.in->visit->record_as_parent(recorder_);
  recorder_.record(std::move(object));
}

void LeafTaker::record_follower(const Leaf& leaf, Object follower) {
  follower.location = leaf.in->visit->location_of_leaf(leaf.name);
  record(leaf, std::move(follower));
}

void LeafTaker::take_file(const Leaf& leaf, const NodeInfo& info) {
  if (auto object = reader_.read(leaf, info)) record(leaf, std::move(*object));
}

void LeafTaker::take_linked_file(const Leaf& leaf, const NodeInfo& info) {
  const LinkGroups::Key key{leaf.account(), info.device, info.inode};
  LinkGroups::Turn turn = groups_.arrive(key, leaf, info.link_count);
  if (const auto* lead_turn = std::get_if<LinkGroups::Lead>(&turn)) {
    lead(key, lead_turn->number, leaf, info);
  } else if (const auto* follow = std::get_if<LinkGroups::Follow>(&turn)) {
    record_follower(leaf, follow->follower);
  }
}

void LeafTaker::lead(const LinkGroups::Key& key, std::uint64_t number, const Leaf& leaf, const NodeInfo& info) {
  if (try_to_lead(key, number, leaf, info)) return;
  while (const auto next = groups_.give_up(key)) {
    const auto seen = inspect(*next, recorder_);
    if (!seen) continue;
    if (seen->device != key.device || seen->inode != key.inode) {
      take(*next, *seen);
    } else if (try_to_lead(key, number, *next, *seen)) {
      return;
    }
  }
}

bool LeafTaker::try_to_lead(const LinkGroups::Key& key, std::uint64_t number, const Leaf& leaf, const NodeInfo& info) {
  auto object = reader_.read(leaf, info);
  if (!object) return false;
  if (object->source_device != key.device || object->source_inode != key.inode) {
    record(leaf, std::move(*object));  // another file took the name while it was read
    return false;
  }
  object->link_group = number;
  object->leads_link_group = true;
  record(leaf, *object);
  const Object follower = follower_of(*object);
  for (const Leaf& leaf_waiting : groups_.led(key, follower)) record_follower(leaf_waiting, follower);
  return true;
}

void LeafTaker::take_special(const Leaf& leaf, const NodeInfo& info) {
  Object object = make_object(leaf.in->visit->location_of_leaf(leaf.name), info);
  try {
    if (info.kind == NodeKind::symlink) object.link_target = leaf.in->folder->read_link(leaf.name);
  } catch (const Error& error) {
    recorder_.report_failure(leaf.account(), leaf.path(), error);
    return;
  }
  recorder_.read_attributes(leaf.account(), leaf.path(),
                            [&] { leaf.in->folder->read_attributes(leaf.name, object.metadata); });
  record(leaf, std::move(object));
}

}  // namespace rehome::scan
