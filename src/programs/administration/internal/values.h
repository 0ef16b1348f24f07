// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a person types as what the API takes. Each throws Error(invalid_argument) that says what is meant. Any thread.

#include <string>
#include <vector>

#include "base/codec/json.h"

namespace rehome::administration {

enum class Kind {
  text,
  folder,  // id, absolute path, or the last part of one
  number,
  truth,       // "true" or "false"
  minutes,     // "0", "90m", "12h", "1d": how long, in minutes
  seconds,     // "30s", "10m", "12h", "1d": how long, in seconds
  bytes,       // "500MB", "20GB", "1TB"
  free_space,  // "500MB", "10GB", "5%": {"amount": …, "unit": …}
  texts,       // given several times
  variables,   // "NAME=VALUE", given several times: {"NAME": "VALUE"}
  flag,        // true where it is given
};

/// Error(invalid_argument) for what has no "=", no name, or a name twice.
Json variables_of(const std::vector<std::string>& texts, const std::string& name);
/// `name` is the option, for messages. For neither texts, variables nor flag.
Json value_of(Kind kind, const std::string& text, const std::string& name);

}  // namespace rehome::administration
