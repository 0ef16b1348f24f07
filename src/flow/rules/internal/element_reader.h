// SPDX-License-Identifier: Apache-2.0
#pragma once
// What all builders need: attributes and text of an element, and the calls in them, with their places.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/codec/xml.h"
#include "flow/rules/internal/diagnostic_log.h"
#include "flow/rules/internal/syntax_tree.h"

namespace rehome::rules {

class ElementReader {
 public:
  ElementReader(std::uint32_t file, const SourceFiles& sources, DiagnosticLog& log)
      : file_(file), sources_(sources), log_(log) {}

  DiagnosticLog& log() { return log_; }
  Place place(const XmlElement& element) const { return place(element.position); }
  /// Of byte `offset` of the element's text, counted after the blanks it begins with.
  Place place_in_text(const XmlElement& element, std::size_t offset) const;

  static bool is(const XmlElement& element, std::string_view name);
  /// Without blanks around it; empty where there is none.
  static std::string text(const XmlElement& element);
  static std::string value(const XmlElement& element, std::string_view attribute);
  static bool has(const XmlElement& element, std::string_view attribute);
  static bool is_true(const XmlElement& element, std::string_view attribute);
  static Context context(const XmlElement& element);

  /// The call in the element's text or attribute. Reports what is wrong with it and gives nothing then, or where
  /// there is none.
  std::optional<PlacedCall> call_in_text(const XmlElement& element, HelperKind wanted);
  std::optional<PlacedCall> call_in_attribute(const XmlElement& element, std::string_view attribute, HelperKind wanted);

  /// The first such child; reports further ones.
  const XmlElement* only_child(const XmlElement& element, std::string_view name);

 private:
  Place place(XmlPosition position) const { return {file_, position.line, position.column}; }
  std::optional<PlacedCall> checked(Call call, Place place, HelperKind wanted);

  std::uint32_t file_;
  const SourceFiles& sources_;
  DiagnosticLog& log_;
};

}  // namespace rehome::rules
