// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/file_reader.h"

#include <algorithm>

#include "flow/scan/internal/watched_source.h"

namespace rehome::scan {

namespace {

/// `was_linked`: the sink did not read the file and may have given it a further name, which itself changes ctime.
bool is_unchanged(const NodeInfo& before, const NodeInfo& after, bool was_linked) {
  return before.device == after.device && before.inode == after.inode && before.size == after.size &&
         before.metadata.modified == after.metadata.modified && before.metadata.mode == after.metadata.mode &&
         before.metadata.uid == after.metadata.uid && before.metadata.gid == after.metadata.gid &&
         (was_linked || before.metadata.changed == after.metadata.changed);
}

bool is_gone(const Leaf& leaf) {
  try {
    leaf.in->folder->inspect(leaf.name);
    return false;
  } catch (const Error& error) {
    return error.code() == ErrorCode::not_found;
  }
}

}  // namespace

std::optional<Object> FileReader::read(const Leaf& leaf, NodeInfo info) {
  Object object;
  for (int reading = 1;; ++reading) {
    const Result result = read_once(leaf, info, object);
    if (result == Result::failed) return std::nullopt;
    if (result == Result::done) return object;
    if (info.kind != NodeKind::file) {
      recorder_.report(FindingKind::vanished, leaf.account(), leaf.path(),
                       "a " + std::string(name_of(info.kind)) + " took the place of the file while it was read");
      return std::nullopt;
    }
    if (reading >= std::max(1, most_readings_)) break;
  }
  recorder_.report(FindingKind::changed, leaf.account(), leaf.path(),
                   "the file changed every time it was read; the last reading was kept");
  recorder_.progress().bytes += data_bytes(object);
  return object;
}

FileReader::Result FileReader::read_once(const Leaf& leaf, NodeInfo& info, Object& object) {
  recorder_.check_stop();
  object = make_object(leaf.in->visit->location_of_leaf(leaf.name), info);
  WatchedSource source(leaf, recorder_);
  if (!recorder_.sink().reuse(object)) {
    if (!keep_content(leaf, object, source)) return Result::failed;
    const NodeInfo before = info;
    const auto after = look_again(leaf, object, source);
    if (!after) return Result::failed;
    info = *after;
    const bool was_linked = source.opened() == nullptr;
    if (!is_unchanged(before, info, was_linked)) return Result::changed;
    object.metadata.changed = info.metadata.changed;
  }
  source.settle_progress(data_bytes(object));
  return Result::done;
}

std::optional<NodeInfo> FileReader::look_again(const Leaf& leaf, Object& object, WatchedSource& source) {
  Folder& folder = *leaf.in->folder;
  recorder_.read_attributes(leaf.account(), leaf.path(), [&] {
    if (source.opened() != nullptr) {
      source.opened()->read_attributes(object.metadata);
    } else {
      folder.read_attributes(leaf.name, object.metadata);
    }
  });
  try {
    return folder.inspect(leaf.name);
  } catch (const Error& error) {
    recorder_.report_failure(leaf.account(), leaf.path(), error);
    return std::nullopt;
  }
}

bool FileReader::keep_content(const Leaf& leaf, Object& object, WatchedSource& source) {
  try {
    recorder_.sink().keep_content(object, source);
    return true;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    if (source.failure()) {
      recorder_.report_failure(leaf.account(), leaf.path(), *source.failure());
    } else if (error.code() == ErrorCode::not_found && is_gone(leaf)) {
      // A store that links does not open the file: only here does it show that the source has gone.
      recorder_.report_failure(leaf.account(), leaf.path(), error);
    } else {
      throw;
    }
    return false;
  }
}

}  // namespace rehome::scan
