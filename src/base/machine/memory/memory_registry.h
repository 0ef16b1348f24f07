// SPDX-License-Identifier: Apache-2.0
#pragma once
// The registry of a fake Windows machine. "HKCU/..." is each account's own.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/locked.h"
#include "base/machine/registry.h"

namespace rehome {

class MemoryRegistry final : public Registry {
 public:
  std::optional<std::vector<std::string>> keys(std::string_view key, const Account* account) override;
  std::vector<RegistryValue> values(std::string_view key, const Account* account) override;

  /// Makes the key and those above it. `account_name` counts for HKCU only.
  void add_key(std::string_view key, const std::string& account_name = "");
  /// Replaces a value of that name.
  void set_value(std::string_view key, const RegistryValue& value, const std::string& account_name = "");
  /// REG_SZ.
  void set_text(std::string_view key, std::string_view name, std::string_view ascii,
                const std::string& account_name = "");
  /// REG_DWORD.
  void set_number(std::string_view key, std::string_view name, std::uint32_t value,
                  const std::string& account_name = "");

 private:
  struct Key {
    std::string name;  // as given
    std::map<std::string, Key, std::less<>> keys;
    std::map<std::string, RegistryValue, std::less<>> values;
  };
  using Hives = std::map<std::string, Key, std::less<>>;  // "" and each account's name

  static const Key* find(const Hives& hives, std::string_view key, const Account* account);
  static Key& make(Hives& hives, std::string_view key, const std::string& account_name);

  Locked<Hives> hives_;
};

}  // namespace rehome
