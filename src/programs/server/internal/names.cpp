// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/names.h"

#include <array>

#include "site/names.h"

namespace rehome::server {
namespace {

struct Named {
  std::string_view parameter;
  /// `before`: the id that stands before it in the address.
  std::string (*id_of)(const site::Site& site, const std::string& before, const std::string& name);
};

constexpr std::array kNamed = {
    Named{"computer", [](const site::Site& site, const std::string&,
                         const std::string& name) { return site::computer_named(site, name); }},
    Named{"smp", [](const site::Site& site, const std::string&,
                    const std::string& name) { return site::point_named(site, name); }},
    Named{"association", [](const site::Site& site, const std::string&,
                            const std::string& name) { return site::association_named(site, name); }},
    Named{"group", [](const site::Site& site, const std::string&,
                      const std::string& name) { return site::group_named(site, name); }},
    Named{"folder", site::folder_named},
    Named{"work", site::work_named},
};

}  // namespace

std::optional<std::string> query_computer(const Call& call, std::string_view parameter) {
  const std::optional<std::string> name = call.request.target.parameter(parameter);
  return name ? std::optional(site::computer_named(call.site(), *name)) : std::nullopt;
}

void put_ids_for_names(Call& call, std::string_view pattern) {
  std::string before;
  for (std::string& argument : call.arguments) {
    pattern.remove_prefix(pattern.find('{') + 1);
    const std::string_view parameter = pattern.substr(0, pattern.find_first_of(".}"));
    for (const Named& named : kNamed) {
      if (named.parameter == parameter) argument = named.id_of(call.site(), before, argument);
    }
    before = argument;
  }
}

}  // namespace rehome::server
