// SPDX-License-Identifier: Apache-2.0
#pragma once
// Conditions on the operating system. Types: "NT" is Windows; for rules of our own also "Linux" and the id of a
// distribution ("debian"). Versions are numbers with dots between them.

#include <string_view>

#include "base/machine/machine.h"

namespace rehome::rules {

bool is_os_of_type(const OperatingSystem& system, MachineFlavour flavour, std::string_view type);

/// "6.1.*": part by part, '*' in a part stands for anything; parts that the pattern leaves out do not matter.
bool matches_version(std::string_view version, std::string_view pattern);

/// As many parts are compared as `than` has; missing and odd ones count as 0. Less, equal or greater than zero.
int compare_versions(std::string_view version, std::string_view than);

}  // namespace rehome::rules
