// SPDX-License-Identifier: Apache-2.0
#pragma once
// A command that is one call of the API is a row: what it takes, where that goes in the call, and how the answer is
// shown. One small file of rows for each noun.

#include <span>

#include "flow/transport/http_client.h"
#include "programs/administration/internal/show.h"
#include "programs/administration/internal/values.h"
#include "programs/command/arguments.h"

namespace rehome::administration {

/// What stands on the command line.
struct Input {
  const char* name;   // "--note"; "COMPUTER" for one that has to be there
  const char* value;  // of an option: what the help calls it
  /// Of the body; "?force" of the query. An argument without one fills the next {} of the path.
  const char* field;
  Kind kind;
  const char* help;
};

enum class Answer {
  list,
  record,
  token,  // a record with a secret, which --to puts into a file
  done
};

struct ApiCommand {
  transport::HttpMethod method;
  const char* path;  // "/api/v1/computers/{}"
  std::span<const Input> inputs;
  Answer answer;
  std::span<const Column> columns = {};  // of a list
  const char* sentence = "";             // of what is done
};

void declare_api_command(const ApiCommand& command, cli::Arguments& arguments);

}  // namespace rehome::administration
