// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/settings.h"

#include <gtest/gtest.h>

#include "base/core/error.h"
#include "sequence/signing_key.h"
#include "tests/support/scratch_folder.h"

namespace rehome::agent {
namespace {

TEST(Settings, AWindowMayGoOverMidnight) {
  const TimeWindow night = parse_window("22:00-06:00");
  EXPECT_TRUE(night.contains(22 * 60));
  EXPECT_TRUE(night.contains(0));
  EXPECT_TRUE(night.contains(6 * 60 - 1));
  EXPECT_FALSE(night.contains(6 * 60));
  EXPECT_FALSE(night.contains(12 * 60));
  const TimeWindow noon = parse_window("11:30-12:30");
  EXPECT_TRUE(noon.contains(12 * 60));
  EXPECT_FALSE(noon.contains(11 * 60));
  for (const char* bad : {"", "22:00", "22:00-22:00", "24:00-06:00", "2:00-06:00", "22:60-06:00", "ab:cd-ef:gh"}) {
    EXPECT_THROW(parse_window(bad), Error) << bad;
  }
}

TEST(Settings, WhatIsNotKnownIsAnError) {
  const testing::ScratchFolder scratch;
  AgentFolder folder = AgentFolder::open_or_make(scratch.path_of("agent"));
  EXPECT_EQ(load_settings(folder).nice, 10);
  folder.write("config.json", R"({"window": "01:00-02:00", "bytes_per_second": 5, "proxy": "none"})");
  EXPECT_EQ(load_settings(folder).window->from, 60);
  EXPECT_EQ(client_options(load_settings(folder)).bytes_per_second, 5U);
  for (const char* bad : {R"({"windows": ""})", R"({"nice": -1})", "[]", "", R"({"bytes_per_second": "much"})"}) {
    folder.write("config.json", bad);
    EXPECT_THROW(load_settings(folder), Error) << bad;
  }
}

TEST(Settings, SayWhichSequencesMayRun) {
  const testing::ScratchFolder scratch;
  AgentFolder folder = AgentFolder::open_or_make(scratch.path_of("agent"));
  EXPECT_EQ(load_settings(folder).deployments.accepts, sequence::Accepts::state_steps);
  EXPECT_TRUE(load_settings(folder).deployments.signers.empty());
  const SigningKeyPair pair = make_signing_key_pair();
  const std::string line = sequence::line_of(pair.signer);
  folder.write("config.json", R"({"sequences": "signed", "sequence_signers": [")" + line +
                                  R"( alice"], "forbidden_steps": ["wipe-volume"]})");
  const sequence::DeploymentPolicy policy = load_settings(folder).deployments;
  EXPECT_EQ(policy.accepts, sequence::Accepts::signed_only);
  EXPECT_EQ(policy.signers.at(0), pair.signer);
  EXPECT_EQ(policy.forbidden_steps.at(0), "wipe-volume");
  const std::string secret(as_text(sequence::line_of_secret(pair.secret_key).view().first(87)));
  for (const std::string& bad :
       {std::string(R"({"sequences": "all"})"), std::string(R"({"sequence_signers": ["alice"]})"),
        R"({"sequence_signers": [")" + secret + R"("]})", std::string(R"({"forbidden_steps": ["wipe-volumes"]})")}) {
    folder.write("config.json", bad);
    EXPECT_THROW(load_settings(folder), Error) << bad;
  }
}

}  // namespace
}  // namespace rehome::agent
