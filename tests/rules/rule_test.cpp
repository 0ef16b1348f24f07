// SPDX-License-Identifier: Apache-2.0
#include "tests/rules/rule_test.h"

namespace rehome::rules {

std::string rule(std::string_view element, std::initializer_list<std::string_view> patterns, std::string_view type,
                 std::string_view attributes) {
  std::string text = "<" + std::string(element) + " " + std::string(attributes) + "><objectSet>";
  for (std::string_view pattern : patterns) {
    text += "<pattern type=\"" + std::string(type) + "\">" + std::string(pattern) + "</pattern>";
  }
  return text + "</objectSet></" + std::string(element) + ">";
}

std::string include(std::initializer_list<std::string_view> patterns) { return rule("include", patterns); }
std::string exclude(std::initializer_list<std::string_view> patterns) { return rule("exclude", patterns); }

std::string component(std::string_view name, std::string_view inner, std::string_view context) {
  return "<component type=\"Documents\" context=\"" + std::string(context) + "\"><displayName>" + std::string(name) +
         "</displayName><role role=\"Data\"><rules>" + std::string(inner) + "</rules></role></component>\n";
}

std::string migration(std::string_view inner) {
  return "<migration urlid=\"http://test\">\n" + std::string(inner) + "</migration>\n";
}

std::string text_of(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& each : diagnostics) text += to_text(each) + "\n";
  return text;
}

RuleTest::RuleTest(MachineFlavour flavour) : machine_(flavour, clock_) {}

Account RuleTest::add_account(const std::string& name, std::uint32_t uid) {
  Account account = machine_.add_account(name, uid);
  accounts_.push_back({static_cast<AccountNumber>(accounts_.size() + 1), account, account.home});
  return account;
}

RuleTest& RuleTest::compile(const std::string& xml, Side side) {
  return compile(std::vector{RuleFile{"t.xml", xml}}, side);
}

RuleTest& RuleTest::compile(const std::vector<RuleFile>& files, Side side) {
  parsed_ = parse(files);
  compiled_ = rules::compile(*parsed_.rules, machine_, accounts_, side);
  return *this;
}

PlanState RuleTest::state_of(std::string_view folder) const {
  PlanState state = plan().start();
  while (!folder.empty()) {
    std::size_t end = std::min(folder.find('/'), folder.size());
    if (end > 0) state = plan().enter(state, folder.substr(0, end));
    folder.remove_prefix(std::min(end + 1, folder.size()));
  }
  return state;
}

std::pair<PlanState, std::string> RuleTest::enter_parent(std::string_view path) const {
  std::size_t slash = path.rfind('/');
  return {state_of(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

bool RuleTest::takes(std::string_view file) const {
  auto [state, name] = enter_parent(file);
  return plan().decide_leaf(state, name).included;
}

bool RuleTest::takes_folder(std::string_view folder) const { return plan().decide_folder(state_of(folder)).included; }

bool RuleTest::opens(std::string_view folder) const { return plan().reaches_inside(state_of(folder)); }

CollisionPolicy RuleTest::collision(std::string_view file) const {
  auto [state, name] = enter_parent(file);
  return plan().collision(state, name);
}

std::string RuleTest::decided_by(std::string_view file) const {
  auto [state, name] = enter_parent(file);
  std::uint32_t number = plan().decide_leaf(state, name).rule;
  return number == kNoRule ? "-" : plan().rule(number).pattern;
}

std::string RuleTest::diagnostics() const { return text_of(parsed_.diagnostics) + text_of(compiled_.diagnostics); }

}  // namespace rehome::rules
