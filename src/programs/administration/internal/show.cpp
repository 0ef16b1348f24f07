// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/show.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "base/core/bytes.h"
#include "base/core/clock.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"

namespace rehome::administration {

namespace {

constexpr std::array<std::string_view, 19> kMoments = {
    "abandoned", "begun",     "captured", "changed",       "created", "deleted",    "due",
    "ended",     "expires",   "from",     "started",       "until",   "last_cycle", "last_seen",
    "released",  "requested", "restored", "store_deleted", "time"};

std::string shown(std::string_view name, const Json& value);

std::string joined(const Json::List& items) {
  std::string text;
  for (const Json& item : items) text += (text.empty() ? "" : ", ") + shown("", item);
  return text;
}

/// Every field by its name, for records in records: few, and rarely looked at.
std::string in_one_line(const Json::Object& members) {
  std::string text;
  for (const JsonMember& member : members) {
    const std::string value = shown(member.name, member.value);
    if (!value.empty()) text += (text.empty() ? "" : " ") + printable(member.name) + "=" + value;
  }
  return text;
}

/// "" for what says nothing.
std::string shown(std::string_view name, const Json& value) {
  if (value.is_null()) return "";
  if (const std::string* text = value.text()) return printable(*text);
  if (const bool* truth = value.boolean()) return *truth ? "yes" : "no";
  if (const std::int64_t* number = value.integer()) {
    if (std::ranges::find(kMoments, name) != kMoments.end()) return to_iso8601({.seconds = *number, .nanoseconds = 0});
    return std::to_string(*number);
  }
  if (const Json::List* items = value.list()) return joined(*items);
  if (const Json::Object* members = value.object()) return in_one_line(*members);
  return to_text(value);
}

std::string cell(const Json& item, const Column& column) {
  const Json* value = item.find(column.field);
  const std::string text = value == nullptr ? "" : shown(column.field, *value);
  return text.empty() ? "-" : text;
}

/// Each cell as wide as the widest of its column, the last as it is.
void print_line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, std::ostream& out) {
  for (std::size_t i = 0; i + 1 < cells.size(); ++i) out << fmt::format("{:<{}}  ", cells[i], widths[i]);
  out << cells.back() << "\n";
}

}  // namespace

void show_list(const Json& list, std::span<const Column> columns, cli::Context& context) {
  if (context.options.json) return cli::print_json(list, context);
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : columns) lines.front().emplace_back(column.title);
  for (const Json& item : *list.find("items")->list()) {
    auto& line = lines.emplace_back();
    for (const Column& column : columns) line.push_back(cell(item, column));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  for (const auto& line : lines) print_line(line, widths, context.surroundings.out);
}

void show_record(const Json& record, cli::Context& context) {
  if (context.options.json) return cli::print_json(record, context);
  const Json::Object* members = record.object();
  if (members == nullptr) return;
  std::size_t width = 0;
  for (const JsonMember& member : *members) width = std::max(width, member.name.size());
  for (const JsonMember& member : *members) {
    const std::string value = shown(member.name, member.value);
    if (!value.empty()) context.surroundings.out << fmt::format("{:<{}}  {}\n", printable(member.name), width, value);
  }
}

void show_token(const Json& record, const std::string& file, cli::Context& context) {
  const Json* token = record.find("token");
  if (token == nullptr || token->text() == nullptr) throw Error(ErrorCode::corrupt, "the site gives no token");
  if (file.empty()) {
    if (context.options.json || !context.options.quiet) return show_record(record, context);
    context.surroundings.out << *token->text() << "\n";
    return;
  }
  cli::write_secret_file(file, as_bytes(*token->text() + "\n"));
  if (context.options.quiet && !context.options.json) return;
  Json::Object rest = *record.object();
  std::erase_if(rest, [](const JsonMember& member) { return member.name == "token"; });
  show_record(std::move(rest), context);
}

void show_done(std::string_view sentence, const Json& record, cli::Context& context) {
  if (context.options.json) return cli::print_json(record.is_null() ? Json(Json::Object{}) : record, context);
  if (!context.options.quiet) context.surroundings.out << sentence << "\n";
}

}  // namespace rehome::administration
