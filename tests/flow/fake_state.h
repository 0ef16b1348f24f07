// SPDX-License-Identifier: Apache-2.0
#pragma once
// A capture made by hand, for the tests of load: it says whatever a test wants, true or not. Filled on one thread, then
// read by any.

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "model/capture.h"

namespace rehome::testing {

class FakeState final : public CapturedState {
 public:
  FakeState() {
    info_.computer_name = "old";
    info_.capture_id = std::string(32, '0');
  }

  /// An account with its private group, as MemoryMachine::add_account makes them.
  CapturedAccount& add_account(AccountNumber number, const std::string& name, std::uint32_t uid) {
    CapturedAccount captured;
    captured.number = number;
    captured.account.name = name;
    captured.account.uid = captured.account.gid = uid;
    captured.account.home = captured.canonical_home = "/home/" + name;
    captured.account.shell = "/bin/bash";
    info_.groups.push_back({name, uid, {}});
    return info_.accounts.emplace_back(std::move(captured));
  }

  Object& add(Object object) { return objects_.emplace_back(std::move(object)); }

  /// An object with plausible metadata, owned by the account; `rest` is beneath the home.
  Object& add(NodeKind kind, AccountNumber account, const std::string& rest) {
    Object object;
    object.location = {account, account == kSystemAccount ? KnownFolder::none : KnownFolder::home, rest};
    object.kind = kind;
    object.metadata.mode = kind == NodeKind::folder ? 0755 : 0640;
    object.metadata.modified = {1'500'000'000 + static_cast<std::int64_t>(objects_.size()), 123'456'789};
    object.metadata.accessed = object.metadata.modified;
    for (const CapturedAccount& captured : info_.accounts) {
      if (captured.number != account) continue;
      object.metadata.uid = captured.account.uid;
      object.metadata.gid = captured.account.gid;
    }
    return add(std::move(object));
  }

  Object& add_folder(AccountNumber account, const std::string& rest) { return add(NodeKind::folder, account, rest); }

  Object& add_file(AccountNumber account, const std::string& rest, const std::string& content) {
    Object& object = add(NodeKind::file, account, rest);
    object.size = content.size();
    object.source_inode = objects_.size();
    contents_[object.location] = content;
    return object;
  }

  Object& add_symlink(AccountNumber account, const std::string& rest, const std::string& target) {
    Object& object = add(NodeKind::symlink, account, rest);
    object.link_target = target;
    return object;
  }

  CaptureInfo& info() { return info_; }
  const CaptureInfo& info() const override { return info_; }
  std::vector<Object>& objects() { return objects_; }
  void set_content(const Location& location, const std::string& content) { contents_[location] = content; }

  /// From now on a hard-link store: `find` gives the folder and name of an object's file, if it is linked and no copy.
  struct Stored {
    std::unique_ptr<Folder> folder;
    std::string name;
  };
  using Finder = std::function<std::optional<Stored>(const Object&)>;
  void set_linked(Finder find) {
    info_.kind = StoreKind::hard_link;
    find_ = std::move(find);
  }
  /// Runs before a content is given.
  std::function<void(const Object&)> before_content;

  void visit(std::span<const AccountNumber> accounts, FindingSink&,
             const std::function<void(Object)>& take) const override {
    if (before_visit) before_visit();
    for (const Object& object : objects_) {
      const bool lies = gives_everything || std::ranges::find(accounts, object.location.account) != accounts.end();
      if (lies) take(object);
    }
  }
  std::function<void()> before_visit;
  bool gives_everything = false;  // objects nobody asked for, too

  Object check_content(Object object) const override {
    if (!contents_.contains(object.location)) throw Error(ErrorCode::corrupt, "this content is damaged");
    return change_content ? change_content(std::move(object)) : object;
  }
  std::function<Object(Object)> change_content;  // what has become of an object since

  void read_content(const Object& object, ContentConsumer& consumer) const override {
    if (before_content) before_content(object);
    const auto found = contents_.find(object.location);
    if (found == contents_.end()) throw Error(ErrorCode::corrupt, "this content is damaged");
    const ByteView bytes = as_bytes(found->second);
    if (object.extents.empty()) {
      give(0, bytes, consumer);
      return;
    }
    for (const Extent& extent : object.extents) {
      const ByteView rest = bytes.subspan(std::min<std::size_t>(extent.offset, bytes.size()));
      give(extent.offset, rest.first(std::min<std::size_t>(extent.length, rest.size())), consumer);
    }
  }

  std::optional<NodeInfo> stored_file(const Object& object) const override {
    const auto stored = find_ ? find_(object) : std::nullopt;
    return stored ? std::optional(stored->folder->inspect(stored->name)) : std::nullopt;
  }

  std::optional<NodeInfo> link_content(const Object& object, WritableFolder& folder,
                                       std::string_view name) const override {
    const auto stored = find_ ? find_(object) : std::nullopt;
    if (!stored) return std::nullopt;
    const NodeInfo before = stored->folder->inspect(stored->name);
    try {
      folder.link(name, *stored->folder, stored->name);
    } catch (const Error& error) {
      if (error.system_code() == EXDEV) return std::nullopt;
      throw;
    }
    return before;
  }
  std::vector<Finding> findings(std::span<const AccountNumber>) const override { return {}; }

 private:
  static void give(std::uint64_t offset, ByteView bytes, ContentConsumer& consumer) {
    constexpr std::size_t kPiece = 1000;
    while (!bytes.empty()) {
      const ByteView piece = bytes.first(std::min(bytes.size(), kPiece));
      consumer.write(offset, piece);
      offset += piece.size();
      bytes = bytes.subspan(piece.size());
    }
  }

  CaptureInfo info_;
  std::vector<Object> objects_;
  std::map<Location, std::string> contents_;
  Finder find_;
};

/// Keeps findings for a test to look at.
class FindingList final : public FindingSink {
 public:
  void record(Finding finding) override { list_.lock()->push_back(std::move(finding)); }
  std::vector<Finding> all() { return *list_.lock(); }
  std::vector<Finding> of(FindingKind kind) {
    std::vector<Finding> found = all();
    std::erase_if(found, [&](const Finding& finding) { return finding.kind != kind; });
    return found;
  }
  void clear() { list_.lock()->clear(); }
  /// All in lines, for messages.
  std::string text() {
    std::string text;
    for (const Finding& finding : all()) {
      text += std::string(name_of(finding.kind)) + " " + finding.path + ": " + finding.message + "\n";
    }
    return text;
  }

 private:
  Locked<std::vector<Finding>> list_;
};

}  // namespace rehome::testing
