// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/shape_check.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/core/suggestion.h"
#include "base/core/words.h"
#include "flow/rules/internal/schema.h"

namespace rehome::rules {

namespace {

/// Elements that say whether something is taken: an attribute of theirs that is not understood could have said no.
constexpr std::array<std::string_view, 5> kDeciding = {"condition", "conditions", "include", "exclude",
                                                       "unconditionalExclude"};

std::string tag(std::string_view name) { return "<" + std::string(name) + ">"; }

/// "A", "A or B", "A, B or C".
std::string enumerate(std::span<const std::string_view> words, bool as_tags) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += as_tags ? tag(words[i]) : std::string(words[i]);
  }
  return text;
}

/// Attributes of XML itself and of schema instances mean nothing here.
bool is_foreign(std::string_view name) { return name == "xmlns" || name.find(':') != std::string_view::npos; }

class ShapeCheck {
 public:
  ShapeCheck(std::uint32_t file, DiagnosticLog& log) : file_(file), log_(log) {}

  /// False when the element cannot be used.
  bool check(XmlElement& element, const ElementRow& row) {
    if (row.is_ignored) return true;
    const bool usable = check_attributes(element, row);
    if (!row.takes_text && element.text_position.line != 0) {
      log_.warning(place(element.text_position), "text directly in " + tag(row.name) + " has no effect");
    }
    std::erase_if(element.children, [&](const auto& child) { return !check_child(*child, row); });
    return usable;
  }

 private:
  Place place(XmlPosition position) const { return {file_, position.line, position.column}; }

  bool check_child(XmlElement& child, const ElementRow& parent) {
    const ElementRow* row = find_element(child.name);
    if (row == nullptr) {
      std::vector<std::string_view> names = element_names();
      log_.error(place(child.position), "unknown element " + tag(child.name) + did_you_mean(child.name, names));
      return false;
    }
    if (row->is_ignored) return false;
    if (std::ranges::find(parent.children, row->name) == parent.children.end()) {
      report_misplaced(child, *row, parent);
      return false;
    }
    return check(child, *row);
  }

  void report_misplaced(const XmlElement& child, const ElementRow& row, const ElementRow& parent) {
    std::vector<std::string_view> parents = parents_of(row.name);
    std::string message = tag(row.name) + " has no effect directly in " + tag(parent.name);
    if (!parents.empty()) message += "; it belongs in " + enumerate(parents, true);
    log_.add(row.carries_data ? Severity::error : Severity::warning, place(child.position), message);
  }

  bool check_attributes(XmlElement& element, const ElementRow& row) {
    std::set<std::string> seen;
    std::erase_if(element.attributes, [&](const XmlAttribute& attribute) {
      return is_foreign(attribute.name) || !check_attribute(attribute, row, seen);
    });
    bool usable = true;
    for (const AttributeRow& attribute : row.attributes) {
      if (!attribute.required || seen.contains(lower_word(attribute.name))) continue;
      log_.add(attribute.severity, place(element.position),
               tag(row.name) + " needs the attribute " + std::string(attribute.name));
      if (attribute.severity == Severity::error) usable = false;
    }
    return usable;
  }

  bool check_attribute(const XmlAttribute& attribute, const ElementRow& row, std::set<std::string>& seen) {
    auto known = std::ranges::find_if(row.attributes,
                                      [&](const AttributeRow& each) { return same_word(each.name, attribute.name); });
    if (known == row.attributes.end()) {
      std::vector<std::string_view> names;
      for (const AttributeRow& each : row.attributes) names.push_back(each.name);
      // Whoever misspells "negation" or "filter" would lose what the rule was to take.
      const std::string meant = did_you_mean(attribute.name, names);
      const bool is_at_stake = !meant.empty() || std::ranges::find(kDeciding, row.name) != kDeciding.end();
      log_.add(is_at_stake ? Severity::error : Severity::warning, place(attribute.position),
               tag(row.name) + " has no attribute " + attribute.name + meant);
      return false;
    }
    if (!seen.insert(lower_word(known->name)).second) {
      log_.warning(place(attribute.position), "the attribute " + attribute.name + " is there twice; the first counts");
      return false;
    }
    return known->values.empty() || check_value(attribute, *known);
  }

  bool check_value(const XmlAttribute& attribute, const AttributeRow& row) {
    std::string_view rest = attribute.value;
    while (true) {
      const std::size_t comma = row.is_list ? rest.find(',') : std::string_view::npos;
      std::string_view value = without_blanks_around(rest.substr(0, comma));
      if (std::ranges::none_of(row.values, [&](std::string_view each) { return same_word(each, value); })) {
        log_.add(
            row.severity, place(attribute.position),
            std::string(row.name) + " cannot be \"" + std::string(value) + "\"; it is " + enumerate(row.values, false));
        return false;
      }
      if (comma == std::string_view::npos) return true;
      rest.remove_prefix(comma + 1);
    }
  }

  std::uint32_t file_;
  DiagnosticLog& log_;
};

}  // namespace

void check_shape(XmlElement& root, std::uint32_t file, DiagnosticLog& log) {
  ShapeCheck(file, log).check(root, *find_element("migration"));
}

std::string describe_other_root(std::string_view name) {
  std::string message = "a rule file begins with <migration>, this one with " + tag(name);
  if (same_word(name, "Configuration")) return message + ": it is a Config.xml, which is not given as a rule file";
  if (same_word(name, "offline")) return message + ": it is an Offline.xml, which is not given as a rule file";
  if (same_word(name, "assembly")) return message + ": it is a component manifest of Windows, which is not read yet";
  if (find_element(name) != nullptr) return message + ", which belongs inside of one";
  return message;
}

}  // namespace rehome::rules
