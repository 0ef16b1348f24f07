// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/internal/comparison.h"

#include <optional>

#include "base/core/error.h"
#include "base/core/locked.h"

namespace rehome::volume {

namespace {

using sequence::ChangeKind;

/// Whether neither content nor metadata can have changed since: every change of either moves ctime.
bool is_untouched(const cli::ObjectIdentity& then, const cli::ObjectIdentity& now) {
  return then.kind == now.kind && then.inode == now.inode && then.size == now.size && then.modified == now.modified &&
         then.changed == now.changed;
}

/// Who sets mtime back cannot set back ctime. A file that the store holds by a link may get and lose further names,
/// which moves ctime too, and has the content in the store that it has here.
bool has_same_content(const cli::ObjectIdentity& then, const cli::ObjectIdentity& now) {
  return then.size == now.size && then.modified == now.modified && (then.is_linked || then.changed == now.changed);
}

bool has_same_metadata(const cli::ObjectIdentity& then, const cli::ObjectIdentity& now) {
  return then.mode == now.mode && then.uid == now.uid && then.gid == now.gid && then.attributes == now.attributes;
}

std::optional<ChangeKind> change_between(const cli::ObjectIdentity& then, const cli::ObjectIdentity& now) {
  if (then.kind != now.kind) return ChangeKind::replaced;
  if (now.kind == NodeKind::file) {
    if (then.inode != now.inode) return ChangeKind::replaced;
    if (!has_same_metadata(then, now)) return ChangeKind::metadata;
    if (!has_same_content(then, now)) return ChangeKind::content;
    return std::nullopt;
  }
  // What the others are is in the catalog whole.
  if (then.size != now.size) return ChangeKind::replaced;
  return has_same_metadata(then, now) ? std::nullopt : std::optional(ChangeKind::metadata);
}

class ComparingSink final : public CaptureSink {
 public:
  explicit ComparingSink(const ComparisonJob& job) : job_(job) {}

  Comparison result() { return *result_.lock(); }

  AccountNumber number_of(const Account& account) override {
    throw Error(ErrorCode::unsupported, "a comparison gives no number to account " + account.name);
  }
  /// Then attributes are not read: they are as they were.
  bool reuse(Object& object) override {
    const cli::ObjectIdentity* then = job_.captured.find(object.location);
    if (then == nullptr || !is_untouched(*then, cli::identity_of(object, false)))
      return object.source_device != job_.device;
    return true;
  }
  void keep_content(Object& object, FileSource& source) override {
    static_cast<void>(object);
    static_cast<void>(source);
  }
  void record(Object object) override {
    if (object.source_device != job_.device) return;
    const cli::ObjectIdentity* then = job_.captured.find(object.location);
    const cli::ObjectIdentity now = cli::identity_of(object, false);
    if (then != nullptr && then->is_linked) ++result_.lock()->linked;
    if (then == nullptr) return add(object.location, ChangeKind::added);
    if (is_untouched(*then, now)) return;
    if (const auto change = change_between(*then, now)) add(object.location, *change);
  }
  void record(Finding finding) override {
    if (level_of(finding.kind) != FindingLevel::error || job_.known_errors.contains(finding.path)) return;
    add(finding.path, ChangeKind::unreadable);
  }
  bool keeps_names_across_accounts() const override { return true; }
  bool owns(const NodeInfo& folder) const override { return folder.identity() == job_.protected_folder; }

 private:
  void add(const Location& location, ChangeKind kind) {
    add(job_.scan.locations.resolve(location).value_or("/" + location.rest), kind);
  }
  void add(std::string path, ChangeKind kind) {
    auto result = result_.lock();
    if (++result->change_count <= kMostListedChanges)
      result->changes.push_back({.path = std::move(path), .kind = kind});
  }

  const ComparisonJob& job_;
  Locked<Comparison> result_;
};

}  // namespace

Comparison compare_with_capture(const ComparisonJob& job, Progress& progress) {
  ComparingSink sink(job);
  scan::scan(job.scan, sink, progress);
  return sink.result();
}

}  // namespace rehome::volume
