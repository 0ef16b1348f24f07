// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/user_dirs_files.h"

#include <algorithm>
#include <optional>

#include "base/core/error.h"
#include "base/machine/user_dirs.h"
#include "flow/load/internal/account_folders.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

/// Keeps a content of a known size. Holes are zeros.
class TextConsumer final : public ContentConsumer {
 public:
  explicit TextConsumer(std::size_t size) : text_(size, '\0') {}

  void write(std::uint64_t offset, ByteView bytes) override {
    if (offset < end_ || offset > text_.size() || bytes.size() > text_.size() - offset) {
      throw Error(ErrorCode::corrupt, "the store gives content that lies outside the file's size");
    }
    text_.replace(offset, bytes.size(), as_text(bytes));
    end_ = offset + bytes.size();
    written_ += bytes.size();
  }

  /// nullopt where something is missing.
  std::optional<std::string> take(const Object& object) {
    return written_ == data_bytes(object) ? std::optional(std::move(text_)) : std::nullopt;
  }

 private:
  std::string text_;
  std::uint64_t end_ = 0;
  std::uint64_t written_ = 0;
};

std::optional<std::string> text_of(const CapturedState& state, const Object& captured) {
  try {
    const Object object = state.check_content(captured);
    if (object.size > kLargestUserDirsFile) return std::nullopt;
    TextConsumer content(object.size);
    state.read_content(object, content);
    return content.take(object);
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool has_user_dirs(Machine& destination, const Account& account) {
  const auto config = destination.environment().known_folder(KnownFolder::config, &account);
  return config && exists(destination.files(), join(*config, "user-dirs.dirs"));
}

MachinePath source_home(const CaptureInfo& info, AccountNumber number) {
  const auto found = std::ranges::find(info.accounts, number, &CapturedAccount::number);
  return found == info.accounts.end() ? MachinePath() : found->canonical_home;
}

/// What is beneath the source's home in so many words is beneath the home here.
UserDirs with_home(UserDirs dirs, const MachinePath& home) {
  if (!is_plain_path(home)) return dirs;
  for (auto& [folder, place] : dirs) {
    if (lies_in(place, home)) place = beneath(place, home);
  }
  return dirs;
}

/// What settles the folders of one account.
class Settler {
 public:
  Settler(const Territory& territory, Machine& destination, Findings& findings, AccountNumber account)
      : folders_(territory, destination.files(), account), findings_(findings), account_(account) {}

  std::string settle(std::string text, const HeldFolders& held) {
    const UserDirs said = parse_user_dirs(text);
    for (const KnownFolderNames& names : known_folders()) {
      const auto holder = holder_of(names.folder, said, held);
      if (!holder) continue;
      const auto place = said.find(names.folder);
      const auto wish = place == said.end() ? std::nullopt : std::optional(place->second);
      if (wish && folders_.is_at(*wish, *holder)) continue;
      std::string settled = with_user_dir(text, names.folder, folders_.place_of(*holder));
      if (settled == text) continue;
      say(names, wish, *holder);
      text = std::move(settled);
    }
    return text;
  }

 private:
  /// The folder, if it holds something, or else one that is said to be in the same place: what lies there was captured
  /// with that one.
  std::optional<KnownFolder> holder_of(KnownFolder folder, const UserDirs& said, const HeldFolders& held) const {
    if (held.contains({account_, folder})) return folder;
    const auto place = said.find(folder);
    if (place == said.end()) return std::nullopt;
    for (const auto& [other, other_place] : said) {
      if (other_place == place->second && held.contains({account_, other})) return other;
    }
    return std::nullopt;
  }

  void say(const KnownFolderNames& names, const std::optional<std::string>& wish, KnownFolder holder) {
    const std::string was = wish ? ", " + place_text(*wish) + " at the source," : "";
    findings_.record({FindingKind::renamed, account_, folders_.path_of(holder),
                      "the " + std::string(names.name) + " folder" + was +
                          " goes here, and the captured user-dirs.dirs is restored with this place in it"});
  }

  AccountFolders folders_;
  Findings& findings_;
  AccountNumber account_;
};

}  // namespace

UserDirsTexts read_user_dirs(const CapturedState& state, const std::vector<Object>& files) {
  UserDirsTexts texts;
  for (const Object& file : files) {
    if (auto text = text_of(state, file)) texts.insert_or_assign(file.location, *std::move(text));
  }
  return texts;
}

FolderOverrides wishes_of(const UserDirsTexts& texts, const CaptureInfo& info, const AccountMapping& mapping,
                          Machine& destination) {
  FolderOverrides wishes;
  for (const auto& [location, text] : texts) {
    const RestoredAccount* account = mapping.find(location.account);
    if (account == nullptr || has_user_dirs(destination, account->destination)) continue;
    wishes[location.account] = with_home(parse_user_dirs(text), source_home(info, location.account));
  }
  return wishes;
}

UserDirsTexts settle_user_dirs(const UserDirsTexts& texts, const HeldFolders& held, const Territory& territory,
                               Machine& destination, Findings& findings) {
  UserDirsTexts settled;
  for (const auto& [location, text] : texts) {
    if (!territory.find({location.account, KnownFolder::home, ""})) continue;
    std::string now = Settler(territory, destination, findings, location.account).settle(text, held);
    if (now != text) settled.emplace(location, std::move(now));
  }
  return settled;
}

}  // namespace rehome::load
