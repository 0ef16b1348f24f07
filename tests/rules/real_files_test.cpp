// SPDX-License-Identifier: Apache-2.0
// Rule files that others wrote and use: each is read and compiled without a crash and without a false error.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <sstream>

#include "tests/rules/rule_test.h"
#include "tests/support/source_folder.h"

namespace rehome::rules {
namespace {

namespace fs = std::filesystem;

const fs::path kFiles = rehome::testing::source_folder() / "../shared/data/migxml";

std::vector<RuleFile> files_of(std::string_view kind) {
  std::vector<RuleFile> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kFiles / kind)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    files.push_back({entry.path().lexically_relative(kFiles).string(), content.str()});
  }
  std::ranges::sort(files, {}, &RuleFile::name);
  return files;
}

Diagnostics errors_in(const Diagnostics& all) {
  Diagnostics errors;
  std::ranges::copy_if(all, std::back_inserter(errors),
                       [](const Diagnostic& d) { return d.severity == Severity::error; });
  return errors;
}

class RealFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kFiles)) GTEST_SKIP() << "the collection of real rule files is not at " << kFiles;
  }
};

TEST_F(RealFiles, StockFilesHaveNoErrors) {
  std::vector<RuleFile> files = files_of("stock");
  EXPECT_GE(files.size(), 17U);
  for (const RuleFile& file : files) EXPECT_EQ(text_of(errors_in(parse(std::span(&file, 1)).diagnostics)), "");
}

TEST_F(RealFiles, CustomFilesHaveNoErrorsButNamesThatTheyReallyLack) {
  int lacking = 0;
  for (const RuleFile& file : files_of("custom")) {
    Diagnostics errors = errors_in(parse(std::span(&file, 1)).diagnostics);
    // One is cut out of a stock file and refers to environments that stayed there.
    lacking += static_cast<int>(std::erase_if(errors, [](const Diagnostic& d) {
      return d.message.starts_with("there is no <environment> named \"GlobalEnv");
    }));
    EXPECT_EQ(text_of(errors), "") << file.name;
  }
  EXPECT_LE(lacking, 2);
}

TEST_F(RealFiles, OtherDocumentsAreRecognised) {
  for (std::string_view kind : {"config", "offline", "manifests"}) {
    for (const RuleFile& file : files_of(kind)) {
      Diagnostics diagnostics = parse(std::span(&file, 1)).diagnostics;
      ASSERT_EQ(diagnostics.size(), 1U) << file.name;
      EXPECT_TRUE(diagnostics.front().message.starts_with("a rule file begins with <migration>")) << file.name;
      EXPECT_TRUE(diagnostics.front().message.contains(": it is a")) << file.name;
    }
  }
}

TEST_F(RealFiles, MalformedOnesEndWithOnePlace) {
  for (std::string_view kind : {"malformed", "docs_examples/malformed", "embedded/malformed"}) {
    for (const RuleFile& file : files_of(kind)) {
      Diagnostics diagnostics = parse(std::span(&file, 1)).diagnostics;
      ASSERT_EQ(diagnostics.size(), 1U) << file.name;
      EXPECT_NE(diagnostics.front().line, 0U) << file.name;
    }
  }
}

TEST_F(RealFiles, AllCompileOnEitherMachine) {
  for (MachineFlavour flavour : {MachineFlavour::linux, MachineFlavour::windows}) {
    RuleTest test(flavour);
    test.add_account("ann", 1000);
    for (std::string_view kind : {"stock", "custom", "embedded", "docs_examples"}) {
      for (const RuleFile& file : files_of(kind)) {
        test.compile(std::vector{file});
        test.opens("/home/ann");
        test.takes("C:/Users/ann/Documents/a.doc");
      }
    }
  }
}

TEST_F(RealFiles, TheStockUserFileTakesDocuments) {
  std::vector<RuleFile> stock = files_of("stock");
  auto user = std::ranges::find_if(stock, [](const RuleFile& f) { return f.name.ends_with("__MigUser.xml"); });
  ASSERT_NE(user, stock.end());
  RuleTest test(MachineFlavour::windows);
  test.add_account("ann", 1000);
  test.machine().add_folder("C:/Users/ann/Documents/sub");
  test.compile(std::vector{*user});
  EXPECT_TRUE(test.takes("C:/Users/ann/Documents/sub/letter.doc"));
  EXPECT_TRUE(test.takes("C:/anywhere/else/sheet.xls"));
  EXPECT_FALSE(test.takes("C:/Windows/System32/x.doc"));
  EXPECT_FALSE(test.takes("C:/anywhere/else/program.exe"));
}

}  // namespace
}  // namespace rehome::rules
