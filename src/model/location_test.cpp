// SPDX-License-Identifier: Apache-2.0
#include "model/location.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/core/error.h"
#include "base/machine/memory/memory_machine.h"

namespace rehome {
namespace {

constexpr AccountNumber kAnn = 7;
constexpr AccountNumber kBen = 8;

Location in(AccountNumber account, KnownFolder anchor, std::string rest) { return {account, anchor, std::move(rest)}; }
Location in_system(std::string rest) { return {kSystemAccount, KnownFolder::none, std::move(rest)}; }

class LinuxLocations : public testing::Test {
 protected:
  LinuxLocations() { ann_ = machine_.add_account("ann", 1001); }
  LocationTable table() {
    LocationTable made(machine_);
    made.add(kAnn, ann_);
    return made;
  }

  ManualClock clock_;
  MemoryMachine machine_{MachineFlavour::linux, clock_};
  Account ann_;
};

TEST_F(LinuxLocations, TheLongestKnownFolderWins) {
  LocationTable locations = table();
  EXPECT_EQ(locations.locate("/home/ann/notes"), in(kAnn, KnownFolder::home, "notes"));
  EXPECT_EQ(locations.locate("/home/ann/Documents/a/b"), in(kAnn, KnownFolder::documents, "a/b"));
  EXPECT_EQ(locations.locate("/home/ann/.local/share/x"), in(kAnn, KnownFolder::data, "x"));
  EXPECT_EQ(locations.locate("/home/ann/.local/x"), in(kAnn, KnownFolder::home, ".local/x"));
}

TEST_F(LinuxLocations, TheAnchorItselfHasAnEmptyRest) {
  EXPECT_EQ(table().locate("/home/ann"), in(kAnn, KnownFolder::home, ""));
  EXPECT_EQ(table().locate("/home/ann/"), in(kAnn, KnownFolder::home, ""));
  EXPECT_EQ(table().locate("/home/ann/Documents"), in(kAnn, KnownFolder::documents, ""));
}

TEST_F(LinuxLocations, WhatOnlyBeginsLikeAnAnchorIsNotInIt) {
  EXPECT_EQ(table().locate("/home/ann/Documents2/a"), in(kAnn, KnownFolder::home, "Documents2/a"));
  EXPECT_EQ(table().locate("/home/anna/a"), in_system("home/anna/a"));
}

TEST_F(LinuxLocations, HomesOfOthersBelongToTheSystemAndHaveNoAnchor) {
  machine_.add_account("ben", 1002);
  EXPECT_EQ(table().locate("/home/ben/Documents/a"), in_system("home/ben/Documents/a"));
  EXPECT_EQ(table().locate("/home"), in_system("home"));
  EXPECT_EQ(table().locate("/etc/hosts"), in_system("etc/hosts"));
  EXPECT_EQ(table().locate("/"), in_system(""));
}

TEST_F(LinuxLocations, CaseCounts) { EXPECT_EQ(table().locate("/HOME/ann/a"), in_system("HOME/ann/a")); }

TEST_F(LinuxLocations, PlacesAreCanonical) {
  machine_.add_folder("/data/ann");
  machine_.add_symlink("/home/cleo", "/data/ann");
  Account cleo = ann_;
  cleo.name = "cleo";
  cleo.home = "/home/cleo";
  LocationTable locations(machine_);
  locations.add(kBen, cleo);
  EXPECT_EQ(locations.place_of(kBen, KnownFolder::home), "/data/ann");
  EXPECT_EQ(locations.locate("/data/ann/a"), in(kBen, KnownFolder::home, "a"));
}

TEST_F(LinuxLocations, AKnownFolderThatIsALinkInTheHomeLeavesItsTargetWhereItIs) {
  machine_.files().add_folder("/home/ann/Dropbox");
  machine_.files().add_symlink("/home/ann/Documents", "Dropbox");
  EXPECT_EQ(table().locate("/home/ann/Documents"), in(kAnn, KnownFolder::home, "Documents"));
  EXPECT_EQ(table().locate("/home/ann/Dropbox/a"), in(kAnn, KnownFolder::home, "Dropbox/a"));
  EXPECT_EQ(table().resolve(in(kAnn, KnownFolder::documents, "a")), "/home/ann/Dropbox/a");
}

TEST_F(LinuxLocations, AKnownFolderOfAnotherAccountInsideAHomeIsThatAccounts) {
  Account guest = ann_;
  guest.name = "guest";
  guest.home = "/home/ann/guest";
  LocationTable locations = table();
  locations.add(kBen, guest);
  EXPECT_EQ(locations.locate("/home/ann/guest/a"), in(kBen, KnownFolder::home, "a"));
  EXPECT_EQ(locations.locate("/home/ann/a"), in(kAnn, KnownFolder::home, "a"));
}

TEST_F(LinuxLocations, AWholeRootIsNobodysHome) {
  Account daemon = ann_;
  daemon.home = "/";
  LocationTable locations(machine_);
  locations.add(kBen, daemon);
  EXPECT_EQ(locations.locate("/etc/shadow"), in_system("etc/shadow"));
  EXPECT_EQ(locations.resolve(in(kBen, KnownFolder::home, "etc/shadow")), std::nullopt);
}

TEST_F(LinuxLocations, ResolvesBeneathTheAnchor) {
  LocationTable locations = table();
  EXPECT_EQ(locations.resolve(in(kAnn, KnownFolder::documents, "a/b")), "/home/ann/Documents/a/b");
  EXPECT_EQ(locations.resolve(in(kAnn, KnownFolder::home, "")), "/home/ann");
  EXPECT_EQ(locations.resolve(in_system("etc/hosts")), "/etc/hosts");
  EXPECT_EQ(locations.resolve(in_system("")), "/");
  EXPECT_EQ(locations.resolve(in(kAnn, KnownFolder::documents, "..a/b.. c")), "/home/ann/Documents/..a/b.. c");
}

TEST_F(LinuxLocations, HasNoPlaceForWhatItDoesNotKnow) {
  EXPECT_EQ(table().resolve(in(kBen, KnownFolder::home, "a")), std::nullopt);
  EXPECT_EQ(table().resolve(in(kSystemAccount, KnownFolder::windows, "a")), std::nullopt);
  EXPECT_EQ(table().resolve(in(kAnn, static_cast<KnownFolder>(200), "a")), std::nullopt);
}

TEST_F(LinuxLocations, RefusesARestThatClimbs) {
  LocationTable locations = table();
  for (std::string rest : {"..", "../x", "a/../../x", "a/..", ".", "a/./b", "/etc", "a//b", "a/", "/"}) {
    for (KnownFolder anchor : {KnownFolder::home, KnownFolder::none}) {
      try {
        locations.resolve(in(kAnn, anchor, rest));
        ADD_FAILURE() << rest;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::corrupt) << rest;
      }
    }
  }
  EXPECT_THROW(locations.resolve(in(kAnn, KnownFolder::home, std::string("a\0b", 3))), Error);
  EXPECT_THROW(locations.resolve(in(kBen, KnownFolder::home, "..")), Error) << "also where there is no place";
}

TEST_F(LinuxLocations, WhatWasLocatedResolvesToTheSamePath) {
  LocationTable locations = table();
  rc::check([&] {
    auto component = rc::gen::elementOf(
        std::vector<std::string>{"home", "ann", "Documents", ".config", ".local", "share", "a", "b\n", "\xFF", "C:"});
    auto components = *rc::gen::container<std::vector<std::string>>(component);
    std::string path;
    for (const std::string& each : components) path += "/" + each;
    if (path.empty()) path = "/";
    RC_ASSERT(locations.resolve(locations.locate(path)) == path);
  });
}

class WindowsLocations : public testing::Test {
 protected:
  WindowsLocations() : table_(machine_) { table_.add(kAnn, machine_.add_account("ann", 1001)); }

  ManualClock clock_;
  MemoryMachine machine_{MachineFlavour::windows, clock_};
  LocationTable table_;
};

TEST_F(WindowsLocations, CaseDoesNotCountButIsKeptInTheRest) {
  EXPECT_EQ(table_.locate("c:/USERS/Ann/documents/A/B"), in(kAnn, KnownFolder::documents, "A/B"));
  EXPECT_EQ(table_.locate("C:/Windows/Fonts"), in(kSystemAccount, KnownFolder::windows, "Fonts"));
  EXPECT_EQ(table_.locate("C:/Users/bob/a"), in_system("C:/Users/bob/a"));
  EXPECT_EQ(table_.locate("D:/Data"), in_system("D:/Data"));
}

TEST_F(WindowsLocations, AbsolutePlacesBeginWithADrive) {
  EXPECT_EQ(table_.resolve(in_system("D:/Data/a")), "D:/Data/a");
  EXPECT_EQ(table_.resolve(table_.locate("D:/")), "D:/");
  EXPECT_EQ(table_.resolve(in_system("etc/hosts")), std::nullopt) << "from a Linux computer";
  EXPECT_EQ(table_.resolve(in_system("")), std::nullopt);
}

TEST_F(WindowsLocations, ABackslashClimbsToo) {
  EXPECT_THROW(table_.resolve(in(kAnn, KnownFolder::home, "..\\..\\Windows")), Error);
}

TEST(LocationText, SaysWhoseAndWhere) {
  EXPECT_EQ(to_text(in(kAnn, KnownFolder::documents, "letters/a.odt"), "ann"), "ann: documents/letters/a.odt");
  EXPECT_EQ(to_text(in(kAnn, KnownFolder::home, ""), "ann"), "ann: home");
  EXPECT_EQ(to_text(in_system("etc/hosts"), ""), "system: /etc/hosts");
  EXPECT_EQ(to_text(in_system("C:/Data"), ""), "system: C:/Data");
  EXPECT_EQ(to_text(in_system("a\x1B"), ""), "system: /a\\x1b");
}

}  // namespace
}  // namespace rehome
