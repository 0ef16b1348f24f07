// SPDX-License-Identifier: Apache-2.0
#pragma once
// The capture of a real Linux root through scan and store, as the program joins them, with a plan that takes whole
// homes; and what a capture gives back.

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/codec/system_random.h"
#include "base/core/clock.h"
#include "base/machine/linux/linux_machine.h"
#include "flow/scan/scan.h"
#include "flow/store/vault.h"
#include "flow/transport/folder_blob_store.h"
#include "tests/support/folder_plan.h"
#include "tests/support/vault_world.h"

namespace rehome::testing {

/// A Linux root with the accounts ann (/home/ann) and bob (/data/bob), and a vault in its folder /store.
class LinuxCapture {
 public:
  explicit LinuxCapture(std::filesystem::path root) : root_(std::move(root)) {
    write("/etc/passwd",
          "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:1001::/data/bob:/bin/sh\n");
    write("/etc/group", "root:x:0:\nann:x:1000:\nbob:x:1001:\n");
    for (const char* folder : {"/home/ann", "/data/bob", "/store"}) std::filesystem::create_directories(path(folder));
    std::filesystem::permissions(path("/store"), std::filesystem::perms::owner_all);
    machine = open_linux_machine(root_.string());
  }

  std::filesystem::path path(const std::string& absolute) const { return root_ / absolute.substr(1); }
  void write(const std::string& where, const std::string& content) const {
    std::filesystem::create_directories(path(where).parent_path());
    std::ofstream(path(where), std::ios::binary) << content;
  }
  std::string read(const std::string& where) const {
    std::ifstream file(path(where), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  store::VaultPlace place() {
    vault.reset();
    blobs = transport::open_folder_blob_store(machine->files().open_for_writing("/store"), "/store");
    return {*blobs, &machine->files(), "/store"};
  }
  void create(StoreKind kind) {
    store::VaultOptions options;
    options.kind = kind;
    vault = store::create_vault(place(), {}, options, random, clock);
  }
  void open() { vault = store::open_vault(place(), {}, random, clock); }

  CaptureInfo capture() {
    const auto session = vault->begin_capture();
    LocationTable locations(*machine);
    CaptureInfo info;
    std::vector<MachinePath> homes;
    for (const Account& account : machine->accounts().list()) {
      if (account.kind != AccountKind::local) continue;
      const AccountNumber number = session->number_of(account);
      locations.add(number, account);
      info.accounts.push_back({number, account, machine->files().canonical(account.home)});
      homes.push_back(info.accounts.back().canonical_home);
    }
    const FolderPlan plan(homes);
    Progress progress;
    scan::ScanOptions options;
    options.threads = 4;
    scan::scan({*machine, plan, locations, info.accounts, options}, *session, progress);
    stored_bytes = 0;
    info = session->finish(std::move(info));
    stored_bytes = session->stored_bytes();
    return info;
  }

  /// Every file of the capture by "ann/<rest>" as it comes back; members of link groups as "= <group>".
  std::map<std::string, std::string> restored() {
    std::map<std::string, std::string> files;
    visit([&](const std::string& name, const Object& object, const CapturedState& state) {
      if (object.kind != NodeKind::file) return;
      if (object.link_group != 0 && !object.leads_link_group) return;
      StringConsumer content(object.size);
      state.read_content(object, content);
      files[name] = content.text;
    });
    return files;
  }
  template <typename Take>
  void visit(const Take& take) {
    const auto state = vault->open_capture("");
    for (const CapturedAccount& account : state->info().accounts) {
      const AccountNumber number = account.number;
      state->visit(std::span(&number, 1), findings, [&](const Object& object) {
        take(account.account.name + "/" + object.location.rest, object, *state);
      });
    }
  }
  std::vector<Finding> captured_findings() {
    const auto state = vault->open_capture("");
    std::vector<AccountNumber> numbers = {kSystemAccount};
    for (const CapturedAccount& account : state->info().accounts) numbers.push_back(account.number);
    return state->findings(numbers);
  }

  std::unique_ptr<Machine> machine;
  std::unique_ptr<OwnedBlobStore> blobs;
  std::unique_ptr<store::Vault> vault;
  FindingList findings;
  SystemRandom random;
  SystemClock clock;
  std::uint64_t stored_bytes = 0;

 private:
  std::filesystem::path root_;
};

}  // namespace rehome::testing
