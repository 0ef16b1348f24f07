// SPDX-License-Identifier: Apache-2.0
// Runs the examples of docs/rules-language.md: each ```xml block with the ```decisions that follow it.
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <sstream>

#include "tests/rules/rule_test.h"
#include "tests/support/source_folder.h"

namespace rehome::rules {
namespace {

struct Fence {
  std::size_t line = 0;
  std::string kind;  // "xml", "xml windows", "decisions"
  std::string text;
};

std::vector<Fence> fences_of_manual() {
  std::ifstream file(rehome::testing::source_folder() / "docs/rules-language.md");
  std::vector<Fence> fences;
  std::optional<Fence> open;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (!line.starts_with("```")) {
      if (open) open->text += line + "\n";
    } else if (open) {
      fences.push_back(*std::exchange(open, std::nullopt));
    } else {
      open = Fence{number, line.substr(3), ""};
    }
  }
  return fences;
}

/// Examples leave out what always surrounds them.
std::string whole_file(const std::string& example) {
  if (example.starts_with("<?xml")) return example;
  if (example.starts_with("<component") || example.starts_with("<namedElements")) return migration(example);
  return migration(component("Example", example, "User"));
}

void furnish(RuleTest& test) {
  test.add_account("ann", 1000);
  test.add_account("bob", 1001);
  test.machine().add_file("/home/ann/.config/app/app.ini", "[Paths]\nData=/srv/appdata\n");
}

void expect_decisions(const RuleTest& test, const Fence& decisions) {
  std::istringstream lines(decisions.text);
  std::size_t number = decisions.line;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::size_t blank = line.find(' ');
    std::string mark = line.substr(0, blank);
    std::string path = line.substr(blank + 1);
    bool taken = mark.ends_with('d') ? test.takes_folder(path) : test.takes(path);
    EXPECT_EQ(taken, mark.starts_with('+')) << "docs/rules-language.md:" << number << ": " << line;
  }
}

TEST(Manual, ExamplesDecideWhatTheManualSays) {
  std::vector<Fence> fences = fences_of_manual();
  int examples = 0;
  for (std::size_t i = 0; i < fences.size(); ++i) {
    if (!fences[i].kind.starts_with("xml")) continue;
    ++examples;
    bool is_windows = fences[i].kind == "xml windows";
    RuleTest test(is_windows ? MachineFlavour::windows : MachineFlavour::linux);
    if (is_windows) {
      test.add_account("ann", 1000);
    } else {
      furnish(test);
    }
    test.compile(whole_file(fences[i].text));
    EXPECT_EQ(test.diagnostics(), "") << "docs/rules-language.md:" << fences[i].line;
    ASSERT_LT(i + 1, fences.size());
    ASSERT_EQ(fences[i + 1].kind, "decisions") << "docs/rules-language.md:" << fences[i].line;
    expect_decisions(test, fences[i + 1]);
  }
  EXPECT_GE(examples, 10);
}

}  // namespace
}  // namespace rehome::rules
