// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/memory_registry.h"

namespace rehome {

namespace {

constexpr std::uint32_t kRegSz = 1, kRegDword = 4;

std::string folded(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

bool is_of_account(std::string_view key) {
  const std::string root = folded(key.substr(0, key.find('/')));
  return root == "hkcu" || root == "hkey_current_user";
}

std::vector<std::string_view> components_of(std::string_view key) {
  std::vector<std::string_view> components;
  while (!key.empty()) {
    const auto slash = key.find('/');
    if (slash != 0) components.push_back(key.substr(0, slash));
    key = slash == std::string_view::npos ? std::string_view() : key.substr(slash + 1);
  }
  return components;
}

}  // namespace

const MemoryRegistry::Key* MemoryRegistry::find(const Hives& hives, std::string_view key, const Account* account) {
  const auto hive = hives.find(is_of_account(key) && account != nullptr ? account->name : "");
  if (hive == hives.end()) return nullptr;
  const Key* at = &hive->second;
  for (const std::string_view component : components_of(key)) {
    const auto next = at->keys.find(folded(component));
    if (next == at->keys.end()) return nullptr;
    at = &next->second;
  }
  return at;
}

MemoryRegistry::Key& MemoryRegistry::make(Hives& hives, std::string_view key, const std::string& account_name) {
  Key* at = &hives[is_of_account(key) ? account_name : ""];
  for (const std::string_view component : components_of(key)) {
    at = &at->keys[folded(component)];
    if (at->name.empty()) at->name = component;
  }
  return *at;
}

std::optional<std::vector<std::string>> MemoryRegistry::keys(std::string_view key, const Account* account) {
  auto hives = hives_.lock();
  const Key* found = find(*hives, key, account);
  if (found == nullptr) return std::nullopt;
  std::vector<std::string> names;
  names.reserve(found->keys.size());
  for (const auto& [lower, child] : found->keys) names.push_back(child.name);
  return names;
}

std::vector<RegistryValue> MemoryRegistry::values(std::string_view key, const Account* account) {
  auto hives = hives_.lock();
  std::vector<RegistryValue> values;
  if (const Key* found = find(*hives, key, account)) {
    for (const auto& [lower, value] : found->values) values.push_back(value);
  }
  return values;
}

void MemoryRegistry::add_key(std::string_view key, const std::string& account_name) {
  make(*hives_.lock(), key, account_name);
}

void MemoryRegistry::set_value(std::string_view key, const RegistryValue& value, const std::string& account_name) {
  make(*hives_.lock(), key, account_name).values[folded(value.name)] = value;
}

void MemoryRegistry::set_text(std::string_view key, std::string_view name, std::string_view ascii,
                              const std::string& account_name) {
  RegistryValue value{std::string(name), kRegSz, {}};
  ByteWriter data(value.data);
  for (const char c : ascii) data.u16(static_cast<unsigned char>(c));
  data.u16(0);
  set_value(key, value, account_name);
}

void MemoryRegistry::set_number(std::string_view key, std::string_view name, std::uint32_t value,
                                const std::string& account_name) {
  RegistryValue entry{std::string(name), kRegDword, {}};
  ByteWriter(entry.data).u32(value);
  set_value(key, entry, account_name);
}

}  // namespace rehome
