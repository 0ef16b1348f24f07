// SPDX-License-Identifier: Apache-2.0
#pragma once
// What capture, estimate and explain begin with: a computer, its selected users, and the plan that the rules make of
// them.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/machine/machine.h"
#include "flow/rules/rules.h"
#include "flow/scan/scan.h"
#include "model/capture.h"
#include "programs/command/command.h"

namespace rehome::cli {

struct SourceOptions {
  std::string root = "/";
  std::vector<std::string> rules;
  std::vector<std::string> users;
  std::vector<std::string> also_volumes;  // mount points of network or removable volumes to take too
  bool keep_caches = false;               // take folders marked with a CACHEDIR.TAG too
};

void declare_source_options(Arguments& arguments, SourceOptions& options);

struct Source {
  SourceOptions options;
  std::unique_ptr<Machine> machine;
  std::vector<CapturedAccount> accounts;
  std::vector<rules::RuleFile> rule_files;
  rules::ParsedRules parsed;                 // of these
  std::unique_ptr<LocationTable> locations;  // these two from compile_rules()
  rules::CompiledRules compiled;

  std::map<AccountNumber, std::string> names() const;
  /// What the report must say before anything is scanned: accounts whose home is another's, and known folders
  /// that are not their user's.
  std::vector<Finding> findings() const;
};

/// What the catalog keeps of what decided about this capture; nullopt where the rule files are too large.
std::optional<CaptureRules> rules_of(const Source& source);

/// Opens the computer and selects its users; reads the rule files. Prints diagnostics; throws Reported where a rule
/// file is wrong.
Source open_source(const SourceOptions& options, Context& context);

/// Numbers the users with `number_of` and compiles the rules for them. Prints diagnostics; throws Reported when going
/// on could silently drop data.
void compile_rules(Source& source, Context& context, const std::function<AccountNumber(const Account&)>& number_of);

/// What the scan is to do with it.
scan::ScanJob scan_job(const Source& source);

/// Numbers accounts from 1 in their order: for commands that have no vault to ask.
std::function<AccountNumber(const Account&)> number_in_order();

}  // namespace rehome::cli
