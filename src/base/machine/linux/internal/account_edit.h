// SPDX-License-Identifier: Apache-2.0
#pragma once
// Edits of the text of account files: one line is added, removed or given a member; every other byte stays as it was,
// comments and lines that nobody understands included. Pure functions; any thread.

#include <initializer_list>
#include <string>
#include <string_view>

namespace rehome::linux_etc {

/// Fields joined with ':'. That no field holds a ':' or an end of line is checked by new_account.h.
std::string join_fields(std::initializer_list<std::string_view> fields);

/// At the end, but before the lines of NIS: "+" means everybody else, and what follows it is never reached.
std::string with_line(std::string_view text, std::string_view line);

/// Without the lines whose first field is `name`.
std::string without_lines_of(std::string_view text, std::string_view name);

/// With `account` in the member list of the first line of `group`, in a text of group or gshadow: both keep it in the
/// fourth field. Unchanged where there is no such line or it has that member.
std::string with_member(std::string_view text, std::string_view group, std::string_view account);

}  // namespace rehome::linux_etc
