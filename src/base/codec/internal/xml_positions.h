// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where things stand in the source text of an XML document, for what libxml2 does not tell: its columns count bytes in
// one place and characters in another, and attributes and text have no position at all. So only byte offsets are taken
// from it, and the rest is found here by looking at the text.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/codec/xml.h"

namespace rehome {

/// Turns offsets into positions. Asked in rising order, it looks at each byte of the source once.
class XmlPositions {
 public:
  explicit XmlPositions(std::string_view source) : source_(source) {}
  XmlPosition at(std::size_t offset);

 private:
  std::string_view source_;
  std::size_t counted_ = 0;  // line breaks before this offset are counted
  std::uint32_t line_ = 1;
  std::size_t line_start_ = 0;
};

/// What a start tag looks like, by the offset of its '<'.
struct XmlTagShape {
  std::vector<std::size_t> attributes;  // offset of each name
  std::size_t end = 0;                  // offset after its '>'
};
XmlTagShape shape_of_tag(std::string_view source, std::size_t tag);

/// The offset of the first start tag with more than `most` attributes. libxml2 compares each attribute with all before
/// it, so a file of one tag could keep it busy for hours.
std::optional<std::size_t> find_overfull_tag(std::string_view source, std::size_t most);

/// The offset of the first character of text, from `from` on, that is no blank: comments, processing instructions,
/// the brackets of CDATA sections and references to blanks are passed over.
std::size_t find_text(std::string_view source, std::size_t from);

}  // namespace rehome
