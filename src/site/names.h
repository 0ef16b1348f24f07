// SPDX-License-Identifier: Apache-2.0
#pragma once
// What people call the records of a site by: the one place where a name becomes an id. Every function takes an id too,
// which is tried first. Error(not_found) for what nothing is called, Error(refused) for what several are called; both
// say what to give instead.

#include <string>

#include "site/site.h"

namespace rehome::site {

/// A computer by its name, in either case.
std::string computer_named(const Site& site, const std::string& name);
/// A state migration point by the name of its server, in either case.
std::string point_named(const Site& site, const std::string& name);
/// A folder of that point by its path, or by the last part of it.
std::string folder_named(const Site& site, const std::string& point, const std::string& name);
/// An association by its computers, "SOURCE:DESTINATION", each as computer_named() takes it. A deleted one only where
/// the two have no other.
std::string association_named(const Site& site, const std::string& name);
/// An order of that computer by one of its steps, among those that have not ended.
std::string work_named(const Site& site, const std::string& computer, const std::string& name);
/// A group of computers by its name, in either case.
std::string group_named(const Site& site, const std::string& name);

}  // namespace rehome::site
