// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/pattern_collector.h"

#include "base/core/error.h"
#include "flow/rules/internal/name_case.h"
#include "flow/rules/internal/object_search.h"
#include "flow/rules/internal/unknown_variables.h"

namespace rehome::rules {

namespace {

/// HKCU is another key for everybody; below HKU each has a name.
void name_account_in_key(Pattern& pattern, const Account& account) {
  Glob owner({account.sid.empty() ? account.name : account.sid});
  pattern.node.front() = Glob({"HKU"});
  pattern.node.insert(pattern.node.begin() + 1, std::move(owner));
}

bool is_of_account(const Pattern& pattern) {
  return pattern.type == PatternType::registry && !pattern.node.empty() && pattern.node.front().text() == "HKCU";
}

/// The path itself where it cannot be found out.
MachinePath place_behind_links(FileTree& files, const MachinePath& path) {
  try {
    return files.canonical(path);
  } catch (const Error&) {
    return path;
  }
}

}  // namespace

bool PatternCollector::is_at_stake(const RuleFrame& frame) const {
  return frame.effect == RuleInfo::Effect::include && setting_.side == Side::capture;
}

void PatternCollector::add(const PatternNode& node, const std::string& written, const RuleFrame& frame,
                           const Expander& expander) {
  setting_.budget.spend_step(node.place);
  Expansion expansion = expander.expand(node.text);
  if (expansion.too_long) {
    log_.add(is_at_stake(frame) ? Severity::error : Severity::warning, node.place,
             "with its variables replaced the pattern is longer than " + std::to_string(kPatternBytes) + " bytes");
    return;
  }
  setting_.unknown_variables.note(node.place, expansion, expander.scope(), is_at_stake(frame));
  if (!expansion.text) return;
  if (node.type == PatternType::registry && setting_.machine.registry() == nullptr) {
    without_registry_[node.place.file].insert(node.place);
    return;
  }
  const std::vector<std::string> texts = split_patterns(*expansion.text, node.type, setting_.machine.flavour());
  if (texts.size() > 1) {
    log_.warning(node.place,
                 "this element holds " + std::to_string(texts.size()) + " patterns; each is taken as one of its own");
  }
  for (const std::string& text : texts) add_one(text, node, written, frame);
}

void PatternCollector::add_one(const std::string& text, const PatternNode& node, const std::string& written,
                               const RuleFrame& frame) {
  auto pattern = parse_pattern(text, node.type, setting_.machine.flavour());
  if (!pattern) return report_problem(pattern.error(), node, frame);
  const bool is_linux = setting_.machine.flavour() == MachineFlavour::linux;
  if (is_linux && node.text.find('\\') != std::string::npos) {
    log_.warning(node.place, "on Linux '\\' is an ordinary character of a name; '/' stands between folders");
  }
  // The system has no HKCU: rules for both contexts name it for the accounts.
  if (is_of_account(*pattern) && frame.pass.account == nullptr) return;
  if (is_at_stake(frame)) check_include(*pattern, node, frame);
  if (node.type == PatternType::ini) return;
  if (is_of_account(*pattern)) name_account_in_key(*pattern, *frame.pass.account);
  add_rule(std::move(*pattern), text, node, written, frame);
}

void PatternCollector::add_rule(Pattern pattern, const std::string& text, const PatternNode& node,
                                const std::string& written, const RuleFrame& frame) {
  if (rules_.size() == kRuleLimit) {
    throw Error(ErrorCode::limit_exceeded,
                "the rules have more than " + std::to_string(kRuleLimit) + " patterns for all accounts together");
  }
  CompiledRule rule;
  rule.info = {frame.effect,
               setting_.sources.name(node.place.file),
               node.place.line,
               frame.component,
               written,
               unescape_pattern(text),
               frame.pass.account_name()};
  rule.instance = frame.instance;
  rule.policy = frame.policy;
  rule.pattern = std::move(pattern);
  rules_.push_back(std::move(rule));
}

void PatternCollector::report_problem(const PatternProblem& problem, const PatternNode& node, const RuleFrame& frame) {
  if (problem.kind == PatternProblem::Kind::malformed) {
    log_.add(is_at_stake(frame) ? Severity::error : Severity::warning, node.place, problem.message);
    return;
  }
  log_.warning(node.place, "this pattern matches nothing: it " + problem.message);
}

void PatternCollector::check_include(const Pattern& pattern, const PatternNode& node, const RuleFrame& frame) {
  const bool is_file = pattern.type == PatternType::file;
  if (is_file) warn_of_links(pattern, node);
  const bool may_name_a_file = is_file && !pattern.leaf && pattern.names_one_folder();
  if (is_file && !may_name_a_file) return;
  ObjectSearch search(setting_.machine, frame.pass.account, setting_.budget);
  const SearchResult found = search.find(pattern);
  if (found.exists != Truth::yes) return;
  if (!is_file) {
    const std::string what = pattern.type == PatternType::registry ? "registry values" : "parts of Ini files";
    log_.error(node.place, "capturing " + what + " is not supported yet, and this pattern names some that exist");
    return;
  }
  if (search.is_folder(found.object)) return;
  const std::size_t slash = found.object.rfind('/');
  log_.warning(node.place, "a path without brackets means a folder, but " + found.object +
                               " is none; write the name of a file in brackets: " + found.object.substr(0, slash) +
                               " [" + found.object.substr(slash + 1) + "]");
}

/// Walking never goes through a link: somebody could make one in his home that leads to what is not his. So a rule has
/// to name the place itself. Variables already do.
void PatternCollector::warn_of_links(const Pattern& pattern, const PatternNode& node) {
  const MachinePath path = pattern.fixed_path(setting_.machine.flavour());
  auto [entry, is_new] = canonical_.try_emplace(path);
  if (is_new) entry->second = place_behind_links(setting_.machine.files(), path);
  auto comparable = [&](const MachinePath& each) { return comparable_name(each, setting_.machine.flavour()); };
  if (comparable(entry->second) == comparable(path)) return;
  const bool is_of_variable = node.text.find('%') != std::string::npos;
  log_.add(is_of_variable ? Severity::note : Severity::warning, node.place,
           path + " is reached through a link, and links are not followed; it lies at " + entry->second);
}

void PatternCollector::report_missing_registry() {
  for (const auto& [file, places] : without_registry_) {
    log_.note(*places.begin(), places.size() == 1
                                   ? "this registry pattern matches nothing: this computer has no registry"
                                   : "this and " + std::to_string(places.size() - 1) +
                                         " more registry patterns match nothing: this computer has no registry");
  }
}

}  // namespace rehome::rules
