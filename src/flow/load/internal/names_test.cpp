// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/names.h"

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

#include "tests/support/source_folder.h"

namespace rehome::load {
namespace {

TEST(PrivilegedGroups, HoldThoseThatRuleMoreThanTheirName) {
  for (const char* name : {"sudo", "wheel", "input", "tty", "ssl-cert", "kvm", "microk8s", "libvirtd", "libvirt"}) {
    EXPECT_TRUE(is_privileged_group(name)) << name;
  }
  for (const char* name : {"audio", "users", "ann", "sudoers", ""}) EXPECT_FALSE(is_privileged_group(name)) << name;
}

TEST(PrivilegedGroups, TheManualListsThemAll) {
  const std::ifstream file(testing::source_folder() / "docs/operations.md");
  std::stringstream text;
  text << file.rdbuf();
  std::string list;
  for (const std::string_view name : privileged_groups()) {
    list += (list.empty() ? "" : name == privileged_groups().back() ? " and " : ", ") + std::string(name);
  }
  std::string manual = text.str();
  for (char& byte : manual) byte = byte == '\n' ? ' ' : byte;
  EXPECT_THAT(manual, ::testing::HasSubstr("membership in " + list + " only with `--allow-groups GROUP`"));
}

}  // namespace
}  // namespace rehome::load
