// SPDX-License-Identifier: Apache-2.0
#pragma once
// A small world for tests of the store: a fake computer with the accounts ann and bob, a vault in a map, and the
// shortest possible scan and restore around it.

#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/machine/memory/memory_machine.h"
#include "flow/store/vault.h"
#include "tests/support/counting_random.h"
#include "tests/support/map_blob_store.h"

namespace rehome::testing {

/// Collects content into a string, holes as NUL.
class StringConsumer final : public ContentConsumer {
 public:
  explicit StringConsumer(std::uint64_t size) : text(size, '\0') {}
  void write(std::uint64_t offset, ByteView bytes) override { text.replace(offset, bytes.size(), as_text(bytes)); }
  std::string text;
};

class FindingList final : public FindingSink {
 public:
  void record(Finding finding) override { found.push_back(std::move(finding)); }
  std::vector<Finding> found;
};

/// Notes in `opened` whose content was asked for.
class MemorySource final : public FileSource {
 public:
  MemorySource(
      Folder& folder, std::string_view name, std::string_view path, std::function<void()> opened = [] {})
      : FileSource(folder, name, path), opened_(std::move(opened)) {}
  ReadableFile& file() override {
    if (!file_) {
      file_ = folder().open_file(name());
      opened_();
    }
    return *file_;
  }

 private:
  std::function<void()> opened_;
  std::unique_ptr<ReadableFile> file_;
};

/// What came back from a capture: content by "account/path"; of folders and links "<folder>" and "-> target".
using Restored = std::map<std::string, std::string>;

class VaultWorld {
 public:
  explicit VaultWorld(bool encrypted = true) : encrypted_(encrypted) {
    machine.add_account("ann", 1000);
    machine.add_account("bob", 1001);
  }

  store::Keys keys() const {
    store::Keys keys;
    if (encrypted_) keys.key_file = Secret(as_bytes("a key file of some length, long enough"));
    return keys;
  }
  std::unique_ptr<store::Vault> create(store::VaultOptions options = {}) {
    return store::create_vault(place(), keys(), options, random, clock);
  }
  std::unique_ptr<store::Vault> open() { return store::open_vault(place(), keys(), random, clock); }
  /// From here on the vault has a folder on the fake computer, for trees of plain files.
  void use_folder() {
    machine.files().add_folder("/store");
    machine.files().edit("/store", [](Metadata& metadata) { metadata.mode = 0700; });
    has_folder_ = true;
  }

  /// Captures the homes of these accounts, in one thread. Time passes before, so that what was written is settled.
  CaptureInfo capture(store::Vault& vault, const std::vector<std::string>& accounts = {"ann", "bob"}) {
    clock.advance(std::chrono::minutes(10));
    const std::unique_ptr<store::CaptureSession> session = vault.begin_capture();
    CaptureInfo info = scan(*session, accounts);
    last_stored = 0;
    const CaptureInfo done = session->finish(std::move(info));
    last_stored = session->stored_bytes();
    return done;
  }

  /// Hands everything to the session but does not finish it.
  CaptureInfo scan(CaptureSink& sink, const std::vector<std::string>& accounts) {
    CaptureInfo info;
    info.computer_name = "source-pc";
    info.program_version = "test";
    for (const Account& account : machine.accounts().list()) {
      if (std::ranges::count(accounts, account.name) == 0) continue;
      info.accounts.push_back({sink.number_of(account), account, account.home});
    }
    info.groups = machine.accounts().groups();
    for (const CapturedAccount& account : info.accounts) {
      scan_folder(sink, account.account.home, {account.number, KnownFolder::home, ""});
    }
    return info;
  }

  /// Everything of the newest complete capture; a file that cannot be read is "<damaged>".
  Restored restore(store::Vault& vault, const std::string& capture_id = "") {
    return restore(*vault.open_capture(capture_id));
  }
  Restored restore(const CapturedState& state) {
    Restored restored;
    findings.found.clear();
    for (const CapturedAccount& account : state.info().accounts) {
      const AccountNumber number = account.number;
      state.visit(std::span(&number, 1), findings, [&](const Object& object) {
        restored[account.account.name + "/" + object.location.rest] = what_is(state, object);
      });
    }
    return restored;
  }
  /// What the source holds, in the same form.
  Restored source(const std::vector<std::string>& accounts = {"ann", "bob"}) {
    Restored all;
    for (const std::string& account : accounts) {
      const std::string home = "/home/" + account;
      all[account + "/"] = "<folder>";
      for (const MachinePath& path : machine.files().paths_below(home)) {
        all[account + "/" + path.substr(home.size() + 1)] = what_lies_at(path);
      }
    }
    return all;
  }

  ManualClock clock;
  MemoryMachine machine{MachineFlavour::linux, clock};
  CountingRandom random;
  MapBlobStore blobs;
  FindingList findings;
  std::set<std::string> read_files;  // paths whose content the store opened since this was cleared
  std::uint64_t last_stored = 0;

 private:
  std::string what_lies_at(const MachinePath& path) {
    const NodeInfo info = machine.files().inspect(path);
    if (info.kind == NodeKind::folder) return "<folder>";
    if (info.kind == NodeKind::symlink) return "-> " + machine.files().target_of(path);
    return machine.files().content_of(path);
  }
  static std::string what_is(const CapturedState& state, const Object& object) {
    if (object.kind == NodeKind::folder) return "<folder>";
    if (object.kind == NodeKind::symlink) return "-> " + object.link_target;
    StringConsumer consumer(object.size);
    try {
      state.read_content(object, consumer);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt) << error.what();
      return "<damaged>";
    }
    return consumer.text;
  }

  void scan_folder(CaptureSink& sink, const MachinePath& path, const Location& location) {
    const std::unique_ptr<Folder> opened = machine.files().open(path);
    Folder& folder = *opened;
    Object self = object_of(folder.inspect_self(), location);
    folder.read_own_attributes(self.metadata);
    sink.record(self);
    for (const DirectoryEntry& entry : folder.list()) {
      const std::string rest = location.rest.empty() ? entry.name : location.rest + "/" + entry.name;
      const Location place{location.account, location.anchor, rest};
      const NodeInfo info = folder.inspect(entry.name);
      if (info.kind == NodeKind::folder) {
        scan_folder(sink, path + "/" + entry.name, place);
        continue;
      }
      Object object = object_of(info, place);
      const bool is_reused = sink.reuse(object);
      if (!is_reused) folder.read_attributes(entry.name, object.metadata);
      if (info.kind == NodeKind::symlink) object.link_target = folder.read_link(entry.name);
      if (info.kind == NodeKind::file && !is_reused) {
        MemorySource source(folder, entry.name, path, [this, &rest] { read_files.insert(rest); });
        sink.keep_content(object, source);
      }
      sink.record(object);
    }
  }
  static Object object_of(const NodeInfo& info, const Location& location) {
    Object object;
    object.location = location;
    object.kind = info.kind;
    object.metadata = info.metadata;
    object.size = info.kind == NodeKind::file ? info.size : 0;
    object.source_device = info.device;
    object.source_inode = info.inode;
    return object;
  }

  store::VaultPlace place() {
    if (has_folder_) return {blobs, &machine.files(), "/store"};
    return {blobs};
  }

  bool encrypted_;
  bool has_folder_ = false;
};

/// The code of the Error that `call` throws.
template <typename Call>
ErrorCode code_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::io;
}

/// Bytes that no compression makes smaller, the same for the same seed.
inline std::string noise(std::size_t size, std::uint64_t seed = 1) {
  std::mt19937_64 generator(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(generator());
  return bytes;
}

}  // namespace rehome::testing
