// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/name_service.h"

#include <cerrno>
#include <grp.h>
#include <pwd.h>

namespace rehome::linux_etc {

namespace {

constexpr std::size_t kFirstBuffer = 4096;
constexpr std::size_t kLargestBuffer = 16U << 20U;  // a group with every member of a large directory
constexpr int kMostGroups = 65536;                  // NGROUPS_MAX of the kernel

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

PasswdEntry entry_of(const passwd& user) {
  return {text_of(user.pw_name),  text_of(user.pw_passwd), user.pw_uid,           user.pw_gid,
          text_of(user.pw_gecos), text_of(user.pw_dir),    text_of(user.pw_shell)};
}

Group group_from(const group& found) {
  Group made{text_of(found.gr_name), found.gr_gid, {}};
  for (char** member = found.gr_mem; member != nullptr && *member != nullptr; ++member)
    made.members.emplace_back(*member);
  return made;
}

/// One of the get…_r calls with a buffer that grows until the answer fits. `call(record, buffer, result)`. A service
/// that fails is as good as one that does not know: the directory may be out of reach.
template <typename Record, typename Call>
std::optional<Record> ask(std::vector<char>& buffer, Call call) {
  for (buffer.resize(kFirstBuffer); buffer.size() <= kLargestBuffer; buffer.resize(buffer.size() * 4)) {
    Record record{};
    Record* result = nullptr;
    const int error = call(record, buffer, result);
    if (error == 0 && result != nullptr) return record;
    if (error != ERANGE && error != EINTR) return std::nullopt;
  }
  return std::nullopt;
}

class SystemNameService final : public NameService {
 public:
  std::vector<PasswdEntry> users() override {
    std::vector<PasswdEntry> users;
    ::setpwent();
    while (const passwd* user = ::getpwent()) users.push_back(entry_of(*user));
    ::endpwent();
    return users;
  }

  std::optional<PasswdEntry> user_of(std::uint32_t uid) override {
    return find_user([&](passwd& record, std::vector<char>& buffer, passwd*& result) {
      return ::getpwuid_r(uid, &record, buffer.data(), buffer.size(), &result);
    });
  }

  std::optional<PasswdEntry> user_named(const std::string& name) override {
    return find_user([&](passwd& record, std::vector<char>& buffer, passwd*& result) {
      return ::getpwnam_r(name.c_str(), &record, buffer.data(), buffer.size(), &result);
    });
  }

  std::vector<Group> groups() override {
    std::vector<Group> groups;
    ::setgrent();
    while (const group* found = ::getgrent()) groups.push_back(group_from(*found));
    ::endgrent();
    return groups;
  }

  std::optional<Group> group_of(std::uint32_t gid) override {
    return find_group([&](group& record, std::vector<char>& buffer, group*& result) {
      return ::getgrgid_r(gid, &record, buffer.data(), buffer.size(), &result);
    });
  }

  std::optional<Group> group_named(const std::string& name) override {
    return find_group([&](group& record, std::vector<char>& buffer, group*& result) {
      return ::getgrnam_r(name.c_str(), &record, buffer.data(), buffer.size(), &result);
    });
  }

  std::vector<std::uint32_t> gids_of(const PasswdEntry& user) override {
    std::vector<gid_t> gids(64);
    int count = static_cast<int>(gids.size());
    // The answer says how many there are where they did not fit.
    while (::getgrouplist(user.name.c_str(), user.gid, gids.data(), &count) < 0) {
      if (count <= static_cast<int>(gids.size()) || count > kMostGroups) return {user.gid};
      gids.resize(static_cast<std::size_t>(count));
    }
    return {gids.begin(), gids.begin() + count};
  }

 private:
  template <typename Call>
  static std::optional<PasswdEntry> find_user(Call call) {
    std::vector<char> buffer;
    std::optional<passwd> found = ask<passwd>(buffer, call);
    return found ? std::optional(entry_of(*found)) : std::nullopt;
  }

  template <typename Call>
  static std::optional<Group> find_group(Call call) {
    std::vector<char> buffer;
    std::optional<group> found = ask<group>(buffer, call);
    return found ? std::optional(group_from(*found)) : std::nullopt;
  }
};

}  // namespace

std::unique_ptr<NameService> open_name_service() { return std::make_unique<SystemNameService>(); }

}  // namespace rehome::linux_etc
