// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a store may call accounts and groups on a Linux destination. Pure functions.

#include <string_view>

namespace rehome::load {

/// A name that is safe in the account files and that the usual tools accept: 1 to 32 of letters, digits, '_', '-', '.'
/// and a final '$', beginning with a letter or '_'.
bool is_sound_name(std::string_view name);

/// A text for one field of an account file: no ':' and no control byte, which would forge further fields or lines.
bool is_sound_field(std::string_view text);

/// Groups whose members rule the computer, its disks, its logs or its containers.
bool is_privileged_group(std::string_view name);

/// "COMPUTER\ann" and "ann" are both "ann".
std::string_view name_without_domain(std::string_view account_name);

}  // namespace rehome::load
