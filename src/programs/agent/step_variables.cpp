// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/step_variables.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <functional>

#include "base/core/check.h"
#include "base/core/error.h"
#include "base/core/suggestion.h"
#include "base/core/words.h"
#include "model/outcome.h"
#include "sequence/variables.h"

namespace rehome::agent {

namespace {

constexpr int kMostRetries = 30;
constexpr int kLongestRetryDelay = 600;

[[noreturn]] void refuse_value(std::string_view name, std::string_view value, std::string_view must) {
  throw Error(ErrorCode::invalid_argument, fmt::format("{} must be {}, not {}", name, must, printable(value)));
}

struct Assignment {
  std::string_view name;
  const std::string& value;
};

bool read_truth(const Assignment& given) {
  for (const char* yes : {"true", "yes", "1"}) {
    if (same_word(given.value, yes)) return true;
  }
  for (const char* no : {"false", "no", "0", ""}) {
    if (same_word(given.value, no)) return false;
  }
  refuse_value(given.name, given.value, "true or false");
}

int read_number(const Assignment& given, int most) {
  int number = -1;
  const char* end = given.value.data() + given.value.size();
  const auto [stop, error] = std::from_chars(given.value.data(), end, number);
  if (error != std::errc() || stop != end || number < 0 || number > most) {
    refuse_value(given.name, given.value, fmt::format("a number from 0 to {}", most));
  }
  return number;
}

/// Whether the value is the second of two words.
bool read_choice(const Assignment& given, const char* first, const char* second) {
  if (same_word(given.value, first)) return false;
  if (same_word(given.value, second)) return true;
  refuse_value(given.name, given.value, fmt::format("{} or {}", first, second));
}

std::vector<std::string> read_list(const Assignment& given) {
  std::vector<std::string> items;
  std::string item;
  for (const char letter : given.value + ",") {
    if (letter != ',') {
      item += letter;
      continue;
    }
    const std::size_t first = item.find_first_not_of(' ');
    if (first != std::string::npos) items.push_back(item.substr(first, item.find_last_not_of(' ') - first + 1));
    item.clear();
  }
  return items;
}

/// How a step takes a variable that sequence/variables.h knows as a step's.
struct Variable {
  std::string_view name;
  void (*set)(StepVariables& variables, const Assignment& given);
};

constexpr std::array kVariables = {
    Variable{"OSDStateSMPRetryCount",
             [](StepVariables& v, const Assignment& a) { v.retry_count = read_number(a, kMostRetries); }},
    Variable{"OSDStateSMPRetryTime",
             [](StepVariables& v, const Assignment& a) { v.retry_delay = read_number(a, kLongestRetryDelay); }},
    Variable{"OSDStateFallbackToNAA", [](StepVariables& v, const Assignment& a) { v.fallback_to_naa = read_truth(a); }},
    Variable{"OSDStateStorePath", [](StepVariables& v, const Assignment& a) { v.store_path = a.value; }},
    Variable{"_OSDMigrateUseHardlinks",
             [](StepVariables& v, const Assignment& a) { v.use_hard_links = read_truth(a); }},
    Variable{"_OSDMigrateOfflineUserState", [](StepVariables& v, const Assignment& a) { v.offline = read_truth(a); }},
    Variable{"OSDMigrateFileAccess",
             [](StepVariables& v, const Assignment& a) { v.volume_shadow_copy = read_choice(a, "Normal", "VSS"); }},
    Variable{"OSDMigrateContinueOnLockedFiles",
             [](StepVariables& v, const Assignment& a) { v.continue_on_locked_files = read_truth(a); }},
    Variable{"OSDMigrateAdditionalCaptureOptions",
             [](StepVariables& v, const Assignment& a) { v.capture_options = split_words(a.value); }},
    Variable{"OSDMigrateLocalAccounts",
             [](StepVariables& v, const Assignment& a) { v.local_accounts = read_truth(a); }},
    Variable{"OSDMigrateLocalAccountPassword",
             [](StepVariables& v, const Assignment& a) { v.local_account_password = Secret(as_bytes(a.value)); }},
    Variable{"OSDMigrateContinueOnRestore",
             [](StepVariables& v, const Assignment& a) { v.continue_on_restore = read_truth(a); }},
    Variable{"OSDMigrateAdditionalRestoreOptions",
             [](StepVariables& v, const Assignment& a) { v.restore_options = split_words(a.value); }},
    Variable{"OSDMigrateMode",
             [](StepVariables& v, const Assignment& a) { v.advanced = read_choice(a, "Simple", "Advanced"); }},
    Variable{"OSDMigrateConfigFiles", [](StepVariables& v, const Assignment& a) { v.config_files = read_list(a); }},
    Variable{"OSDMigrateEnableVerboseLogging",
             [](StepVariables& v, const Assignment& a) { v.verbose = read_truth(a); }},
};

const sequence::KnownVariable& variable_named(const std::string& name) {
  const sequence::KnownVariable* found = sequence::find_known_variable(name);
  if (found != nullptr && found->use != sequence::VariableUse::engine) return *found;
  std::vector<std::string_view> known;
  for (const sequence::KnownVariable& each : sequence::known_variables()) known.push_back(each.name);
  throw Error(ErrorCode::invalid_argument, "there is no variable " + printable(name) + did_you_mean(name, known));
}

void take(StepVariables& variables, std::string_view name, const std::string& value) {
  const auto* found = std::ranges::find(kVariables, name, &Variable::name);
  check(found != kVariables.end(), "each variable of a step is taken by one");
  found->set(variables, {.name = name, .value = value});
}

}  // namespace

void set_variables(StepVariables& variables, const sequence::Values& values) {
  for (const auto& [name, value] : values) {
    const sequence::KnownVariable& known = variable_named(name);
    if (known.use == sequence::VariableUse::step) {
      take(variables, known.name, value);
    } else {
      variables.without_effect.emplace_back(known.name);
    }
  }
}

void check_variables(const StepVariables& variables) {
  const auto refuse_if = [](bool wrong, const char* why) {
    if (wrong) throw Error(ErrorCode::invalid_argument, why);
  };
  if (variables.volume_shadow_copy) {
    refuse_if(
        variables.use_hard_links || variables.offline || !variables.continue_on_locked_files,
        "OSDMigrateFileAccess=VSS goes with none of hard links, offline capture and OSDMigrateContinueOnLockedFiles: "
        "those belong to Normal");
    throw Error(ErrorCode::unsupported, "Linux has no Volume Shadow Copy: leave OSDMigrateFileAccess at Normal");
  }
  refuse_if(variables.advanced && variables.config_files.empty(),
            "OSDMigrateMode=Advanced takes only the rules of OSDMigrateConfigFiles, which names none");
  refuse_if(variables.local_accounts && variables.local_account_password.empty(),
            "OSDMigrateLocalAccounts makes accounts that can log in, so OSDMigrateLocalAccountPassword is needed");
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (letter == '\\' && quote != '\'' && i + 1 < text.size()) {
      word += text[++i];
      in_word = true;
    } else if (quote != 0) {
      if (letter == quote)
        quote = 0;
      else
        word += letter;
    } else if (letter == '\'' || letter == '"') {
      quote = letter;
      in_word = true;
    } else if (letter != ' ' && letter != '\t') {
      word += letter;
      in_word = true;
    } else if (in_word) {
      words.push_back(std::exchange(word, {}));
      in_word = false;
    }
  }
  if (quote != 0) throw Error(ErrorCode::invalid_argument, "a quotation is not ended in " + printable(text));
  if (in_word) words.push_back(word);
  return words;
}

}  // namespace rehome::agent
