// SPDX-License-Identifier: Apache-2.0
#include "programs/cli/internal/extraction.h"

#include "base/core/error.h"
#include "base/core/platform/process.h"

namespace rehome::cli {

namespace {

class FileContent final : public ContentConsumer {
 public:
  explicit FileContent(WritableFile& file) : file_(file) {}
  void write(std::uint64_t offset, ByteView bytes) override { file_.write_at(offset, bytes); }

 private:
  WritableFile& file_;
};

std::unique_ptr<WritableFolder> enter(WritableFolder& parent, const std::string& name) {
  try {
    return parent.open_folder_for_writing(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  parent.create_folder(name);
  return parent.open_folder_for_writing(name);
}

/// Whose file it becomes is decided by who extracts: only the owner's permission bits and the times come along.
Metadata extracted_metadata(const Object& object) {
  Metadata metadata;
  metadata.mode = object.metadata.mode & 0700;
  metadata.uid = platform::effective_user_id();
  metadata.gid = platform::effective_group_id();
  metadata.modified = object.metadata.modified;
  metadata.accessed = object.metadata.accessed;
  return metadata;
}

}  // namespace

std::string place_of(const Object& object, const Selection& selection) {
  std::string place = selection.names.at(object.location.account);
  if (const KnownFolderNames* anchor = find_known_folder(object.location.anchor)) {
    place += "/" + std::string(anchor->name);
  }
  if (!object.location.rest.empty()) place += "/" + object.location.rest;
  return place;
}

Extractor::Extractor(const Selection& selection, WritableFolder& destination, FindingSink& findings)
    : selection_(selection), destination_(destination), findings_(findings) {}

void Extractor::extract(const Object& object) {
  try {
    check_object(object, MachineFlavour::linux);
    place(object);
    ++done_;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::no_space) throw;
    pass_over(object);  // its further names need it no less
    const FindingKind kind = error.code() == ErrorCode::corrupt ? FindingKind::damaged : FindingKind::not_restored;
    findings_.record({.kind = kind,
                      .account = object.location.account,
                      .path = place_of(object, selection_),
                      .message = error.what()});
  }
}

/// The folder that holds the last component of `place`, made where missing; null for the destination itself.
std::unique_ptr<WritableFolder> Extractor::parent_of(const std::string& place, std::string& name) {
  std::unique_ptr<WritableFolder> folder;
  std::size_t start = 0;
  for (std::size_t slash = place.find('/'); slash != std::string::npos; slash = place.find('/', start)) {
    folder = enter(folder ? *folder : destination_, place.substr(start, slash - start));
    start = slash + 1;
  }
  name = place.substr(start);
  return folder;
}

void Extractor::place(const Object& object) {
  std::string name;
  const std::unique_ptr<WritableFolder> owned_parent = parent_of(place_of(object, selection_), name);
  WritableFolder& parent = owned_parent ? *owned_parent : destination_;
  switch (object.kind) {
    case NodeKind::folder:
      enter(parent, name);
      return;
    case NodeKind::symlink:
      parent.create_symlink(name, object.link_target);
      return;
    case NodeKind::file:
      break;
    default:
      throw Error(ErrorCode::unsupported, "only files, folders and links are extracted");
  }
  if (object.link_group != 0 && !object.leads_link_group) {
    add_name(object, parent, name);
  } else {
    copy_file(object, place_of(object, selection_), parent, name);
  }
}

void Extractor::pass_over(const Object& object) {
  if (object.leads_link_group) passed_over_.emplace(group_of(object), object);
}

/// `place` is where it lands; the content may be stored under another name of the same file.
void Extractor::copy_file(const Object& content, const std::string& place, WritableFolder& parent,
                          const std::string& name) {
  const Object now = selection_.state->check_content(content);
  const std::unique_ptr<WritableFile> file = parent.create_file(name);
  FileContent out(*file);
  selection_.state->read_content(now, out);
  file->set_size(now.size);
  file->set_metadata(extracted_metadata(now));
  file->commit();
  if (now != content) {
    findings_.record({.kind = FindingKind::changed,
                      .account = content.location.account,
                      .path = place,
                      .message = "it was changed after it was captured; this is its newest content"});
  }
  if (content.link_group != 0) extracted_[group_of(content)] = place;
}

void Extractor::add_name(const Object& object, WritableFolder& parent, const std::string& name) {
  if (const auto other = extracted_.find(group_of(object)); other != extracted_.end()) {
    std::string other_name;
    const std::unique_ptr<WritableFolder> other_parent = parent_of(other->second, other_name);
    parent.link(name, other_parent ? *other_parent : destination_, other_name);
    return;
  }
  const auto leader = passed_over_.find(group_of(object));
  if (leader == passed_over_.end()) {
    throw Error(ErrorCode::corrupt, "it is a further name of a file that could not be extracted");
  }
  copy_file(leader->second, place_of(object, selection_), parent, name);
}

}  // namespace rehome::cli
