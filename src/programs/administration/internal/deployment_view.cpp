// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/deployment_view.h"

#include <array>
#include <fmt/format.h>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/administration/internal/show.h"
#include "programs/command/json_output.h"

namespace rehome::administration {

namespace {

constexpr std::array kComputerColumns = {
    Column{"COMPUTER", "computer_name"}, Column{"ID", "computer"},    Column{"STATE", "state"}, Column{"STEP", "step"},
    Column{"CHANGED", "changed"},        Column{"MESSAGE", "message"}};
constexpr std::array kStepColumns = {Column{"STEP", "name"},       Column{"OUTCOME", "outcome"},
                                     Column{"CODE", "code"},       Column{"ATTEMPTS", "attempts"},
                                     Column{"STARTED", "started"}, Column{"ENDED", "ended"},
                                     Column{"MESSAGE", "message"}};

const Json& list_of(const Json& record, std::string_view name) {
  const Json* list = record.find(name);
  if (list == nullptr || list->list() == nullptr) {
    throw Error(ErrorCode::corrupt, "the site gives a deployment without " + std::string(name));
  }
  return *list;
}

/// What stands beside its lists.
Json head_of(const Json& record) {
  Json::Object head = *record.object();
  std::erase_if(head, [](const JsonMember& member) { return member.value.list() != nullptr; });
  return head;
}

void show_table(const Json& record, std::string_view name, std::span<const Column> columns, cli::Context& context) {
  const Json& items = list_of(record, name);
  context.surroundings.out << "\n";
  if (!items.list()->empty()) show_list(Json::Object{{"items", items}}, columns, context);
}

std::string text_of(const Json& item, std::string_view name) {
  const Json* value = item.find(name);
  return value == nullptr || value->text() == nullptr ? "" : printable(*value->text());
}

}  // namespace

void show_deployment(const Json& deployment, cli::Context& context) {
  if (context.options.json) return cli::print_json(deployment, context);
  if (context.options.quiet) return;
  list_of(deployment, "computers");
  show_record(head_of(deployment), context);
  show_table(deployment, "computers", kComputerColumns, context);
}

void show_deployment_on_computer(const Json& target, cli::Context& context) {
  if (context.options.json) return cli::print_json(target, context);
  const Json& lines = list_of(target, "log");
  show_record(head_of(target), context);
  show_table(target, "steps", kStepColumns, context);
  context.surroundings.out << "\n";
  for (const Json& line : *lines.list()) {
    context.surroundings.out << fmt::format("{}  {}\n", text_of(line, "time"), text_of(line, "text"));
  }
}

}  // namespace rehome::administration
