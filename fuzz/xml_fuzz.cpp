// SPDX-License-Identifier: Apache-2.0
// Any bytes must give a tree or a problem, whose positions lie in the document and rise in document order.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "base/codec/xml.h"
#include "base/core/check.h"

namespace {

using rehome::check;
using rehome::XmlElement;
using rehome::XmlPosition;

bool is_before(XmlPosition a, XmlPosition b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); }

void check_position(XmlPosition position, std::size_t most) {
  check(position.line >= 1 && position.line <= most, "a line lies in the document");
  check(position.column >= 1 && position.column <= most, "a column lies in the document");
}

void check_element(const XmlElement& element, std::size_t most) {
  check(!element.name.empty(), "an element has a name");
  check_position(element.position, most);
  XmlPosition last = element.position;
  for (const auto& attribute : element.attributes) {
    check(!attribute.name.empty(), "an attribute has a name");
    check_position(attribute.position, most);
    check(is_before(last, attribute.position), "attributes stand after their element and each other");
    last = attribute.position;
  }
  const bool has_text = element.text.find_first_not_of(" \t\r\n") != std::string_view::npos;
  check(has_text == (element.text_position.line != 0), "text that is no blank has a position, other text none");
  if (has_text) {
    check_position(element.text_position, most);
    check(is_before(last, element.text_position), "text stands after the start tag");
  }
  for (const auto& child : element.children) {
    check(is_before(last, child->position), "children stand after the start tag and each other");
    last = child->position;
    check_element(*child, most);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  const auto root = rehome::read_xml(document, {.bytes = 1 << 20, .depth = 50, .elements = 5000});
  // UTF-16 can grow by half when it becomes UTF-8.
  const std::size_t most = 2 * size + 2;
  if (root) {
    check_element(**root, most);
  } else {
    check_position(root.error().position, most);
    check(!root.error().message.empty(), "a problem says what it is");
  }
  return 0;
}
