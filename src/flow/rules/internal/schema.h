// SPDX-License-Identifier: Apache-2.0
#pragma once
// The elements of the language: where each may stand, what attributes it has and what their values may be. One row
// each; shape_check.h compares files with it.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/diagnostic.h"

namespace rehome::rules {

struct AttributeRow {
  std::string_view name;
  bool required = false;
  /// Compared without case; empty: any value.
  std::span<const std::string_view> values;
  /// Of a missing or wrong value: an error where what is migrated depends on it.
  Severity severity = Severity::error;
  /// `values` may be joined by commas.
  bool is_list = false;
};

struct ElementRow {
  std::string_view name;
  std::span<const std::string_view> children;
  std::span<const AttributeRow> attributes;
  bool takes_text = false;
  /// Internal to other tools: accepted anywhere, and not looked into.
  bool is_ignored = false;
  /// In the wrong place it would take data with it.
  bool carries_data = false;
};

/// Compared without case; null where there is none.
const ElementRow* find_element(std::string_view name);
std::vector<std::string_view> element_names();
/// The elements that may hold this one.
std::vector<std::string_view> parents_of(std::string_view name);

}  // namespace rehome::rules
