// SPDX-License-Identifier: Apache-2.0
#include "sequence/wipe_guard.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "model/outcome.h"

namespace rehome::sequence {

namespace {

constexpr std::uint32_t kPrivate = 0700;

constexpr const char* kCaptureAgain = "capture again";

using Reasons = std::vector<Reason>;

void add(Reasons& reasons, Clause clause, const std::string& thing, std::string cause, std::string remedy) {
  reasons.push_back(
      {.clause = clause, .thing = printable(thing), .cause = std::move(cause), .remedy = std::move(remedy)});
}

bool is_within(std::string_view path, std::string_view folder) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

void judge_protected_folder(const ProtectedFolder& folder, Reasons& reasons) {
  const auto say = [&](std::string cause, std::string remedy) {
    add(reasons, Clause::protected_folder, folder.path, std::move(cause), std::move(remedy));
  };
  switch (folder.kind) {
    case ProtectedFolder::Kind::missing:
      return say("it is not there", "make it, root's with mode 0700, and capture into it");
    case ProtectedFolder::Kind::link:
      return say("it is a link, and what it leads to is wiped", "put a real folder in its place");
    case ProtectedFolder::Kind::other:
      return say("it is no folder", "put a folder in its place, root's with mode 0700");
    case ProtectedFolder::Kind::folder:
      break;
  }
  if (folder.is_mount) {
    say("something else is mounted there, so it is not on the volume that is wiped", "unmount it");
  }
  if (folder.uid != 0 || folder.gid != 0 || folder.mode != kPrivate) {
    say(fmt::format("it is {}:{} with mode {:04o}, so others could have changed what is in it", folder.uid, folder.gid,
                    folder.mode),
        "find out who did; then make it root:root 0700 and capture again");
  }
  if (folder.is_wipe_begun) {
    say("a wipe has begun, and what it moved away still lies there",
        "go on with it: `rehome volume wipe` with the same proof");
  }
}

void judge_store_place(const StoreFacts& store, const ProtectedFolder& folder, Reasons& reasons) {
  const auto say = [&](std::string cause, std::string remedy) {
    add(reasons, Clause::store, store.path, std::move(cause), std::move(remedy));
  };
  switch (store.place) {
    case StorePlace::protected_folder:
    case StorePlace::other_volume:
      return;
    case StorePlace::site:
      if (!store.is_available) {
        say("the site does not say that this capture is available for a restore",
            "run `rehome step release-state-store`, and see that it ends well");
      }
      return;
    case StorePlace::wiped:
      return say("it lies on the volume that is wiped, outside of the protected folder",
                 "capture into " + printable(folder.path) + ", or onto another volume");
    case StorePlace::in_memory:
      return say("it lies in memory and is gone when this system ends", "capture onto a disk or to a site");
    case StorePlace::unknown:
      return say("what it lies on cannot be told (a FUSE or overlay file system)",
                 "name the store by a path on a real volume");
  }
}

void judge_store(const StoreFacts& store, const ProtectedFolder& folder, Reasons& reasons) {
  const auto say = [&](std::string cause, std::string remedy) {
    add(reasons, Clause::store, store.path, std::move(cause), std::move(remedy));
  };
  judge_store_place(store, folder, reasons);
  if (!store.problem.empty()) return say(printable(store.problem), "capture, and let the capture end");
  for (const std::string& damage : store.damages) {
    add(reasons, Clause::store, damage, "the store cannot give it back as it was captured", kCaptureAgain);
  }
  if (store.damage_count > store.damages.size()) {
    say(fmt::format("{} things in it are damaged", store.damage_count), kCaptureAgain);
  }
  if (!store.is_verified) say("it was not verified", "check again");
  if (!store.has_rules) {
    say("the capture does not say by which rules it was made, so nothing can be held to it", kCaptureAgain);
  }
  if (store.links_outside > 0) {
    say(fmt::format("{} files of the volume that is wiped are kept only by links outside of the protected folder",
                    store.links_outside),
        "capture with hard links into " + printable(folder.path) + ", or copy");
  }
}

void judge_key(const StoreFacts& store, Reasons& reasons) {
  if (!store.encrypted || store.has_recovery_slot) return;
  if (store.place == StorePlace::site) {
    return add(reasons, Clause::key, store.path, "no recovery key opens it, so its key has a single copy",
               "let the site have a recovery key, and capture into a new store");
  }
  if (store.has_passphrase_slot || store.key_file == KeyFilePlace::safe) return;
  if (store.key_file == KeyFilePlace::wiped) {
    return add(reasons, Clause::key, store.key_file_path, "the only key of the store lies on the volume that is wiped",
               "copy it to another volume and name it there with --key-file");
  }
  add(reasons, Clause::key, store.path, "no key outside of the volume that is wiped is known to open it",
      "name one with --key-file, or capture with a passphrase or a recovery key");
}

void judge_accounts(const WipeFacts& facts, Reasons& reasons) {
  for (const AccountFact& account : facts.accounts) {
    const auto same_name = std::ranges::find(facts.captured, account.name, &AccountFact::name);
    if (same_name == facts.captured.end()) {
      add(reasons, Clause::accounts, account.name, fmt::format("the account (uid {}) is not in the store", account.uid),
          "capture it, or remove the account");
    } else if (same_name->uid != account.uid || same_name->home != account.home) {
      add(reasons, Clause::accounts, account.name,
          fmt::format("the store has another account of this name (uid {}, home {})", same_name->uid,
                      printable(same_name->home)),
          kCaptureAgain);
    }
  }
}

std::string_view describe(Encryption encryption) {
  constexpr std::array<std::string_view, 5> kNames = {"", "by systemd-homed", "by eCryptfs", "by fscrypt",
                                                      "through FUSE"};
  return kNames[static_cast<std::size_t>(encryption)];
}

void judge_homes(const WipeFacts& facts, Reasons& reasons) {
  for (const HomeFact& home : facts.homes) {
    if (home.encryption != Encryption::none) {
      add(reasons, Clause::homes, home.path,
          fmt::format("an encrypted home ({}), which is closed to everybody but its user", describe(home.encryption)),
          "let its user copy what is in it into an ordinary home, remove it, and capture again");
    } else if (home.is_listed) {
      continue;
    } else if (home.owner.empty()) {
      add(reasons, Clause::homes, home.path,
          fmt::format("a home of uid {}, which is nobody's here, is not in the store", home.uid),
          "find out whose it is and capture it, or remove it");
    } else {
      add(reasons, Clause::homes, home.path,
          fmt::format("a home that belongs to {} is not in the store", printable(home.owner)),
          "capture it with a rule of its own, or remove it");
    }
  }
}

void judge_errors(const WipeFacts& facts, Reasons& reasons) {
  const auto is_accepted = [&](const std::string& path) {
    return std::ranges::any_of(facts.accepted, [&](const std::string& accepted) { return is_within(path, accepted); });
  };
  for (const ErrorFact& error : facts.errors) {
    if (is_accepted(error.path)) continue;
    add(reasons, Clause::errors, error.path, "it was not captured as it is: " + printable(error.message),
        "capture again, or accept its loss with --accept");
  }
  if (facts.more_errors == 0) return;
  add(reasons, Clause::errors, "the capture", fmt::format("{} further errors", facts.more_errors), kCaptureAgain);
}

void judge_sessions(const WipeFacts& facts, Reasons& reasons) {
  for (const std::string& name : facts.sessions) {
    add(reasons, Clause::sessions, name, "is logged in, and may still change files", "log out, and capture again");
  }
}

std::string_view describe(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "it is new since the capture";
    case ChangeKind::content:
      return "it was changed since the capture";
    case ChangeKind::replaced:
      return "another object has its name since the capture";
    case ChangeKind::metadata:
      return "its owner, mode or attributes were changed since the capture";
    case ChangeKind::unreadable:
      break;
  }
  return "it cannot be read now, so nothing tells whether it was changed";
}

void judge_changes(const WipeFacts& facts, Reasons& reasons) {
  for (const ChangeFact& change : facts.changes) {
    add(reasons, Clause::changes, change.path, std::string(describe(change.kind)), kCaptureAgain);
  }
  if (facts.change_count <= facts.changes.size()) return;
  add(reasons, Clause::changes, "the volume", fmt::format("{} changes in all", facts.change_count), kCaptureAgain);
}

void judge_volume(const WipeFacts& facts, Reasons& reasons) {
  if (!facts.stranger.empty()) {
    add(reasons, Clause::volume, facts.folder, printable(facts.stranger),
        "check this volume by itself with `rehome volume check`");
  }
  for (const std::string& mount : facts.mounts) {
    add(reasons, Clause::volume, mount, "something is mounted there", "unmount it");
  }
}

}  // namespace

std::string_view name_of(Clause clause) {
  constexpr std::array<std::string_view, 9> kNames = {"protected-folder", "store",    "key",     "accounts", "homes",
                                                      "errors",           "sessions", "changes", "volume"};
  return kNames[static_cast<std::size_t>(clause)];
}

std::string to_text(const Reason& reason) {
  return fmt::format("{}: {}; {}", reason.thing, reason.cause, reason.remedy);
}

std::vector<Reason> reasons_against_wipe(const WipeFacts& facts) {
  Reasons reasons;
  judge_protected_folder(facts.protected_folder, reasons);
  judge_store(facts.store, facts.protected_folder, reasons);
  judge_key(facts.store, reasons);
  judge_accounts(facts, reasons);
  judge_homes(facts, reasons);
  judge_errors(facts, reasons);
  judge_sessions(facts, reasons);
  judge_changes(facts, reasons);
  judge_volume(facts, reasons);
  return reasons;
}

std::vector<std::string> one_screen(const std::vector<Reason>& reasons) {
  constexpr std::size_t kLines = 24;
  std::vector<Clause> broken;
  for (const Reason& reason : reasons) {
    if (broken.empty() || broken.back() != reason.clause) broken.push_back(reason.clause);
  }
  std::vector<std::string> lines;
  if (broken.empty()) return lines;
  // Nine clauses at most: each gets a line for what is left out, and an equal share of the rest.
  const std::size_t share = std::max<std::size_t>(1, kLines / broken.size() - 1);
  for (const Clause clause : broken) {
    const auto count = static_cast<std::size_t>(std::ranges::count(reasons, clause, &Reason::clause));
    const std::size_t shown = count <= share + 1 ? count : share;
    std::size_t at = 0;
    for (const Reason& reason : reasons) {
      if (reason.clause == clause && at++ < shown) lines.push_back(to_text(reason));
    }
    if (count > shown) lines.push_back(fmt::format("… and {} more of the kind: {}", count - shown, name_of(clause)));
  }
  return lines;
}

}  // namespace rehome::sequence
