// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/step_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "sequence/variables.h"
#include "tests/support/scratch_folder.h"

namespace rehome::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

StepVariables variables(const sequence::Values& values) {
  StepVariables set;
  set_variables(set, values);
  return set;
}

Error error_of(const sequence::Values& values) {
  try {
    check_variables(variables(values));
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {ErrorCode::cancelled, ""};
}

TEST(StepVariables, DefaultsOfTheReference) {  // C-T1, C-T2, C-T3
  const StepVariables set;
  EXPECT_FALSE(set.fallback_to_naa);
  EXPECT_FALSE(set.advanced);
  EXPECT_FALSE(set.verbose);
  EXPECT_TRUE(set.continue_on_locked_files);
  EXPECT_FALSE(set.use_hard_links);
  EXPECT_FALSE(set.offline);
  EXPECT_FALSE(set.local_accounts);
  EXPECT_TRUE(set.continue_on_restore);
  check_variables(set);
}

TEST(StepVariables, NamesHaveNoCaseAndValuesAreRead) {
  const StepVariables set = variables({{"osdstatesmpretrycount", "30"},
                                       {"OSDStateSMPRetryTime", "600"},
                                       {"OSDMigrateMode", "advanced"},
                                       {"OSDMigrateConfigFiles", "a.xml, b c.xml ,,"},
                                       {"OSDMigrateContinueOnLockedFiles", "FALSE"},
                                       {"OSDMigrateAdditionalRestoreOptions", R"(--map-user "a b:c"  --unlock)"},
                                       {"_OSDMigrateUsmtPackageID", "XYZ00001"}});
  EXPECT_EQ(set.retry_count, 30);
  EXPECT_EQ(set.retry_delay, 600);
  EXPECT_TRUE(set.advanced);
  EXPECT_THAT(set.config_files, ElementsAre("a.xml", "b c.xml"));
  EXPECT_FALSE(set.continue_on_locked_files);
  EXPECT_THAT(set.restore_options, ElementsAre("--map-user", "a b:c", "--unlock"));
  EXPECT_THAT(set.without_effect, ElementsAre("_OSDMigrateUsmtPackageID"));
}

TEST(StepVariables, ValuesOutOfRangeAreRefused) {  // C-F5
  for (const sequence::Values& values : {sequence::Values{{"OSDStateSMPRetryCount", "31"}},
                                         {{"OSDStateSMPRetryTime", "601"}},
                                         {{"OSDStateSMPRetryCount", "-1"}},
                                         {{"OSDStateSMPRetryCount", "3x"}},
                                         {{"OSDStateFallbackToNAA", "perhaps"}},
                                         {{"OSDMigrateMode", "Expert"}}}) {
    EXPECT_EQ(error_of(values).code(), ErrorCode::invalid_argument) << values.front().first;
  }
}

TEST(StepVariables, WhatContradictsIsRefused) {  // C-T5, C-T7
  EXPECT_THAT(error_of({{"OSDMigrateFileAccess", "VSS"}, {"_OSDMigrateUseHardlinks", "true"}}).message(),
              HasSubstr("belong to Normal"));
  EXPECT_EQ(error_of({{"OSDMigrateFileAccess", "VSS"}}).code(), ErrorCode::unsupported);
  EXPECT_THAT(error_of({{"OSDMigrateMode", "Advanced"}}).message(), HasSubstr("OSDMigrateConfigFiles"));
  EXPECT_THAT(error_of({{"OSDMigrateLocalAccounts", "true"}}).message(), HasSubstr("OSDMigrateLocalAccountPassword"));
}

TEST(StepVariables, UnknownNamesSayWhatIsNear) {
  EXPECT_THAT(error_of({{"OSDMigrateUseHardLinks", "true"}}).message(),
              HasSubstr("did you mean _OSDMigrateUseHardlinks?"));
  EXPECT_THAT(error_of({{"Something\nElse", "1"}}).message(), Not(HasSubstr("mean")));
}

TEST(StepVariables, AllThatSequencesKnowAreUnderstood) {
  for (const sequence::KnownVariable& known : sequence::known_variables()) {
    StepVariables set;
    try {
      set_variables(set, {{std::string(known.name), "1"}});
    } catch (const Error& error) {  // "1" is none of its values, or nobody but the engine sets it
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument) << known.name;
    }
    EXPECT_EQ(set.without_effect.empty(),
              known.use == sequence::VariableUse::step || known.use == sequence::VariableUse::engine)
        << known.name;
  }
}

TEST(StepVariables, WordsAreSplitAsByAShell) {
  EXPECT_THAT(split_words(R"( a  'b c' d\ e "f'g" '' )"), ElementsAre("a", "b c", "d e", "f'g", ""));
  EXPECT_THROW(split_words("'a"), Error);
}

}  // namespace
}  // namespace rehome::agent
