// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/glob_set.h"

#include <atomic>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>

#include "base/core/worker_pool.h"
#include "flow/rules/internal/name_matchers.h"

namespace rehome::rules {
namespace {

std::vector<Glob> globs(const std::vector<std::string>& texts) {
  std::vector<Glob> result;
  for (const std::string& text : texts) result.push_back(Glob::parse(text));
  return result;
}

std::vector<GlobNumber> like(const GlobSet& set, std::string_view name) {
  const GlobSet::Kind* kind = set.kind_of(name);
  EXPECT_NE(kind, nullptr);
  return kind == nullptr ? std::vector<GlobNumber>() : kind->globs;
}

/// Of letters so few that they repeat and overlap.
rc::Gen<std::string> any_text(const std::string& letters) {
  return rc::gen::resize(9, rc::gen::container<std::string>(rc::gen::elementOf(letters)));
}

TEST(GlobSet, AgreesWithEachGlobAlone) {
  EXPECT_TRUE(rc::check("all at once and one by one agree", [] {
    const auto texts = *rc::gen::container<std::vector<std::string>>(any_text("ab.**"));
    const auto names = *rc::gen::container<std::vector<std::string>>(any_text("ab.\xFF"));
    const GlobSet set(globs(texts));
    // Twice: the second time through states that are there.
    for (int round = 0; round < 2; ++round) {
      for (const std::string& name : names) RC_ASSERT(set.kind_of(name)->globs == set.try_each(name));
    }
  }));
}

TEST(GlobSet, TellsNamesApartByWhatTheyAreLike) {
  const GlobSet set(globs({"*.doc", "a*a", "*report*", "~$*", "*.tar.gz"}));
  EXPECT_EQ(like(set, "x.doc"), (std::vector<GlobNumber>{0}));
  EXPECT_EQ(like(set, "a report.doc"), (std::vector<GlobNumber>{0, 2}));
  EXPECT_EQ(like(set, "aa"), (std::vector<GlobNumber>{1}));
  EXPECT_EQ(like(set, "~$report.doc"), (std::vector<GlobNumber>{0, 2, 3}));
  EXPECT_EQ(set.kind_of("nothing")->number, 0U);
  EXPECT_EQ(set.kind_of("")->number, 0U);
  EXPECT_EQ(set.kind_of("x.doc"), set.kind_of("other.doc"));
  EXPECT_NE(set.kind_of("x.doc"), set.kind_of("x.tar.gz"));
}

TEST(GlobSet, AnEmptySetIsLikeNothing) { EXPECT_EQ(GlobSet({}).kind_of("name")->number, 0U); }

/// Each glob may have come to its middle or not, in every combination.
std::vector<std::string> globs_that_need_many_states() {
  std::vector<std::string> texts;
  for (char first = 'a'; first <= 'z'; ++first) texts.push_back(std::string("*") + first + "*-" + first + "*");
  return texts;
}

TEST(GlobSet, KeepsNoMoreStatesThanItHasRoomForAndStaysRight) {
  const GlobSet set(globs(globs_that_need_many_states()));
  std::uint64_t seed = 1;
  bool was_full = false;
  for (int i = 0; i < 20'000; ++i) {
    std::string name;
    for (int letter = 0; letter < 12; ++letter) {
      seed = seed * 6364136223846793005U + 1442695040888963407U;
      const auto drawn = static_cast<unsigned>(seed >> 40U);
      name += static_cast<char>('a' + drawn % 26);
      if (drawn / 26 % 3 == 0) name += '-';
    }
    const GlobSet::Kind* kind = set.kind_of(name);
    was_full = was_full || kind == nullptr;
    if (kind != nullptr) {
      ASSERT_EQ(kind->globs, set.try_each(name)) << name;
    }
  }
  EXPECT_TRUE(was_full);
}

TEST(GlobSet, ManyThreadsSeeOneAnswer) {
  const GlobSet set(globs(globs_that_need_many_states()));
  WorkerPool pool({"ask", 4, WorkerPool::Order::fifo, 0});
  std::atomic<int> wrong{0};
  for (int task = 0; task < 8; ++task) {
    pool.submit([&set, &wrong, task] {
      for (int i = 0; i < 300; ++i) {
        const char letter = static_cast<char>('a' + (i + task) % 26);
        const std::string name = std::string(1, letter) + "." + std::to_string(i % 10) + "-" + letter;
        const GlobSet::Kind* kind = set.kind_of(name);
        if (kind == nullptr || kind->globs != set.try_each(name)) ++wrong;
      }
    });
  }
  pool.finish();
  EXPECT_EQ(wrong, 0);
}

TEST(NameMatchers, LiteralsAndWildcardsShareOneNumbering) {
  const NameMatchers matchers(globs({"b.x", "*.x", "a", "*.x", "b*"}));
  const MatcherNumber literal = matchers.number_of(Glob::parse("b.x"));
  const MatcherNumber extension = matchers.number_of(Glob::parse("*.x"));
  const MatcherNumber start = matchers.number_of(Glob::parse("b*"));
  const std::vector<MatcherNumber> found = matchers.matching("b.x");
  EXPECT_EQ(std::set(found.begin(), found.end()), (std::set{literal, extension, start}));
  EXPECT_EQ(matchers.matching("c.x"), (std::vector<MatcherNumber>{extension}));
  EXPECT_EQ(matchers.kind_of("nothing"), kPlainName);
  EXPECT_EQ(matchers.kind_of("c.x"), matchers.kind_of("d.x"));
  EXPECT_EQ((std::set{matchers.kind_of("b.x"), matchers.kind_of("a"), matchers.kind_of("c.x"), matchers.kind_of("b1")})
                .size(),
            4U);
}

}  // namespace
}  // namespace rehome::rules
