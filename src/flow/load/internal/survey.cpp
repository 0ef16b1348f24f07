// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/survey.h"

#include <map>
#include <string>

#include "base/core/error.h"
#include "base/machine/user_dirs.h"
#include "flow/load/internal/cancellation.h"
#include "flow/load/internal/paths.h"
#include "model/object.h"

namespace rehome::load {

namespace {

constexpr std::size_t kLargestUserDirsFile = 65536;

/// The file in which an account's settings say where its known folders are.
bool is_user_dirs_file(const Location& location) {
  return location.anchor == KnownFolder::config && location.rest == "user-dirs.dirs";
}

/// Keeps the beginning of a content.
class TextConsumer final : public ContentConsumer {
 public:
  void write(std::uint64_t offset, ByteView bytes) override {
    if (offset != text.size() || offset + bytes.size() > kLargestUserDirsFile) return;
    text += as_text(bytes);
  }
  std::string text;
};

bool has_user_dirs(Machine& destination, const Account& account) {
  const auto config = destination.environment().known_folder(KnownFolder::config, &account);
  return config && exists(destination.files(), join(*config, "user-dirs.dirs"));
}

/// The folders beneath the home. What lies elsewhere was a place of the other computer: nothing is written to one of
/// this computer because a store says so.
UserDirs user_dirs_in(const CapturedState& state, const Object& object) {
  if (object.kind != NodeKind::file || object.size > kLargestUserDirsFile) return {};
  TextConsumer content;
  try {
    state.read_content(state.check_content(object), content);
  } catch (const Error&) {
    return {};  // restoring it will say what is wrong
  }
  UserDirs dirs = parse_user_dirs(content.text);
  std::erase_if(dirs, [](const auto& dir) { return dir.second.starts_with('/'); });
  return dirs;
}

}  // namespace

std::vector<AccountNumber> numbers_of(const AccountMapping& mapping) {
  std::vector<AccountNumber> numbers;
  numbers.reserve(mapping.restored.size() + 1);
  for (const RestoredAccount& account : mapping.restored) numbers.push_back(account.number);
  numbers.push_back(kSystemAccount);
  return numbers;
}

Totals survey(const CapturedState& state, const AccountMapping& mapping, Machine& destination,
              FolderOverrides& overrides, const Progress& progress) {
  Totals totals;
  NeedsCounter counter;
  std::vector<Object> settings;
  NoFindings silent;
  state.visit(numbers_of(mapping), silent, [&](Object object) {
    stop_if_cancelled(progress);
    ++totals.objects;
    totals.known_folders.emplace(object.location.account, object.location.anchor);
    totals.needs += counter.count(object);
    if (object.kind == NodeKind::file && (object.link_group == 0 || object.leads_link_group)) {
      totals.content_bytes += data_bytes(object);  // for the display only: may wrap
    }
    if (is_user_dirs_file(object.location)) settings.push_back(std::move(object));
  });
  for (const Object& object : settings) {
    const RestoredAccount* account = mapping.find(object.location.account);
    if (account == nullptr || has_user_dirs(destination, account->destination)) continue;
    overrides[account->number] = user_dirs_in(state, object);
  }
  return totals;
}

}  // namespace rehome::load
