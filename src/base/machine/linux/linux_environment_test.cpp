// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/linux_environment.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/machine/linux/internal/test_root.h"
#include "base/machine/linux/linux_file_tree.h"

namespace rehome {
namespace {

class LinuxEnvironments : public testing::Test {
 protected:
  LinuxEnvironments() {
    root_.folder("/etc");
    root_.folder("/home/ann/.config");
    root_.folder("/home/ben/Private");
    files_ = open_linux_file_tree(root_.path());
    ann_.name = "ann";
    ann_.uid = ann_.gid = 1001;
    ann_.home = "/home/ann";
    ann_.shell = "/bin/zsh";
  }

  LinuxEnvironment environment() { return LinuxEnvironment(*files_, false); }
  std::optional<MachinePath> find(KnownFolder folder) { return environment().known_folder(folder, &ann_); }
  std::optional<std::string> variable(std::string_view name) { return environment().variable(name, &ann_); }
  void user_dirs(std::string_view text) { root_.file("/home/ann/.config/user-dirs.dirs", text); }
  void give_to_ann(std::string_view path) {
    ASSERT_EQ(::lchown(root_.at(path).c_str(), 1001, 1001), 0) << "only root can give a folder away";
  }

  linux_etc::TestRoot root_;
  std::unique_ptr<FileTree> files_;
  Account ann_;
};

TEST_F(LinuxEnvironments, ReadsOsRelease) {
  root_.file("/usr/lib/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID='12'\n");
  root_.link("/etc/os-release", "../usr/lib/os-release");
  OperatingSystem system = environment().operating_system();
  EXPECT_EQ(system.name, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(system.id, "debian");
  EXPECT_EQ(system.version, "12");
}

TEST_F(LinuxEnvironments, KnowsTheWordSizeOfAComputerThatCannotRunHere) {
  root_.folder("/usr/bin");
  root_.link("/bin", "usr/bin");
  root_.file("/usr/bin/sh",
             "\x7f"
             "ELF\x01 and more");
  EXPECT_FALSE(environment().operating_system().is_64_bit);
  root_.file("/usr/bin/sh",
             "\x7f"
             "ELF\x02 and more");
  EXPECT_TRUE(environment().operating_system().is_64_bit);
  std::filesystem::remove(root_.at("/usr/bin/sh"));
  EXPECT_TRUE(environment().operating_system().is_64_bit);
  EXPECT_EQ(environment().operating_system().id, "linux") << "no os-release";
}

TEST_F(LinuxEnvironments, ReadsTheNameOfTheComputer) {
  EXPECT_EQ(environment().computer_name(), "localhost");
  root_.file("/etc/hostname", "# set by the installer\n\nlab-7.example.org  \n");
  EXPECT_EQ(environment().computer_name(), "lab-7.example.org");
  EXPECT_EQ(variable("computername"), "lab-7.example.org");
  root_.file("/etc/hostname", "\x1b[2Jhostile\n");
  EXPECT_EQ(environment().computer_name(), "localhost");
}

TEST_F(LinuxEnvironments, FoldersAreWhereTheyAreByDefault) {
  EXPECT_EQ(find(KnownFolder::home), "/home/ann");
  EXPECT_EQ(find(KnownFolder::documents), "/home/ann/Documents");
  EXPECT_EQ(find(KnownFolder::config), "/home/ann/.config");
  EXPECT_EQ(find(KnownFolder::data), "/home/ann/.local/share");
  EXPECT_EQ(find(KnownFolder::cache), "/home/ann/.cache");
  EXPECT_EQ(find(KnownFolder::state), "/home/ann/.local/state");
  EXPECT_EQ(find(KnownFolder::start_menu), std::nullopt);
  EXPECT_EQ(find(KnownFolder::windows), std::nullopt);
  EXPECT_EQ(find(KnownFolder::none), std::nullopt);
  EXPECT_EQ(environment().known_folder(KnownFolder::users, nullptr), "/home");
  EXPECT_EQ(environment().known_folder(KnownFolder::documents, nullptr), std::nullopt);
}

TEST_F(LinuxEnvironments, TheUsersOwnWordComesBeforeTheComputers) {
  root_.file("/etc/xdg/user-dirs.defaults", "MUSIC=Sound\nDOCUMENTS=Papers\n");
  user_dirs("XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\nXDG_VIDEOS_DIR=\"$HOME/\"\n");
  EXPECT_EQ(find(KnownFolder::documents), "/home/ann/Dokumente");
  EXPECT_EQ(find(KnownFolder::music), "/home/ann/Sound");
  EXPECT_EQ(find(KnownFolder::pictures), "/home/ann/Pictures");
  EXPECT_EQ(find(KnownFolder::videos), std::nullopt) << "switched off";
}

TEST_F(LinuxEnvironments, AFolderElsewhereCountsIfItIsTheUsersOwn) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  root_.folder("/data/ann");
  give_to_ann("/data/ann");
  user_dirs("XDG_MUSIC_DIR=\"/data/ann\"\n");
  EXPECT_EQ(find(KnownFolder::music), "/data/ann");
  root_.link("/home/ann/Pictures", "/data/ann");
  EXPECT_EQ(find(KnownFolder::pictures), "/data/ann") << "a link in home";
}

TEST_F(LinuxEnvironments, AFolderThatIsALinkInTheHomeSaysSo) {
  const Account ann = ann_;
  root_.folder("/home/ann/Dropbox");
  root_.link("/home/ann/Documents", "Dropbox");
  user_dirs("XDG_MUSIC_DIR=\"$HOME/Dropbox/Music\"\n");
  EXPECT_EQ(find(KnownFolder::documents), "/home/ann/Dropbox");
  EXPECT_TRUE(environment().is_linked_in_home(KnownFolder::documents, &ann));
  EXPECT_FALSE(environment().is_linked_in_home(KnownFolder::music, &ann));
  EXPECT_FALSE(environment().is_linked_in_home(KnownFolder::home, &ann));
  EXPECT_FALSE(environment().is_linked_in_home(KnownFolder::users, nullptr));
}

TEST_F(LinuxEnvironments, AFolderOfSomebodyElseIsNobodysMusic) {
  if (::geteuid() != 0) GTEST_SKIP() << "as the tests' own user everything is its own";
  for (std::string_view place : {"/home/ben/Private", "/etc", "/", "/not/there"}) {
    user_dirs("XDG_MUSIC_DIR=\"" + std::string(place) + "\"\n");
    EXPECT_EQ(find(KnownFolder::music), "/home/ann/Music") << place;
    const auto unused = environment().unused_folder(KnownFolder::music, &ann_);
    ASSERT_EQ(unused.has_value(), place != "/") << place << ": no settings name the whole computer";
    EXPECT_EQ(unused.value_or(UnusedFolder()).place, place == "/" ? "" : place);
  }
  root_.link("/home/ann/Music", "/home/ben/Private");
  EXPECT_EQ(find(KnownFolder::music), std::nullopt) << "a link in home";
  EXPECT_EQ(environment().unused_folder(KnownFolder::music, &ann_)->reason, "it does not exist") << "/not/there";
  user_dirs("");
  EXPECT_EQ(environment().unused_folder(KnownFolder::music, &ann_),
            (UnusedFolder{"/home/ben/Private", "it belongs to the uid 0"}));
  EXPECT_EQ(environment().unused_folder(KnownFolder::videos, &ann_), std::nullopt);
  user_dirs("XDG_MUSIC_DIR=\"$HOME/Music/sub\"\n");
  EXPECT_EQ(find(KnownFolder::music), std::nullopt) << "behind a link in home";
}

TEST_F(LinuxEnvironments, NothingALinkSaysLeadsOutOfTheRoot) {
  root_.link("/home/ann/Music", "../../../../../../../../../../../etc/rehome-nowhere");
  auto music = find(KnownFolder::music);
  EXPECT_TRUE(!music || music->starts_with("/home/ann/")) << *music;
}

/// Counts how often a way is gone from the root.
class CountedTree final : public FileTree {
 public:
  explicit CountedTree(FileTree& files) : files_(files) {}
  std::vector<MachinePath> roots() override { return files_.roots(); }
  std::unique_ptr<Folder> open(const MachinePath& path) override { return ++ways, files_.open(path); }
  std::unique_ptr<WritableFolder> open_for_writing(const MachinePath& path) override {
    return ++ways, files_.open_for_writing(path);
  }
  MachinePath canonical(const MachinePath& path) override { return ++ways, files_.canonical(path); }
  std::vector<Volume> volumes() override { return files_.volumes(); }

  int ways = 0;

 private:
  FileTree& files_;
};

TEST_F(LinuxEnvironments, ADeepFolderCostsNoMoreWaysThanAFlatOne) {
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "/a";
  root_.folder("/home/ann" + deep);
  user_dirs("XDG_MUSIC_DIR=\"$HOME" + deep + "\"\n");
  CountedTree files(*files_);
  EXPECT_EQ(LinuxEnvironment(files, false).known_folder(KnownFolder::music, &ann_), "/home/ann" + deep);
  EXPECT_LE(files.ways, 4);
}

TEST_F(LinuxEnvironments, WhatIsLongerThanAPathCanBeDoesNotCount) {
  user_dirs("XDG_MUSIC_DIR=\"$HOME/" + std::string(40'000, 'a') + "\"\n");
  EXPECT_EQ(find(KnownFolder::music), "/home/ann/Music");
  for (int i = 0; i < 5; ++i) {  // each link leads to a folder a thousand bytes further down
    std::string further;
    for (int j = 0; j < 5; ++j) further += "/" + std::string(200, static_cast<char>('a' + i));
    root_.link("/home/ann/" + std::to_string(i),
               (i == 0 ? "" : std::to_string(i - 1)) + further.substr(i == 0 ? 1 : 0));
  }
  auto folder = files_->open_for_writing("/home/ann");
  for (int i = 0; i < 25; ++i)
    folder = folder->create_and_open_folder(std::string(200, static_cast<char>('a' + i / 5)));
  root_.link("/home/ann/Music", "4");
  user_dirs("");
  EXPECT_EQ(find(KnownFolder::music), std::nullopt);
}

TEST_F(LinuxEnvironments, HostileUserDirsFilesAreIgnored) {
  const std::string path = root_.at("/home/ann/.config/user-dirs.dirs");
  const std::string line = "XDG_MUSIC_DIR=\"$HOME/Elsewhere\"\n";
  user_dirs(line + std::string(70000, '#'));
  EXPECT_EQ(find(KnownFolder::music), "/home/ann/Music") << "too large";
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(find(KnownFolder::music), "/home/ann/Music") << "a fifo, and nobody waits for it";
  std::filesystem::remove(path);
  root_.folder("/home/ann/.config/user-dirs.dirs");
  EXPECT_EQ(find(KnownFolder::music), "/home/ann/Music") << "a folder";
  std::filesystem::remove(path);
  root_.link("/home/ann/.config/user-dirs.dirs", "user-dirs.dirs");
  EXPECT_EQ(find(KnownFolder::music), "/home/ann/Music") << "a link to itself";
}

TEST_F(LinuxEnvironments, HomesAreFoundWhereTheyReallyAre) {
  root_.folder("/srv/homes/cleo");
  root_.link("/home/cleo", "/srv/homes/cleo");
  ann_.home = "/home//cleo/.";
  EXPECT_EQ(find(KnownFolder::home), "/srv/homes/cleo");
  EXPECT_EQ(find(KnownFolder::data), "/srv/homes/cleo/.local/share") << "though it does not exist yet";
  ann_.home = "/home/cleo/../cleo";
  EXPECT_EQ(find(KnownFolder::home), "/srv/homes/cleo") << "not as text: the folder above is that of the link's end";
}

TEST_F(LinuxEnvironments, AccountsWithoutAHomeHaveNoFolders) {
  root_.link("/home/all", "/");
  for (std::string_view home : {"", "/", "//", "home/ann", "/home/no/such/../ann", "/home/all"}) {
    ann_.home = home;
    EXPECT_EQ(find(KnownFolder::home), std::nullopt) << home;
    EXPECT_EQ(find(KnownFolder::documents), std::nullopt) << home;
  }
}

TEST_F(LinuxEnvironments, VariablesMeanTheFolderOrTheAccount) {
  EXPECT_EQ(variable("home"), "/home/ann");
  EXPECT_EQ(variable("UserProfile"), "/home/ann");
  EXPECT_EQ(variable("CSIDL_PERSONAL"), "/home/ann/Documents");
  EXPECT_EQ(variable("FOLDERID_Downloads"), "/home/ann/Downloads");
  EXPECT_EQ(variable("XDG_CONFIG_HOME"), "/home/ann/.config");
  EXPECT_EQ(variable("USERNAME"), "ann");
  EXPECT_EQ(variable("UID"), "1001");
  EXPECT_EQ(variable("SHELL"), "/bin/zsh");
  EXPECT_EQ(variable("PROGRAMFILES"), std::nullopt);
  EXPECT_EQ(variable("PATH"), std::nullopt) << "the environment of this process is nobody's business";
  EXPECT_EQ(environment().variable("USER", nullptr), std::nullopt);
  EXPECT_EQ(environment().variable("HOME", nullptr), std::nullopt);
  EXPECT_EQ(environment().variable("PROFILESFOLDER", nullptr), "/home");
}

}  // namespace
}  // namespace rehome
