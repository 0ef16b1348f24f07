// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/rule_collector.h"

#include <algorithm>

#include "base/core/words.h"
#include "flow/rules/internal/drives.h"

namespace rehome::rules {

namespace {

using Kind = RuleNode::Kind;

std::string not_supported(const Call& call) { return std::string(call.helper->name) + " is not supported yet"; }

/// As one would write it.
std::string to_text(const Call& call) {
  std::string text = std::string(call.helper->name) + "(";
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    if (i > 0) text += ", ";
    text += call.arguments[i] ? "\"" + *call.arguments[i] + "\"" : "NULL";
  }
  return text + ")";
}

RuleInfo::Effect effect_of(Kind kind) {
  if (kind == Kind::include) return RuleInfo::Effect::include;
  if (kind == Kind::exclude) return RuleInfo::Effect::exclude;
  return kind == Kind::merge ? RuleInfo::Effect::merge : RuleInfo::Effect::unconditional_exclude;
}

bool names_objects(Kind kind) {
  return kind == Kind::include || kind == Kind::exclude || kind == Kind::unconditional_exclude || kind == Kind::merge;
}

/// What is left undone by a rule that is not carried out yet; empty where this side has nothing to do with it.
std::string_view consequence(Kind kind, Side side) {
  const bool restores = side == Side::restore;
  switch (kind) {
    case Kind::content_modify:
      return restores ? "contentModify is not supported yet: the content is restored as it was" : "";
    case Kind::location_modify:
      return restores ? "locationModify is not supported yet: objects are restored to where they were" : "";
    case Kind::destination_cleanup:
      return restores ? "destinationCleanup is not supported yet: nothing is deleted" : "";
    case Kind::include_attributes:
    case Kind::exclude_attributes:
      return "choosing attributes is not supported yet: all of them are migrated";
    default:
      return "";
  }
}

}  // namespace

void RuleCollector::report(const Gaps& gaps, bool decides_about_data) {
  const bool is_error = decides_about_data && setting_.side == Side::capture;
  for (const Gap& gap : gaps) log_.add(is_error ? Severity::error : Severity::warning, gap.place, gap.reason);
}

void RuleCollector::add(const RuleNode& rule, const RuleSpot& spot) {
  setting_.budget.spend_step(rule.place);
  if (!names_objects(rule.kind)) {
    const std::string_view undone = consequence(rule.kind, setting_.side);
    if (!undone.empty()) log_.warning(rule.place, std::string(undone));
    return;
  }
  RuleFrame frame{effect_of(rule.kind), CollisionPolicy::rename_source, spot.instance, spot.component, spot.pass};
  if (rule.kind == Kind::merge ? !choose_policy(rule, frame) : !applies(rule)) return;
  for (const ObjectSetNode& set : rule.sets) add_set(set, frame, spot);
}

void RuleCollector::add(const ActionNode& action) {
  switch (action.kind) {
    case ActionNode::Kind::add_objects:
      if (action.adds_files) {
        report({{action.place, "addObjects is not supported yet: these files are not made"}}, true);
      } else if (setting_.machine.registry() != nullptr) {
        report({{action.place, "addObjects is not supported yet: these registry values are not made"}}, true);
      }
      return;
    case ActionNode::Kind::external_process:
      log_.warning(action.place, "external commands are not supported yet: this one is not run");
      return;
    case ActionNode::Kind::processing:
      log_.warning(action.place, "processing is not supported yet: this script is not run");
      return;
  }
}

/// Of filters only those are evaluated that say the same of every object. IgnoreIrrelevantLinks lets everything pass
/// at capture; on the other side it would drop links that lead nowhere, and they are kept instead.
bool RuleCollector::applies(const RuleNode& rule) {
  if (!rule.script) return true;
  const Call& filter = rule.script->call;
  if (filter.helper->name == "AnswerNo") return false;
  if (filter.helper->name == "NeverRestore") return setting_.side == Side::capture;
  if (filter.helper->name == "IgnoreIrrelevantLinks") return true;
  const bool is_include = rule.kind == Kind::include;
  const std::string consequence = is_include ? "" : ": what it would exclude is migrated";
  report({{rule.script->place, not_supported(filter) + consequence}}, is_include);
  return is_include;
}

bool RuleCollector::choose_policy(const RuleNode& rule, RuleFrame& frame) {
  if (!rule.script) return false;
  const std::string_view name = rule.script->call.helper->name;
  if (name == "SourcePriority") {
    frame.policy = CollisionPolicy::source_priority;
    return true;
  }
  if (name == "DestinationPriority") {
    frame.policy = CollisionPolicy::destination_priority;
    return true;
  }
  if (setting_.side == Side::restore) {
    log_.warning(rule.script->place, not_supported(rule.script->call) + ": on a collision both are kept");
  }
  return false;
}

void RuleCollector::add_set(const ObjectSetNode& set, const RuleFrame& frame, const RuleSpot& spot) {
  const bool is_include = frame.effect == RuleInfo::Effect::include;
  Conditions conditions(setting_, spot.pass, spot.scope, spot.named);
  const Truth active = conditions.is_active(set);
  if (active == Truth::unknown) report(conditions.take_gaps(), is_include);
  if (active == Truth::no || (active == Truth::unknown && !is_include)) return;
  const Expander expander(setting_, spot.pass.account, spot.scope);
  for (const PatternNode& pattern : set.patterns) patterns_.add(pattern, pattern.text, frame, expander);
  for (const PlacedCall& script : set.scripts) add_script(script, frame, spot);
  for (const ContentNode& content : set.contents) add_content(content, frame, conditions);
}

void RuleCollector::add_script(const PlacedCall& script, const RuleFrame& frame, const RuleSpot& spot) {
  const std::string_view name = script.call.helper->name;
  if (name == "GenerateDrivePatterns") {
    add_drives(script, frame, Expander(setting_, spot.pass.account, spot.scope));
  } else if (name == "GenerateUserPatterns") {
    add_users(script, frame, spot);
  } else {
    report({{script.place, not_supported(script.call)}}, frame.effect == RuleInfo::Effect::include);
  }
}

void RuleCollector::add_drives(const PlacedCall& script, const RuleFrame& frame, const Expander& expander) {
  // Variables are not replaced here: a percent sign means itself.
  std::string segment;
  for (const char c : script.call.argument(0)) segment += c == '%' ? std::string("^%") : std::string(1, c);
  auto patterns = drive_patterns(setting_.machine, segment, script.call.argument(1));
  if (!patterns) {
    log_.error(script.place, "the second argument of GenerateDrivePatterns is Fixed, CDROM, Removable or Remote");
    return;
  }
  for (const std::string& text : *patterns) {
    patterns_.add({PatternType::file, text, script.place}, to_text(script.call), frame, expander);
  }
}

void RuleCollector::add_users(const PlacedCall& script, const RuleFrame& frame, const RuleSpot& spot) {
  const bool with_current = same_word(script.call.argument(2), "TRUE");
  const PatternNode node{pattern_type_of(script.call.argument(0)), std::string(script.call.argument(1)), script.place};
  for (const CapturedAccount& captured : setting_.accounts) {
    const bool is_current = spot.pass.account == &captured.account;
    if (is_current && !with_current) continue;
    patterns_.add(node, to_text(script.call), frame, Expander(setting_, &captured.account, spot.scope));
  }
}

void RuleCollector::add_content(const ContentNode& content, const RuleFrame& frame, Conditions& conditions) {
  Truth exists = Truth::no;
  for (const ObjectSetNode& set : content.sets) exists = either(exists, conditions.any_exists(set));
  // Where the objects are not there, nothing is named in them.
  if (exists == Truth::no) return;
  report({{content.filter.place, not_supported(content.filter.call)}}, frame.effect == RuleInfo::Effect::include);
}

}  // namespace rehome::rules
