// SPDX-License-Identifier: Apache-2.0
#include "sequence/signature.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/codec/hash.h"
#include "base/core/error.h"
#include "base/core/words.h"

namespace rehome::sequence {

namespace {

/// No other program signs what begins so, and no other version of this one.
constexpr std::string_view kDomain = "rehome sequence deployment 1";
constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kDigitsOfComputer = 16;

constexpr std::array kStepKinds = {std::string_view("request-state-store"),
                                   std::string_view("capture-user-state"),
                                   std::string_view("restore-user-state"),
                                   std::string_view("release-state-store"),
                                   Restart::kKind,
                                   SetVariables::kKind,
                                   RunCommand::kKind,
                                   RunHook::kKind,
                                   EnterOtherRoot::kKind,
                                   WipeVolume::kKind,
                                   ApplyImage::kKind};
/// The first ones. What is added to the others needs a signature too.
constexpr auto kHarmless = std::span(kStepKinds).first(6);

bool are_digits(std::string_view text, std::size_t count) {
  return text.size() == count && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_computer_id(std::string_view text) {
  return text.starts_with("c-") && are_digits(text.substr(2), kDigitsOfComputer);
}

bool is_site_code(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char letter) {
           return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
         });
}

[[noreturn]] void refuse(const char* why) {
  throw Error(ErrorCode::invalid_argument, std::string("this can be no deployment: ") + why);
}

void check(const Statement& statement) {
  if (!is_deployment_id(statement.deployment)) refuse("its id has 32 hexadecimal digits");
  if (!is_site_code(statement.site)) refuse("a site code has three letters or digits");
  if (statement.computers.empty()) refuse("it names no computer");
  if (!std::ranges::all_of(statement.computers, is_computer_id)) refuse("computers are named by their ids");
  if (statement.from < 0 || statement.until <= statement.from) refuse("it ends before it begins");
  if (statement.until - statement.from > kLongestWindow) refuse("its window is longer than 366 days");
  const auto is_too_long = [](const auto& variable) { return variable.second.size() > kLongestDeployedValue; };
  if (statement.text.size() > kLargestDeployedText || statement.computers.size() > kMostDeployedComputers ||
      statement.variables.size() > kMostDeployedVariables || std::ranges::any_of(statement.variables, is_too_long)) {
    throw Error(ErrorCode::limit_exceeded,
                fmt::format("a deployed sequence has at most {} KiB, {} computers and {} variables of {} bytes",
                            kLargestDeployedText / 1024, kMostDeployedComputers, kMostDeployedVariables,
                            kLongestDeployedValue));
  }
}

std::string digest_line(std::string_view name, std::string_view content) {
  return fmt::format("{} sha256 {}\n", name, to_hex(sha256(as_bytes(content))));
}

/// Sizes before texts, so that no text reads as two.
std::string canonical(Values variables) {
  std::ranges::sort(variables, [](const auto& a, const auto& b) { return WordLess()(a.first, b.first); });
  std::string all;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const auto& [name, value] = variables[i];
    if (name.empty() || (i > 0 && same_word(variables[i - 1].first, name))) refuse("a variable is given twice");
    all += fmt::format("{} {} {} {}\n", name.size(), name, value.size(), value);
  }
  return all;
}

void add_kinds(const std::vector<Node>& nodes, std::set<std::string_view>& kinds) {
  for (const Node& node : nodes) {
    if (const auto* group = std::get_if<Group>(&node)) {
      add_kinds(group->nodes, kinds);
    } else {
      kinds.insert(name_of(std::get<Step>(node).action));
    }
  }
}

}  // namespace

std::string canonical_text(const Statement& statement) {
  check(statement);
  std::vector<std::string> computers = statement.computers;
  std::ranges::sort(computers);
  if (std::ranges::adjacent_find(computers) != computers.end()) refuse("it names a computer twice");
  std::string text = fmt::format("{}\ndeployment {}\nsite {}\nfrom {}\nuntil {}\n", kDomain, statement.deployment,
                                 statement.site, statement.from, statement.until);
  text += digest_line("sequence", statement.text);
  text += digest_line("variables", canonical(statement.variables));
  for (const std::string& computer : computers) text += "computer " + computer + "\n";
  return text;
}

Signature sign(const Statement& statement, const Secret& secret_key) {
  return rehome::sign(secret_key, as_bytes(canonical_text(statement)));
}

bool is_signed_by(const SignerKey& signer, const Statement& statement, const Signature& signature) {
  return rehome::is_signed_by(signer, as_bytes(canonical_text(statement)), signature);
}

std::set<std::string_view> step_kinds(const Sequence& sequence) {
  std::set<std::string_view> kinds;
  add_kinds(sequence.nodes, kinds);
  return kinds;
}

bool is_step_kind(std::string_view name) { return std::ranges::find(kStepKinds, name) != kStepKinds.end(); }

bool needs_signature(const Sequence& sequence) {
  return std::ranges::any_of(step_kinds(sequence), [](std::string_view kind) {
    return std::ranges::find(kHarmless, kind) == kHarmless.end();
  });
}

bool is_deployment_id(std::string_view text) { return are_digits(text, kIdDigits); }

}  // namespace rehome::sequence
