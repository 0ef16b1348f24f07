// SPDX-License-Identifier: Apache-2.0
// Any bytes as a rule file: parsed, compiled for both kinds of machine and both sides, and asked about some paths.
// Run: rules_fuzz -dict=fuzz/rules.dict fuzz/corpus/rules
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/core/error.h"
#include "base/machine/memory/memory_machine.h"
#include "flow/rules/rules.h"

namespace {

using namespace rehome;

void ask(const Plan& plan) {
  PlanState state = plan.start();
  for (std::string_view name : {"home", "ann", ".config", "app", "a.doc"}) {
    plan.reaches_inside(state);
    plan.decide_folder(state);
    plan.decide_leaf(state, name);
    plan.collision(state, name);
    state = plan.enter(state, name);
  }
  plan.named_folders();
  plan.explain("/home/ann/.config/app/x.txt", false);
  plan.explain("C:/Users/ann/Documents", true);
}

void compile_for(MachineFlavour flavour, const rules::RuleSet& rules) {
  ManualClock clock;
  MemoryMachine machine(flavour, clock);
  Account ann = machine.add_account("ann", 1000);
  machine.add_file(ann.home + "/.config/app/app.ini", "[Paths]\nData=/srv\n");
  std::vector<CapturedAccount> accounts = {{1, ann, ann.home}};
  for (rules::Side side : {rules::Side::capture, rules::Side::restore}) {
    try {
      rules::CompiledRules compiled = rules::compile(rules, machine, accounts, side);
      for (const Diagnostic& diagnostic : compiled.diagnostics) to_text(diagnostic);
      ask(*compiled.plan);
    } catch (const Error&) {
      // A limit: what hostile rules may end in.
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rules::RuleFile file{"fuzz.xml", std::string(reinterpret_cast<const char*>(data), size)};
  rules::ParsedRules parsed = rules::parse(std::span(&file, 1));
  for (const Diagnostic& diagnostic : parsed.diagnostics) to_text(diagnostic);
  compile_for(MachineFlavour::linux, *parsed.rules);
  compile_for(MachineFlavour::windows, *parsed.rules);
  return 0;
}
