// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads an XML document into elements with positions. No network, no DTD, no entities but the five of XML and
// character references; depth, size and count are limited, and an element has at most 256 attributes. Namespaces are
// not looked at: `xmlns` is an attribute like others. Any thread may read. Rules are its first user.

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rehome {

struct XmlPosition {
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // from 1, in bytes
};

struct XmlAttribute {
  std::string name;  // with its prefix, as written
  std::string value;
  XmlPosition position;
};

struct XmlElement {
  std::string name;  // with its prefix, as written
  std::vector<XmlAttribute> attributes;
  std::vector<std::unique_ptr<XmlElement>> children;
  std::string text;           // all character data directly inside, CDATA included, in order
  XmlPosition position;       // of '<'
  XmlPosition text_position;  // of the first character that is no blank; {0,0} when there is none
};

struct XmlProblem {
  XmlPosition position;
  std::string message;  // one sentence without a final stop
};

struct XmlLimits {
  std::size_t bytes = 64 * 1024 * 1024;
  std::size_t depth = 200;  // above 256 the parser's own limit holds
  std::size_t elements = 2'000'000;
};

/// The root element, or the first thing that makes it no well-formed document: also a document type declaration
/// (refused: it is how entity bombs and external entities come in), a duplicate attribute, and an encoding other than
/// UTF-8 and UTF-16 (with or without a byte order mark, which counts in no column). Which of the two it is, the bytes
/// decide, not the declaration. UTF-16 is converted; positions then count in the UTF-8 form.
std::expected<std::unique_ptr<XmlElement>, XmlProblem> read_xml(std::string_view document, XmlLimits limits = {});

}  // namespace rehome
