// SPDX-License-Identifier: Apache-2.0
#pragma once
// What capture, estimate and explain begin with: a computer, its selected users, and the plan that the rules make of
// them.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/machine/machine.h"
#include "flow/rules/rules.h"
#include "model/capture.h"
#include "programs/command/command.h"

namespace rehome::cli {

struct SourceOptions {
  std::string root = "/";
  std::vector<std::string> rules;
  std::vector<std::string> users;
};

void declare_source_options(Arguments& arguments, SourceOptions& options);

struct Source {
  std::unique_ptr<Machine> machine;
  std::vector<CapturedAccount> accounts;
  std::unique_ptr<LocationTable> locations;
  rules::CompiledRules compiled;

  std::map<AccountNumber, std::string> names() const;
};

/// Opens the computer, selects its users, numbers them with `number_of`, and compiles the rules for them. Prints
/// diagnostics; throws Reported when going on could silently drop data.
Source open_source(const SourceOptions& options, Context& context,
                   const std::function<AccountNumber(const Account&)>& number_of);

/// Numbers accounts from 1 in their order: for commands that have no vault to ask.
std::function<AccountNumber(const Account&)> number_in_order();

}  // namespace rehome::cli
