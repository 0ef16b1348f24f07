// SPDX-License-Identifier: Apache-2.0
#include "base/codec/internal/xml_messages.h"

#include <algorithm>

#include "base/codec/internal/xml_positions.h"

namespace rehome {
namespace {

/// The offset of the last `what` that starts before `offset`; `offset` itself when there is none.
std::size_t last_before(std::string_view source, std::string_view what, std::size_t offset) {
  if (offset == 0) return offset;
  const std::size_t found = source.rfind(what, offset - 1);
  return found == std::string_view::npos ? offset : found;
}

/// libxml2 notices a duplicate after its value.
std::size_t last_attribute_before(std::string_view source, std::size_t offset) {
  const XmlTagShape shape = shape_of_tag(source.substr(0, offset), last_before(source, "<", offset));
  return shape.attributes.empty() ? offset : shape.attributes.back();
}

std::string open_element(const XmlErrorSite& site) {
  return "<" + std::string(site.open_name) + "> of line " + std::to_string(site.open_line);
}

XmlErrorText mismatched_tag(const XmlErrorSite& site) {
  const std::size_t tag = last_before(site.source, "</", site.offset);
  const std::size_t end = std::min(site.source.find_first_of(" \t\r\n>", tag), site.offset);
  return {.offset = tag,
          .message = "the end tag " + std::string(site.source.substr(tag, end - tag)) + "> stands where " +
                     open_element(site) + " must be closed"};
}

/// The first line of libxml2's own message, without what ends it.
std::string own_words(const xmlError& error) {
  std::string_view message = error.message == nullptr ? "this is not well-formed XML" : error.message;
  message = message.substr(0, message.find('\n'));
  const std::size_t last = message.find_last_not_of(" .!:");
  return std::string(message.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

}  // namespace

XmlErrorText describe_error(const xmlError& error, const XmlErrorSite& site) {
  switch (error.code) {
    case XML_ERR_TAG_NAME_MISMATCH:
      return mismatched_tag(site);
    case XML_ERR_TAG_NOT_FINISHED:
      return {.offset = site.offset, .message = "the document ends before " + open_element(site) + " is closed"};
    case XML_ERR_ATTRIBUTE_REDEFINED:
      return {.offset = last_attribute_before(site.source, site.offset), .message = own_words(error)};
    case XML_ERR_DOCUMENT_EMPTY:
      return {.offset = site.offset, .message = "the root element is missing"};
    case XML_ERR_DOCUMENT_END:
      return {.offset = site.offset, .message = "there is something after the end of the root element"};
    case XML_ERR_NAME_REQUIRED:
    case XML_ERR_ENTITYREF_SEMICOL_MISSING:
      return {.offset = last_before(site.source, "&", site.offset), .message = "a plain '&' must be written as &amp;"};
    default:
      return {.offset = site.offset, .message = own_words(error)};
  }
}

}  // namespace rehome
