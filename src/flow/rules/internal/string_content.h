// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text of a registry value or of a key in an Ini file, as GetStringContent gives it and conditions compare it.

#include <optional>
#include <string>
#include <string_view>

#include "base/core/bytes.h"
#include "flow/rules/internal/pattern.h"

namespace rehome::rules {

/// Nothing where there is no such value or it is no text: files never have one. `location` has no stars.
std::optional<std::string> string_content(Machine& machine, const Account* account, const Pattern& location);

/// REG_SZ, REG_EXPAND_SZ and the first string of REG_MULTI_SZ as UTF-8, numbers in decimal; nothing for others.
std::optional<std::string> text_of_value(std::uint32_t type, ByteView data);

/// The value of `key` in `[section]`, compared without case, without blanks and quotes around it.
std::optional<std::string> find_in_ini(std::string_view text, std::string_view section, std::string_view key);

}  // namespace rehome::rules
