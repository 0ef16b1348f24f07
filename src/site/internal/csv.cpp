// SPDX-License-Identifier: Apache-2.0
#include "site/internal/csv.h"

#include <algorithm>

#include "base/core/error.h"

namespace rehome::site {

namespace {

class CsvParser {
 public:
  explicit CsvParser(std::string_view text) : rest_(text) {}

  std::vector<CsvRecord> parse() {
    std::vector<CsvRecord> records;
    while (!rest_.empty()) {
      CsvRecord record{.line = line_, .fields = parse_fields()};
      if (record.fields.size() > 1 || !record.fields.front().empty()) records.push_back(std::move(record));
    }
    return records;
  }

 private:
  std::vector<std::string> parse_fields() {
    std::vector<std::string> fields;
    do {
      fields.push_back(rest_.starts_with('"') ? parse_quoted() : parse_plain());
    } while (skip(","));
    if (!rest_.empty() && !skip("\r\n") && !skip("\n")) fail("there is something behind a closing quote");
    ++line_;
    return fields;
  }

  std::string parse_plain() {
    std::string field(rest_.substr(0, rest_.find_first_of(",\n")));
    rest_.remove_prefix(field.size());
    if (field.ends_with('\r') && (rest_.empty() || rest_.front() == '\n')) field.pop_back();
    return field;
  }

  std::string parse_quoted() {
    std::string field;
    for (;;) {
      rest_.remove_prefix(1);
      const std::size_t end = rest_.find('"');
      if (end == std::string_view::npos) fail("a quote is never closed");
      field += rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      if (!rest_.starts_with('"')) break;
      field += '"';
    }
    line_ += std::ranges::count(field, '\n');
    return field;
  }

  bool skip(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw Error(ErrorCode::invalid_argument, "line " + std::to_string(line_) + ": " + why);
  }

  std::string_view rest_;
  std::int64_t line_ = 1;
};

}  // namespace

std::vector<CsvRecord> parse_csv(std::string_view text) { return CsvParser(text).parse(); }

}  // namespace rehome::site
