// SPDX-License-Identifier: Apache-2.0
#pragma once
// Names of files, folders and keys in the form in which they are compared.

#include <string>
#include <string_view>

#include "base/machine/machine.h"

namespace rehome::rules {

/// A name in the form in which names of this kind of machine are compared: unchanged on Linux; on Windows with the
/// letters that have a simple lower-case form (Latin, Greek, Cyrillic, Armenian) replaced by it. Bytes that are no
/// UTF-8 stay as they are.
std::string comparable_name(std::string_view name, MachineFlavour flavour);

}  // namespace rehome::rules
