// SPDX-License-Identifier: Apache-2.0
#pragma once
// The answers of a site for people, or with --json as they are. For one thread.

#include <span>
#include <string>
#include <string_view>

#include "base/codec/json.h"
#include "programs/command/command.h"

namespace rehome::administration {

struct Column {
  const char* title;
  const char* field;
};

/// One line for each of "items".
void show_list(const Json& list, std::span<const Column> columns, cli::Context& context);
/// One line for each field that says something.
void show_record(const Json& record, cli::Context& context);
/// A record whose "token" goes into the new file `file`, unless that is "". --quiet leaves only the token to be shown.
void show_token(const Json& record, const std::string& file, cli::Context& context);
/// With --json `record`, or {} for null.
void show_done(std::string_view sentence, const Json& record, cli::Context& context);

}  // namespace rehome::administration
