// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/account_details.h"

#include "base/core/error.h"
#include "base/machine/account_rules.h"
#include "flow/load/internal/account_notes.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr std::size_t kMostRanges = 16;  // of one account and kind
constexpr std::uint32_t kExecutable = 0111;

bool is_executable_here(FileTree& files, const MachinePath& path) {
  const MachinePath place = files.canonical(path);
  try {
    const NodeInfo node = files.open(parent_of(place))->inspect(name_of_path(place));
    return node.kind == NodeKind::file && (node.metadata.mode & kExecutable) != 0;
  } catch (const Error&) {
    return false;
  }
}

class DetailChooser {
 public:
  explicit DetailChooser(const AccountDetails& parts) : parts_(parts) {}

  void choose(RestoredAccount& result) {
    result.destination.shell = shell_for(result);
    choose_texts(result);
    choose_password(result);
    result.destination.subuids = ranges_for(result, result.source.subuids, parts_.subuids, "subuid");
    result.destination.subgids = ranges_for(result, result.source.subgids, parts_.subgids, "subgid");
  }

 private:
  void choose_texts(RestoredAccount& result) {
    const Account& source = result.source;
    if (is_account_text(source.comment)) {
      result.destination.comment = source.comment;
    } else {
      note(parts_.findings, result, "its comment does not fit into an account file and was left away");
    }
  }

  void choose_password(RestoredAccount& result) {
    const Account& source = result.source;
    Account& made = result.destination;
    made.aging = source.aging;
    if (parts_.options.with_passwords) take_password(result);
    const bool may_be_unlocked = parts_.options.unlock_accounts && !source.locked;
    made.locked = !may_be_unlocked || !made.password_hash;
    if (may_be_unlocked && made.locked) {
      note(parts_.findings, result,
           "without a password it cannot be unlocked; bring it with --with-passwords, or set one with passwd");
    }
  }

  void take_password(RestoredAccount& result) {
    const Account& source = result.source;
    if (!source.password_hash) {
      if (!source.locked) note_loss(parts_.findings, result, "the store holds no password of it");
    } else if (is_password_hash(*source.password_hash)) {
      result.destination.password_hash = source.password_hash;
      if (!source.aging)
        note(parts_.findings, result, "the store does not say whether it or its password expires; set it with chage");
    } else {
      note(parts_.findings, result, "its password is in no form that this computer knows and was left away");
    }
  }

  std::string shell_for(const RestoredAccount& result) {
    const std::string& wanted = result.source.shell;
    FileTree& files = parts_.files;
    if (is_plain_path(wanted) && is_account_text(wanted) && is_executable_here(files, wanted)) return wanted;
    const std::string given = is_executable_here(files, "/bin/bash") ? "/bin/bash" : "/bin/sh";
    if (!is_executable_here(files, given)) {
      note(parts_.findings, result,
           "its shell " + printable(wanted) + " is not here, nor another; it gets " + given + ": install it");
    } else if (!wanted.empty()) {
      note(parts_.findings, result, "its shell " + printable(wanted) + " is not here; it got " + given);
    }
    return given;
  }

  std::vector<IdRange> ranges_for(const RestoredAccount& result, const std::vector<IdRange>& wanted, IdRangePool& pool,
                                  const std::string& kind) {
    std::vector<IdRange> given;
    for (const IdRange range : wanted) {
      const auto free = given.size() < kMostRanges ? pool.give(range, result.destination.name) : std::nullopt;
      if (free) {
        given.push_back(*free);
      } else {
        note_loss(parts_.findings, result,
                  "it could not get a " + kind + " range of " + std::to_string(range.count) + " ids");
      }
    }
    return given;
  }

  const AccountDetails& parts_;
};

}  // namespace

void choose_details(RestoredAccount& account, const AccountDetails& parts) { DetailChooser(parts).choose(account); }

}  // namespace rehome::load
