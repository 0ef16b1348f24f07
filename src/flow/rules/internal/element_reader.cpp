// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/element_reader.h"

#include <algorithm>

#include "base/core/words.h"

namespace rehome::rules {

namespace {

const XmlAttribute* find_attribute(const XmlElement& element, std::string_view name) {
  auto found =
      std::ranges::find_if(element.attributes, [&](const XmlAttribute& each) { return same_word(each.name, name); });
  return found == element.attributes.end() ? nullptr : &*found;
}

}  // namespace

Place ElementReader::place_in_text(const XmlElement& element, std::size_t offset) const {
  return sources_.inside(place(element.text_position), text(element), offset);
}

bool ElementReader::is(const XmlElement& element, std::string_view name) { return same_word(element.name, name); }

std::string ElementReader::text(const XmlElement& element) { return std::string(without_blanks_around(element.text)); }

std::string ElementReader::value(const XmlElement& element, std::string_view attribute) {
  const XmlAttribute* found = find_attribute(element, attribute);
  return found == nullptr ? std::string() : found->value;
}

bool ElementReader::has(const XmlElement& element, std::string_view attribute) {
  return find_attribute(element, attribute) != nullptr;
}

bool ElementReader::is_true(const XmlElement& element, std::string_view attribute) {
  const std::string written = value(element, attribute);
  return same_word(written, "TRUE") || same_word(written, "Yes");
}

Context ElementReader::context(const XmlElement& element) {
  const std::string written = value(element, "context");
  if (same_word(written, "User")) return Context::user;
  return same_word(written, "System") ? Context::system : Context::both;
}

std::optional<PlacedCall> ElementReader::checked(Call call, Place place, HelperKind wanted) {
  if (call.helper->kind != wanted) {
    log_.error(place, std::string(call.helper->name) + " is " + std::string(describe(call.helper->kind)) + ", not " +
                          std::string(describe(wanted)));
    return std::nullopt;
  }
  const std::string_view type = call.argument(0);
  const bool known = same_word(type, "File") || same_word(type, "Registry") || same_word(type, "Ini");
  if (call.helper->begins_with_type && !known) {
    log_.error(place,
               "the first argument of " + std::string(call.helper->name) + " is \"File\", \"Registry\" or \"Ini\"");
    return std::nullopt;
  }
  return PlacedCall{std::move(call), place};
}

std::optional<PlacedCall> ElementReader::call_in_text(const XmlElement& element, HelperKind wanted) {
  const std::string written = text(element);
  if (written.empty()) {
    log_.warning(place(element), "<" + element.name + "> is empty and has no effect");
    return std::nullopt;
  }
  auto call = parse_call(written);
  if (call) return checked(std::move(*call), place(element.text_position), wanted);
  log_.error(place_in_text(element, call.error().offset), call.error().message);
  return std::nullopt;
}

std::optional<PlacedCall> ElementReader::call_in_attribute(const XmlElement& element, std::string_view attribute,
                                                           HelperKind wanted) {
  const XmlAttribute* found = find_attribute(element, attribute);
  if (found == nullptr) return std::nullopt;
  const Place at = place(found->position);
  auto call = parse_call(found->value);
  if (call) return checked(std::move(*call), at, wanted);
  // The value begins behind the name, '=' and a quote, unless somebody put blanks around the '='.
  Place value_start = sources_.inside(at, found->name + "=", found->name.size() + 1);
  if (value_start != at) value_start.column += 1;
  log_.error(sources_.inside(value_start, found->value, call.error().offset), call.error().message);
  return std::nullopt;
}

const XmlElement* ElementReader::only_child(const XmlElement& element, std::string_view name) {
  const XmlElement* first = nullptr;
  for (const auto& child : element.children) {
    if (!is(*child, name)) continue;
    if (first != nullptr) {
      log_.warning(place(*child), "<" + element.name + "> takes one <" + child->name + ">; the first counts");
    } else {
      first = child.get();
    }
  }
  return first;
}

}  // namespace rehome::rules
