// SPDX-License-Identifier: Apache-2.0
#include "flow/store/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/worker_pool.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::code_of;
using rehome::testing::noise;
using rehome::testing::VaultWorld;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VaultTest : public ::testing::TestWithParam<bool> {
 protected:
  VaultTest() : world(GetParam()) {
    world.machine.add_file("/home/ann/letter", "Dear Bob");
    world.machine.add_file("/home/ann/big", noise(9'000'000));
    world.machine.add_file("/home/ann/empty", "");
    world.machine.add_file("/home/bob/docs/text", std::string(3'000'000, 'x'));
    world.machine.add_symlink("/home/bob/link", "docs/text");
    world.machine.files().write_into("/home/bob/sparse", 5'000'000, "in the middle");
    world.machine.files().set_size("/home/bob/sparse", 20'000'000);
    world.machine.files().set_size("/home/bob/hole", 1'000'000);
    world.machine.files().edit("/home/ann/letter", [](Metadata& metadata) {
      metadata.mode = 0640;
      metadata.attributes = {{"user.note", {1, 2, 3}}};
    });
  }
  VaultWorld world;
};
INSTANTIATE_TEST_SUITE_P(EncryptedAndNot, VaultTest, ::testing::Bool());

TEST_P(VaultTest, WhatWentInComesBack) {
  const auto vault = world.create();
  const CaptureInfo info = world.capture(*vault);
  EXPECT_EQ(world.restore(*vault), world.source());
  EXPECT_THAT(world.findings.found, IsEmpty());
  EXPECT_EQ(info.objects, world.source().size());
  EXPECT_EQ(world.restore(*world.open()), world.source());
}

TEST_P(VaultTest, WhatIsKnownAboutTheCaptureComesBack) {
  const auto vault = world.create();
  const CaptureInfo done = world.capture(*vault);
  const auto state = vault->open_capture("");
  EXPECT_EQ(state->info().capture_id, done.capture_id);
  EXPECT_EQ(state->info().computer_name, "source-pc");
  EXPECT_EQ(state->info().started, done.started);
  EXPECT_EQ(state->info().finished, done.finished);
  EXPECT_EQ(state->info().content_bytes, done.content_bytes);
  ASSERT_EQ(state->info().accounts.size(), 2U);
  EXPECT_EQ(state->info().accounts[0].account.name, "ann");
  EXPECT_EQ(state->info().accounts[1].account.uid, 1001U);
}

TEST_P(VaultTest, MetadataComesBack) {
  const auto vault = world.create();
  world.capture(*vault);
  const auto state = vault->open_capture("");
  const AccountNumber ann = state->info().accounts[0].number;
  std::optional<Object> letter;
  state->visit(std::span(&ann, 1), world.findings, [&](const Object& object) {
    if (object.location.rest == "letter") letter = object;
  });
  ASSERT_TRUE(letter);
  EXPECT_EQ(letter->metadata, world.machine.files().inspect("/home/ann/letter").metadata);
}

TEST_P(VaultTest, SparseFilesKeepTheirHoles) {
  const auto vault = world.create();
  world.capture(*vault);
  const auto state = vault->open_capture("");
  const AccountNumber bob = state->info().accounts[1].number;
  state->visit(std::span(&bob, 1), world.findings, [&](const Object& object) {
    std::uint64_t in_chunks = 0;
    for (const ChunkRef& chunk : object.chunks) in_chunks += chunk.length;
    if (object.location.rest == "sparse") {
      EXPECT_LT(in_chunks, 100'000U);
    } else if (object.location.rest == "hole") {
      EXPECT_EQ(in_chunks, 0U);
    }
  });
}

TEST_P(VaultTest, FindingsComeBackForTheirAccount) {
  const auto vault = world.create();
  auto session = vault->begin_capture();
  CaptureInfo info = world.scan(*session, {"ann", "bob"});
  const AccountNumber ann = info.accounts[0].number;
  const AccountNumber bob = info.accounts[1].number;
  session->record(Finding{FindingKind::unreadable, ann, "/home/ann/x\n\xff", "it could not be read"});
  const CaptureInfo done = session->finish(std::move(info));
  EXPECT_EQ(done.findings.errors, 1U);
  const auto state = vault->open_capture("");
  EXPECT_THAT(state->findings(std::span(&bob, 1)), IsEmpty());
  ASSERT_EQ(state->findings(std::span(&ann, 1)).size(), 1U);
  EXPECT_EQ(state->findings(std::span(&ann, 1))[0].path, "/home/ann/x\n\xff");
}

TEST_P(VaultTest, FindingsAloneDoNotGatherInMemory) {
  const auto vault = world.create();
  const auto session = vault->begin_capture();
  const AccountNumber ann = session->number_of(world.machine.accounts().list()[0]);
  const std::uint64_t before = world.blobs.bytes_put();
  for (std::uint64_t i = 0; i < 40; ++i) {
    session->record(Finding{FindingKind::unreadable, ann, noise(1'000'000, i), "it could not be read"});
  }
  EXPECT_GT(world.blobs.bytes_put() - before, 2U * 30'000'000U) << "each segment is written twice";
}

TEST_P(VaultTest, ASecondCaptureReadsAndWritesOnlyWhatChanged) {
  const auto vault = world.create();
  world.capture(*vault);
  world.machine.add_file("/home/ann/letter", "Dear Carl");
  world.read_files.clear();
  world.capture(*vault);
  EXPECT_EQ(world.read_files, std::set<std::string>{"letter"});
  EXPECT_LT(world.last_stored, 10'000U);
  EXPECT_EQ(world.restore(*vault), world.source());
  EXPECT_EQ(vault->captures().size(), 2U);
}

// A program that writes and then puts mtime back leaves only ctime to tell.
TEST_P(VaultTest, WhereOnlyCtimeChangedContentIsReadAndStoredOnce) {
  const auto vault = world.create();
  world.capture(*vault);
  world.clock.advance(std::chrono::minutes(1));
  world.machine.files().edit("/home/ann/big", [&](Metadata& metadata) {
    metadata.mode = 0600;
    metadata.changed = world.clock.now();
  });
  world.machine.failures().clear_counts();
  world.read_files.clear();
  world.capture(*vault);
  EXPECT_THAT(world.read_files, Contains("big"));
  EXPECT_THAT(world.machine.failures().paths(Operation::read_attributes), Contains("/home/ann/big"));
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_P(VaultTest, AFileAsYoungAsTheCaptureIsReadAgain) {
  const auto vault = world.create();
  world.machine.add_file("/home/ann/young", "12345");
  {
    auto session = vault->begin_capture();  // begun in the very second in which the file was written
    CaptureInfo info = world.scan(*session, {"ann", "bob"});
    session->finish(std::move(info));
  }
  world.read_files.clear();
  world.capture(*vault);
  EXPECT_THAT(world.read_files, Contains("young"));
}

TEST_P(VaultTest, AFileBelowARenamedFolderIsNotReadAgain) {
  const auto vault = world.create();
  world.capture(*vault);
  world.machine.files().rename("/home/bob/docs", "/home/bob/papers");
  world.read_files.clear();
  world.capture(*vault);
  EXPECT_THAT(world.read_files, ::testing::Not(Contains("papers/text")));
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_P(VaultTest, EqualContentOfOneAccountIsStoredOnce) {
  const auto vault = world.create();
  world.capture(*vault);
  world.machine.add_file("/home/ann/copy-of-big", noise(9'000'000));
  world.capture(*vault);
  EXPECT_LT(world.last_stored, 10'000U);
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_P(VaultTest, EqualContentOfTwoAccountsIsStoredTwice) {
  const auto vault = world.create();
  world.capture(*vault);
  world.machine.add_file("/home/bob/copy-of-big", noise(9'000'000));
  world.capture(*vault);
  EXPECT_GT(world.last_stored, 9'000'000U);
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_P(VaultTest, AnInsertionIntoALargeFileStoresLittle) {
  const auto vault = world.create();
  world.capture(*vault);
  std::string changed = noise(9'000'000);
  changed.insert(1'000'000, "something new");
  world.machine.add_file("/home/ann/big", changed);
  world.capture(*vault);
  EXPECT_LT(world.last_stored, 6'000'000U);
  EXPECT_EQ(world.restore(*vault), world.source());
}

TEST_P(VaultTest, LongRunsOfOneByteComeBack) {
  for (const std::size_t megabytes : {8U, 9U, 20U}) {
    world.machine.add_file("/home/ann/run-" + std::to_string(megabytes), std::string((megabytes << 20U) + 1, '\0'));
  }
  const auto vault = world.create();
  world.capture(*vault);
  EXPECT_EQ(world.restore(*vault), world.source());
  Progress progress;
  EXPECT_THAT(vault->verify("", true, progress).damages, IsEmpty());
}

TEST_P(VaultTest, IncompressibleContentIsStoredAsItIs) {
  const auto vault = world.create();
  world.capture(*vault, {"ann"});
  EXPECT_GT(world.last_stored, 9'000'000U);
  EXPECT_LT(world.last_stored, 9'020'000U);
}

TEST_P(VaultTest, AnAccountKeepsItsNumber) {
  const auto vault = world.create();
  const AccountNumber bob = world.capture(*vault).accounts[1].number;
  world.capture(*vault, {"ann"});
  EXPECT_EQ(world.capture(*world.open(), {"bob"}).accounts[0].number, bob);
}

TEST_P(VaultTest, TwoCapturesAtOnceAreRefused) {
  const auto vault = world.create();
  const auto session = vault->begin_capture();
  EXPECT_EQ(code_of([&] { vault->begin_capture(); }), ErrorCode::busy);
  EXPECT_EQ(code_of([&] { world.open()->begin_capture(); }), ErrorCode::busy);
  EXPECT_EQ(code_of([&] { vault->remove(""); }), ErrorCode::busy);
}

TEST_P(VaultTest, AVaultIsMadeUnderTheLock) {
  const auto lock = world.blobs.lock();
  EXPECT_EQ(code_of([&] { world.create(); }), ErrorCode::busy);
  EXPECT_TRUE(world.blobs.blobs().empty());
}

TEST_P(VaultTest, TheLockGoesWithTheSession) {
  const auto vault = world.create();
  vault->begin_capture().reset();
  EXPECT_NO_THROW(vault->begin_capture());
}

TEST_P(VaultTest, AnUnfinishedCaptureIsNeverTakenForAComplete) {
  const auto vault = world.create();
  EXPECT_EQ(code_of([&] { vault->open_capture(""); }), ErrorCode::not_found);
  {
    const auto session = vault->begin_capture();
    world.scan(*session, {"ann"});
  }
  ASSERT_EQ(vault->captures().size(), 1U);
  EXPECT_FALSE(vault->captures()[0].complete);
  EXPECT_EQ(code_of([&] { vault->open_capture(""); }), ErrorCode::incomplete);
  EXPECT_EQ(code_of([&] { vault->open_capture(vault->captures()[0].capture_id); }), ErrorCode::incomplete);
}

TEST_P(VaultTest, TheNextCaptureResumesAndReplacesAnUnfinishedOne) {
  const auto vault = world.create();
  world.clock.advance(std::chrono::minutes(10));
  {
    const auto session = vault->begin_capture();
    world.scan(*session, {"ann", "bob"});
  }
  world.read_files.clear();
  world.capture(*world.open());
  EXPECT_THAT(world.read_files, IsEmpty());
  EXPECT_LT(world.last_stored, 10'000U);
  EXPECT_EQ(vault->captures().size(), 1U);
  EXPECT_EQ(world.restore(*vault), world.source());
}

// Its catalog key is made from the id, so with the old id the same key would seal the same numbers again.
TEST_P(VaultTest, ACaptureThatGoesOnHasAnIdOfItsOwn) {
  const auto vault = world.create();
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    const auto session = vault->begin_capture();
    world.scan(*session, {"ann"});
    for (const CaptureSummary& capture : vault->captures()) ids.insert(capture.capture_id);
    EXPECT_EQ(ids.size(), i + 1U);
  }
  EXPECT_FALSE(ids.contains(world.capture(*vault).capture_id));
}

TEST_P(VaultTest, RemovingACaptureKeepsWhatAnotherLists) {
  const auto vault = world.create();
  const std::string first = world.capture(*vault).capture_id;
  world.machine.add_file("/home/ann/more", noise(500'000, 7));
  const rehome::testing::Restored later = world.source();
  const std::string second = world.capture(*vault).capture_id;
  vault->remove(first);
  EXPECT_EQ(world.restore(*vault), later);
  EXPECT_EQ(code_of([&] { vault->open_capture(first); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { vault->remove(first); }), ErrorCode::not_found);
  vault->remove(second);
  EXPECT_EQ(world.blobs.blobs().size(), 2U) << "only the header is left";
}

TEST_P(VaultTest, RemovingEverythingLeavesNothing) {
  const auto vault = world.create();
  world.capture(*vault);
  vault->remove("");
  EXPECT_THAT(world.blobs.blobs(), IsEmpty());
  EXPECT_EQ(peek_vault(world.blobs), std::nullopt);
}

TEST_P(VaultTest, RemovingEverythingLeavesWhatIsNotTheVaults) {
  const auto vault = world.create();
  world.capture(*vault);
  const std::vector<std::string> strangers = {"captures/notes", "packs/readme", "packs/1/notes", "damaged/x"};
  for (const std::string& name : strangers) world.blobs.put(name, as_bytes("somebody's"));
  vault->remove("");
  std::vector<std::string> left;
  for (const auto& [name, content] : world.blobs.blobs()) left.push_back(name);
  EXPECT_THAT(left, ::testing::UnorderedElementsAreArray(strangers));
}

TEST_P(VaultTest, VerifyFindsNothingInAWholeCapture) {
  const auto vault = world.create();
  world.capture(*vault);
  Progress progress;
  const VerifyReport report = vault->verify("", true, progress);
  EXPECT_THAT(report.damages, IsEmpty());
  EXPECT_EQ(report.objects, world.source().size());
  EXPECT_GE(report.frames, 5U);
}

// Else what one of them takes is damage to the other.
TEST_P(VaultTest, VerifyAndRestoreReadWithTheSameLimits) {
  world.capture(*world.create());
  const auto vault = world.open();
  world.restore(*vault);
  Progress progress;
  vault->verify("", true, progress);
  for (const auto& [name, limits] : world.blobs.limits()) EXPECT_EQ(limits.size(), 1U) << name;
}

TEST_P(VaultTest, ARestoreInOrderReadsNoFrameTwice) {
  for (int i = 0; i < 3000; ++i) world.machine.add_file("/home/ann/many/" + std::to_string(i), noise(3000, 100 + i));
  const auto vault = world.create();
  world.capture(*vault);
  EXPECT_EQ(world.restore(*vault), world.source());
  const auto ranges = world.blobs.ranges();
  for (const auto& range : ranges) EXPECT_EQ(ranges.count(range), 1U) << range.first << " at " << range.second;
}

TEST_P(VaultTest, AVaultIsMadeInAnEmptyPlaceOnly) {
  const auto vault = world.create();
  EXPECT_EQ(code_of([&] { world.create(); }), ErrorCode::already_exists);
}

TEST_P(VaultTest, WhatCanBeToldWithoutAKey) {
  EXPECT_FALSE(peek_vault(world.blobs));
  const auto vault = world.create();
  const auto info = peek_vault(world.blobs);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->vault_id, vault->info().vault_id);
  EXPECT_EQ(info->encrypted, GetParam());
  EXPECT_EQ(info->slots.size(), GetParam() ? 1U : 0U);
}

TEST(Vault, ManyThreadsMayBringFilesAtOnce) {
  VaultWorld world;
  for (int i = 0; i < 400; ++i) {
    world.machine.add_file("/home/ann/" + std::to_string(i), noise(static_cast<std::size_t>(i) * 500, 10 + i % 300));
  }
  const auto vault = world.create();
  auto session = vault->begin_capture();
  const Account ann = world.machine.accounts().list()[0];
  const AccountNumber number = session->number_of(ann);
  const auto folder = world.machine.files().open("/home/ann");
  WorkerPool pool({.name = "test", .threads = 8});
  for (int i = 0; i < 400; ++i) {
    pool.submit([&, i] {
      Object object;
      object.location = {number, KnownFolder::home, std::to_string(i)};
      const std::string name = std::to_string(i);
      rehome::testing::MemorySource source(*folder, name, name);
      session->keep_content(object, source);
      session->record(std::move(object));
    });
  }
  pool.finish();
  CaptureInfo info;
  info.accounts.push_back({number, ann, "/home/ann"});
  session->finish(std::move(info));
  auto restored = world.restore(*vault);
  auto expected = world.source({"ann"});
  expected.erase("ann/");
  EXPECT_EQ(restored, expected);
}

}  // namespace
}  // namespace rehome::store
