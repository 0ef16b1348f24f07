// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/applier.h"

#include <algorithm>

#include "base/archive/internal/image_accounts.h"
#include "base/archive/internal/tar_attributes.h"
#include "base/core/error.h"
#include "base/machine/existing_node.h"

namespace rehome::archive {

namespace {

const std::string kOwnFolderOfVolumes = "lost+found";

std::string megabytes(std::uint64_t bytes) { return std::to_string(bytes / 1'000'000 + 1) + " MB"; }

}  // namespace

Applier::Applier(Image& image, WritableFolder& target, const ApplyOptions& options)
    : image_(image), folders_(target, options.protected_names), options_(options) {}

Applied Applier::run() {
  check_room();
  while (std::optional<Entry> entry = image_.next()) {
    step();
    try {
      place(*entry);
    } catch (Error& error) {
      if (error.code() == ErrorCode::no_space) {
        throw Error(ErrorCode::no_space,
                    "the volume is full, the image is too large for it; take a smaller image or a larger volume",
                    error.system_code());
      }
      throw error.add_context("while applying " + entry->path);
    }
  }
  finish_named_acls();
  finish_folders();
  for (const std::string& loss : image_.losses()) lose("", {loss});
  folders_.top().sync_volume();
  step();
  return std::move(applied_);
}

void Applier::step() {
  if (options_.cancelled && options_.cancelled()) {
    throw Error(ErrorCode::cancelled,
                "applying the image was stopped; the target is incomplete until it is done again");
  }
  if (options_.on_progress) options_.on_progress({image_.done_bytes(), image_.total_bytes()});
}

/// What an earlier attempt left behind is replaced and needs no room twice, so that it does not count.
void Applier::check_room() {
  bool is_empty = true;
  for (const DirectoryEntry& entry : folders_.top().list()) {
    is_empty = is_empty && (entry.name == kOwnFolderOfVolumes || folders_.is_protected({entry.name}));
  }
  const Space space = folders_.top().space();
  const std::uint64_t room = is_empty ? space.free_bytes : space.total_bytes;
  const std::uint64_t needed = image_.least_room();
  if (needed <= room) return;
  throw Error(ErrorCode::no_space, "the image is too large for the volume: it takes at least " + megabytes(needed) +
                                       " of " + megabytes(room) + "; take a smaller image or a larger volume");
}

void Applier::lose(const std::string& path, const MetadataLosses& losses) {
  for (const std::string& loss : losses) {
    ++applied_.losses;
    if (applied_.listed_losses.size() >= kMostListedLosses) continue;
    std::string& line = applied_.listed_losses.emplace_back(path);
    line.append(path.empty() ? "" : ": ").append(loss);
  }
}

void Applier::place(Entry& entry) {
  const Names names = names_of(entry.path);
  if (folders_.is_protected(names)) {
    ++applied_.left_out;
    return;
  }
  if (names.empty()) {
    if (entry.kind != NodeKind::folder) {
      throw Error(ErrorCode::refused, "the image holds a " + std::string(name_of(entry.kind)) + " without a name");
    }
    take_acls(entry, names);
    folder_metadata_[{}] = entry.metadata;
    return;
  }
  ++applied_.entries;
  if (entry.same_node_as) return place_link(names, entry);
  take_acls(entry, names);
  WritableFolder& parent = folders_.open(std::span(names).first(names.size() - 1), true);
  if (entry.kind == NodeKind::folder) return place_folder(parent, names, entry);
  make_way(parent, names.back(), entry.path);
  if (entry.kind == NodeKind::file) return place_file(parent, names.back(), entry);
  place_special(parent, names.back(), entry);
}

void Applier::place_folder(WritableFolder& parent, const Names& names, const Entry& entry) {
  const std::optional<NodeInfo> there = existing_node(parent, names.back());
  if (there && there->kind != NodeKind::folder) make_way(parent, names.back(), entry.path);
  if (!there || there->kind != NodeKind::folder) parent.create_folder(names.back());
  folders_.open(names, false);  // no mount
  folder_metadata_[names] = entry.metadata;
}

/// Nothing has the name afterwards.
void Applier::make_way(WritableFolder& parent, const std::string& name, const std::string& path) {
  const std::optional<NodeInfo> there = existing_node(parent, name);
  if (!there) return;
  folders_.check_no_mount(*there, path);
  if (there->kind != NodeKind::folder) return parent.remove_file(name);
  try {
    parent.remove_folder(name);
  } catch (const Error& error) {
    throw Error(ErrorCode::already_exists,
                path +
                    " in the target is a folder with something in it, and something else in the image; wipe the "
                    "target before the image is applied",
                error.system_code());
  }
}

void Applier::place_file(WritableFolder& parent, const std::string& name, const Entry& entry) {
  const std::unique_ptr<WritableFile> file = parent.create_file(name);
  image_.read_content([&](std::uint64_t offset, ByteView bytes) {
    file->write_at(offset, bytes);
    applied_.content_bytes += bytes.size();
    step();
  });
  file->set_size(entry.size);
  lose(entry.path, file->set_metadata(entry.metadata));
  file->commit();
}

void Applier::place_special(WritableFolder& parent, const std::string& name, const Entry& entry) {
  const NodeIdentity node = entry.kind == NodeKind::symlink
                                ? parent.create_symlink(name, entry.link_target)
                                : parent.create_special(name, entry.kind, entry.device_number);
  lose(entry.path, parent.set_metadata(name, node, entry.metadata));
}

void Applier::place_link(const Names& names, const Entry& entry) {
  const Names first = names_of(*entry.same_node_as);
  if (first.empty() || folders_.is_protected(first)) {
    throw Error(ErrorCode::refused, "the image makes " + entry.path + " a further name of " + *entry.same_node_as +
                                        ", which is no file of its own; do not trust this image");
  }
  if (first == names) return;
  // That folder is opened by a walk of its own: folders_ knows one place at a time.
  TargetFolders from(folders_.top(), options_.protected_names);
  WritableFolder* from_folder = nullptr;
  std::optional<NodeInfo> node;
  try {
    from_folder = &from.open(std::span(first).first(first.size() - 1), false);
    node = existing_node(*from_folder, first.back());
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  if (!node || node->kind == NodeKind::folder) {
    throw Error(ErrorCode::corrupt, "the image makes " + entry.path + " a further name of " + *entry.same_node_as +
                                        ", which is no file that it holds before; make the image again");
  }
  from.check_no_mount(*node, *entry.same_node_as);
  WritableFolder& parent = folders_.open(std::span(names).first(names.size() - 1), true);
  make_way(parent, names.back(), entry.path);
  parent.link(names.back(), *from_folder, first.back());
}

void Applier::take_acls(Entry& entry, const Names& names) {
  bool has_names = false;
  for (const AclText& acl : entry.acls) {
    std::optional<Bytes> value = acl_of_words(acl.text, {});
    has_names = has_names || !value;
    if (value) entry.metadata.attributes.push_back({.name = acl.attribute, .value = std::move(*value)});
  }
  std::ranges::sort(entry.metadata.attributes, {}, &ExtendedAttribute::name);
  if (has_names) named_acls_.push_back({entry, names});
}

void Applier::finish_named_acls() {
  if (named_acls_.empty()) return;
  const ImageAccounts accounts(folders_.top());
  for (NamedAcls& each : named_acls_) {
    Metadata& metadata = each.entry.metadata;
    for (const AclText& acl : each.entry.acls) {
      if (std::ranges::count(metadata.attributes, acl.attribute, &ExtendedAttribute::name) > 0) continue;
      std::optional<Bytes> value = acl_of_words(acl.text, accounts.ids());
      if (value) {
        metadata.attributes.push_back({.name = acl.attribute, .value = std::move(*value)});
      } else {
        lose(each.entry.path,
             {"its ACL \"" + acl.text + "\" makes no sense, or names accounts that the image does not have"});
      }
    }
    std::ranges::sort(metadata.attributes, {}, &ExtendedAttribute::name);
    if (each.entry.kind == NodeKind::folder) {
      folder_metadata_[each.names] = metadata;
      continue;
    }
    WritableFolder& parent = folders_.open(std::span(each.names).first(each.names.size() - 1), false);
    const std::optional<NodeInfo> node = existing_node(parent, each.names.back());
    // A later entry of the same name has replaced it.
    if (!node || node->kind != each.entry.kind) continue;
    lose(each.entry.path, parent.set_metadata(each.names.back(), node->identity(), metadata));
  }
}

void Applier::finish_folders() {
  for (const auto& [names, metadata] : folder_metadata_) {
    std::string path;
    for (const std::string& name : names) path.append("/").append(name);
    lose(path, folders_.open(names, false).set_own_metadata(metadata));
  }
}

}  // namespace rehome::archive
