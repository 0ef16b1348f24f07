// SPDX-License-Identifier: Apache-2.0
#pragma once
// The registry of a Windows computer. Linux machines have none. Values are read here for conditions; capturing
// registry objects comes with the complete rule language.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/bytes.h"
#include "base/machine/accounts.h"

namespace rehome {

struct RegistryValue {
  std::string name;        // empty: the default value
  std::uint32_t type = 0;  // REG_SZ = 1, REG_EXPAND_SZ = 2, REG_BINARY = 3, REG_DWORD = 4, ...
  Bytes data;              // as stored: strings in UTF-16LE
};

/// Keys are "HKLM/Software/Vendor" or "HKCU/...", '/' between components, compared without case.
class Registry {
 public:
  virtual ~Registry() = default;
  /// Names of the keys directly below; nullopt if the key does not exist.
  virtual std::optional<std::vector<std::string>> keys(std::string_view key, const Account* account) = 0;
  virtual std::vector<RegistryValue> values(std::string_view key, const Account* account) = 0;
};

}  // namespace rehome
