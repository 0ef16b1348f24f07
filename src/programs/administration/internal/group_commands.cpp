// SPDX-License-Identifier: Apache-2.0
// `rehome site group …`: groups of computers, to which sequences are deployed.
#include <array>

#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr Input kGroup{"GROUP", "", nullptr, Kind::text, "Name or id of the group"};
constexpr Input kComputers{"COMPUTER", "", "computers", Kind::texts, "Names or ids of computers"};

constexpr std::array kColumns = {Column{"ID", "id"}, Column{"NAME", "name"}, Column{"CREATED", "created"}};
constexpr std::array kListInputs = {Input{"--search", "TEXT", "?search", Kind::text, "Part of the name"}};
constexpr ApiCommand kList{HttpMethod::get, "/api/v1/groups", kListInputs, Answer::list, kColumns};

constexpr std::array kShowInputs = {kGroup};
constexpr ApiCommand kShow{HttpMethod::get, "/api/v1/groups/{}", kShowInputs, Answer::record};

constexpr std::array kAddInputs = {
    Input{"NAME", "", "name", Kind::text, "Its name"},
    Input{"--computer", "COMPUTER", "computers", Kind::texts, "Name or id of a computer that is put into it"}};
constexpr ApiCommand kAdd{HttpMethod::post, "/api/v1/groups", kAddInputs, Answer::record};

constexpr std::array kPutInputs = {kGroup, kComputers};
constexpr ApiCommand kPut{HttpMethod::post, "/api/v1/groups/{}/computers", kPutInputs, Answer::record};

constexpr std::array kTakeInputs = {kGroup, Input{"COMPUTER", "", nullptr, Kind::text, "Name or id of the computer"}};
constexpr ApiCommand kTake{HttpMethod::remove, "/api/v1/groups/{}/computers/{}", kTakeInputs, Answer::record};

constexpr ApiCommand kRemove{HttpMethod::remove,
                             "/api/v1/groups/{}",
                             kShowInputs,
                             Answer::done,
                             {},
                             "the group is removed; its computers and what was deployed to them stay"};

}  // namespace

void declare_group_list(cli::Arguments& arguments) { declare_api_command(kList, arguments); }
void declare_group_show(cli::Arguments& arguments) { declare_api_command(kShow, arguments); }
void declare_group_add(cli::Arguments& arguments) { declare_api_command(kAdd, arguments); }
void declare_group_put(cli::Arguments& arguments) { declare_api_command(kPut, arguments); }
void declare_group_take(cli::Arguments& arguments) { declare_api_command(kTake, arguments); }
void declare_group_remove(cli::Arguments& arguments) { declare_api_command(kRemove, arguments); }

}  // namespace rehome::administration
