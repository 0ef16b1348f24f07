// SPDX-License-Identifier: Apache-2.0
#pragma once
// The second step of reading XML: checked UTF-8 in, the element tree or the first problem out. libxml2 parses and
// calls back (its SAX1 interface, which gives names as written and leaves namespaces alone); one builder per document.

#include <exception>
#include <expected>
#include <libxml/parser.h>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/codec/internal/xml_positions.h"
#include "base/codec/xml.h"

namespace rehome {

class XmlBuilder {
 public:
  /// `source` must outlive the builder.
  XmlBuilder(std::string_view source, XmlLimits limits);
  ~XmlBuilder();
  XmlBuilder(const XmlBuilder&) = delete;
  XmlBuilder& operator=(const XmlBuilder&) = delete;

  std::expected<std::unique_ptr<XmlElement>, XmlProblem> build();

 private:
  struct Callbacks;
  struct OpenElement {
    XmlElement* element;
    std::size_t text_from;  // offset from which text not yet seen may start
  };

  void start_element(const xmlChar* name, const xmlChar** attributes);
  void end_element();
  void add_text(std::string_view text);
  void refuse_document_type();
  void note_error(const xmlError& error);

  void add_attributes(XmlElement& element, const XmlTagShape& shape, const xmlChar** attributes);
  void set_problem(std::size_t offset, std::string message);
  void refuse(std::size_t offset, std::string message);
  std::size_t offset() const;

  std::string_view source_;
  XmlLimits limits_;
  XmlPositions positions_;
  xmlParserCtxtPtr parser_;
  std::unique_ptr<XmlElement> root_;
  std::vector<OpenElement> open_;
  std::size_t elements_ = 0;
  std::optional<XmlProblem> problem_;
  std::exception_ptr failure_;
};

}  // namespace rehome
