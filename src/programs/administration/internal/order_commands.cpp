// SPDX-License-Identifier: Apache-2.0
// `rehome computer order …`: work that waits for the agent of a computer.
#include <array>

#include "programs/administration/internal/api_command.h"
#include "programs/administration/internal/declarations.h"

namespace rehome::administration {

namespace {

using transport::HttpMethod;

constexpr Input kComputer{"COMPUTER", "", nullptr, Kind::text, "Name or id of the computer"};

constexpr std::array kAddInputs = {
    kComputer, Input{"STEP", "", "steps", Kind::texts, "As \"request-state-store capture\", in their order"},
    Input{"--variable", "NAME=VALUE", "variables", Kind::variables, "A variable of the steps"}};
constexpr ApiCommand kAdd{HttpMethod::post, "/api/v1/computers/{}/work", kAddInputs, Answer::record};

constexpr std::array kColumns = {Column{"ID", "id"}, Column{"STATE", "state"}, Column{"STEPS", "steps"},
                                 Column{"STEP", "step"}, Column{"CREATED", "created"}};
constexpr std::array kListInputs = {kComputer};
constexpr ApiCommand kList{HttpMethod::get, "/api/v1/computers/{}/work", kListInputs, Answer::list, kColumns};

constexpr std::array kCancelInputs = {
    kComputer, Input{"ORDER", "", nullptr, Kind::text, "Id of the order, or a step that no other open order has"}};
constexpr ApiCommand kCancel{HttpMethod::remove, "/api/v1/computers/{}/work/{}", kCancelInputs, Answer::record};

}  // namespace

void declare_order_add(cli::Arguments& arguments) { declare_api_command(kAdd, arguments); }
void declare_order_list(cli::Arguments& arguments) { declare_api_command(kList, arguments); }
void declare_order_cancel(cli::Arguments& arguments) { declare_api_command(kCancel, arguments); }

}  // namespace rehome::administration
