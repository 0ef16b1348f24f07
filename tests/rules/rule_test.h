// SPDX-License-Identifier: Apache-2.0
#pragma once
// A fake machine, rules for it, and what they decide: for the tests of the rule language.

#include <string>
#include <string_view>
#include <vector>

#include "base/machine/memory/memory_machine.h"
#include "flow/rules/rules.h"

namespace rehome::rules {

/// "<component ...><displayName>name</displayName><role role='Data'><rules>inner</rules></role></component>".
std::string component(std::string_view name, std::string_view inner, std::string_view context = "System");
/// "<include><objectSet>" with one pattern of type File for each text.
std::string include(std::initializer_list<std::string_view> patterns);
std::string exclude(std::initializer_list<std::string_view> patterns);
std::string rule(std::string_view element, std::initializer_list<std::string_view> patterns,
                 std::string_view type = "File", std::string_view attributes = "");
std::string migration(std::string_view inner);
/// All diagnostics, one after the other, as a user sees them.
std::string text_of(const Diagnostics& diagnostics);

class RuleTest {
 public:
  explicit RuleTest(MachineFlavour flavour);

  MemoryMachine& machine() { return machine_; }
  Account add_account(const std::string& name, std::uint32_t uid);

  /// Parses and compiles; `xml` is the whole file.
  RuleTest& compile(const std::string& xml, Side side = Side::capture);
  RuleTest& compile(const std::vector<RuleFile>& files, Side side = Side::capture);

  bool takes(std::string_view file) const;
  bool takes_folder(std::string_view folder) const;
  bool opens(std::string_view folder) const;
  CollisionPolicy collision(std::string_view file) const;
  /// "pattern" of the deciding rule; "-" where no rule touches it.
  std::string decided_by(std::string_view file) const;
  PlanState state_of(std::string_view folder) const;

  const Plan& plan() const { return *compiled_.plan; }
  const CompiledRules& compiled() const { return compiled_; }
  const Diagnostics& parse_diagnostics() const { return parsed_.diagnostics; }
  std::string diagnostics() const;

 private:
  std::pair<PlanState, std::string> enter_parent(std::string_view path) const;

  ManualClock clock_;
  MemoryMachine machine_;
  std::vector<CapturedAccount> accounts_;
  ParsedRules parsed_;
  CompiledRules compiled_;
};

}  // namespace rehome::rules
