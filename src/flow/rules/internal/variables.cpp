// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/variables.h"

#include <algorithm>

#include "flow/rules/internal/pattern.h"

namespace rehome::rules {

namespace {

constexpr std::size_t kLongestName = 128;

bool is_name_byte(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || (c >= '0' && c <= '9') || std::string_view("_()-.$").find(c) != std::string_view::npos;
}

/// The name between the percent sign at `at` and the next one; empty where this is just a percent sign.
std::string_view name_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('%', at + 1);
  if (end == std::string_view::npos || end - at > kLongestName) return {};
  const std::string_view name = text.substr(at + 1, end - at - 1);
  return std::ranges::all_of(name, is_name_byte) ? name : std::string_view();
}

}  // namespace

void Scope::define(std::string_view name, std::string pattern_text) {
  Variable& variable = variables_[std::string(name)];
  variable.value = std::move(pattern_text);
  variable.awaited = false;
}

void Scope::announce(std::string_view name) {
  variables_.emplace(name, Variable{.value = {}, .awaited = true, .fault = {}});
}

void Scope::leave_empty(std::string_view name, std::optional<Place> fault) {
  Variable& variable = variables_[std::string(name)];
  variable.awaited = false;
  if (fault) variable.fault = fault;
}

Scope::Found Scope::find(std::string_view name) const {
  Found result;
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    auto found = scope->variables_.find(name);
    if (found == scope->variables_.end()) continue;
    const Variable& variable = found->second;
    result.declared = true;
    if (variable.value) {
      result.value = variable.value;
      return result;
    }
    result.awaited = result.awaited || variable.awaited;
    if (!result.fault) result.fault = variable.fault;
  }
  return result;
}

std::vector<std::string_view> Scope::names() const {
  std::vector<std::string_view> names;
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    for (const auto& [name, variable] : scope->variables_) names.push_back(name);
  }
  return names;
}

const std::optional<std::string>& MachineVariables::find(std::string_view name, const Account* account) {
  auto [entry, is_new] = known_[account].try_emplace(std::string(name));
  if (!is_new) return entry->second;
  entry->second = machine_.environment().variable(name, account);
  if (entry->second && entry->second->size() > kVariableBytes) entry->second.reset();
  return entry->second;
}

Expansion Expander::expand(std::string_view text) const {
  Expansion result;
  std::string expanded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '^' && i + 1 < text.size() && text[i + 1] == '%';
    const std::string_view name = text[i] == '%' ? name_at(text, i) : std::string_view();
    if (escaped) {
      expanded += text.substr(i++, 2);
    } else if (name.empty()) {
      expanded += text[i];
    } else {
      Scope::Found found = scope_.find(name);
      if (!found.value) {
        if (auto value = machine_.find(name, account_)) found.value = escape_pattern(*value);
      }
      if (!found.value) {
        result.unknown = name;
        result.is_declared = found.declared;
        result.is_awaited = found.awaited;
        result.fault = found.fault;
        return result;
      }
      expanded += *found.value;
      i += name.size() + 1;
    }
    result.too_long = expanded.size() > kPatternBytes;
    if (result.too_long) return result;
  }
  result.text = std::move(expanded);
  return result;
}

Expansion Expander::expand_plain(std::string_view text) const {
  // Percent signs must stay what they are while the rest is escaped.
  std::string pattern;
  for (const char c : text) pattern += c == '%' ? std::string("%") : escape_pattern(std::string_view(&c, 1));
  Expansion expansion = expand(pattern);
  if (expansion.text) expansion.text = unescape_pattern(*expansion.text);
  return expansion;
}

}  // namespace rehome::rules
