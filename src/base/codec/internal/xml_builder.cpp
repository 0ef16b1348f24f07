// SPDX-License-Identifier: Apache-2.0
#include "base/codec/internal/xml_builder.h"

#include <libxml/parserInternals.h>
#include <new>
#include <utility>

#include "base/codec/internal/xml_messages.h"

namespace rehome {
namespace {

std::string_view view_of(const xmlChar* text) { return reinterpret_cast<const char*>(text); }

bool has_only_blanks(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

/// What libxml2 calls. An exception must not pass through its C code, so it waits in the builder.
struct XmlBuilder::Callbacks {
  template <typename Action>
  static void run(void* user_data, Action action) noexcept {
    XmlBuilder& builder = *static_cast<XmlBuilder*>(user_data);
    if (builder.problem_ || builder.failure_) return;
    try {
      action(builder);
    } catch (...) {
      builder.failure_ = std::current_exception();
      builder.parser_->instate = XML_PARSER_EOF;
    }
  }
  static void start_element(void* user_data, const xmlChar* name, const xmlChar** attributes) {
    run(user_data, [=](XmlBuilder& builder) { builder.start_element(name, attributes); });
  }
  static void end_element(void* user_data, const xmlChar*) {
    run(user_data, [](XmlBuilder& builder) { builder.end_element(); });
  }
  static void characters(void* user_data, const xmlChar* text, int length) {
    const std::string_view view(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
    run(user_data, [=](XmlBuilder& builder) { builder.add_text(view); });
  }
  static void internal_subset(void* user_data, const xmlChar*, const xmlChar*, const xmlChar*) {
    run(user_data, [](XmlBuilder& builder) { builder.refuse_document_type(); });
  }
  static void error(void* user_data, const char*, ...) {
    run(user_data, [](XmlBuilder& builder) { builder.note_error(builder.parser_->lastError); });
  }
  static xmlSAXHandler table() {
    xmlSAXHandler handler{};
    handler.startElement = start_element;
    handler.endElement = end_element;
    handler.characters = characters;
    // Where this differs from `characters`, libxml2 guesses which blanks matter.
    handler.ignorableWhitespace = characters;
    handler.cdataBlock = characters;
    handler.internalSubset = internal_subset;
    handler.error = error;
    handler.initialized = 1;  // SAX1; with the magic number of SAX2, start_element would not be called
    return handler;
  }
};

XmlBuilder::XmlBuilder(std::string_view source, XmlLimits limits)
    : source_(source),
      limits_(limits),
      positions_(source),
      parser_(xmlCreateMemoryParserCtxt(source.data(), static_cast<int>(source.size()))) {
  if (parser_ == nullptr) throw std::bad_alloc();
  *parser_->sax = Callbacks::table();
  parser_->userData = this;
  // Without NOENT, an attribute's "&amp;" comes as "&#38;". It opens nothing: without a document type there are no
  // entities but the five.
  xmlCtxtUseOptions(parser_, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOENT);
  // A known encoding keeps libxml2 from guessing one.
  parser_->encoding = xmlStrdup(reinterpret_cast<const xmlChar*>("UTF-8"));
}

XmlBuilder::~XmlBuilder() {
  xmlFreeDoc(parser_->myDoc);
  xmlFreeParserCtxt(parser_);
}

std::expected<std::unique_ptr<XmlElement>, XmlProblem> XmlBuilder::build() {
  xmlParseDocument(parser_);
  if (failure_) std::rethrow_exception(failure_);
  if (!problem_ && (parser_->wellFormed == 0 || root_ == nullptr)) {
    problem_ = {.position = positions_.at(offset()), .message = "this is not well-formed XML"};
  }
  if (problem_) return std::unexpected(*std::move(problem_));
  return std::move(root_);
}

std::size_t XmlBuilder::offset() const {
  const long consumed = xmlByteConsumed(parser_);
  return consumed < 0 ? source_.size() : static_cast<std::size_t>(consumed);
}

void XmlBuilder::set_problem(std::size_t offset, std::string message) {
  problem_ = {.position = positions_.at(offset), .message = std::move(message)};
}

void XmlBuilder::refuse(std::size_t offset, std::string message) {
  set_problem(offset, std::move(message));
  // Takes the input away: that alone keeps the parser out of the declarations that follow a document type.
  xmlStopParser(parser_);
}

void XmlBuilder::start_element(const xmlChar* name, const xmlChar** attributes) {
  // The parser stands at the end of the tag, and no '<' can be inside one.
  const std::size_t tag = source_.rfind('<', offset());
  if (open_.size() >= limits_.depth) {
    return refuse(tag, "elements are nested more than " + std::to_string(limits_.depth) + " deep");
  }
  if (++elements_ > limits_.elements) {
    return refuse(tag, "there are more than " + std::to_string(limits_.elements) + " elements");
  }
  auto element = std::make_unique<XmlElement>();
  element->name = view_of(name);
  element->position = positions_.at(tag);
  const XmlTagShape shape = shape_of_tag(source_, tag);
  add_attributes(*element, shape, attributes);
  XmlElement* added = element.get();
  (open_.empty() ? root_ : open_.back().element->children.emplace_back()) = std::move(element);
  open_.push_back({.element = added, .text_from = shape.end});
}

void XmlBuilder::add_attributes(XmlElement& element, const XmlTagShape& shape, const xmlChar** attributes) {
  if (attributes == nullptr) return;
  element.attributes.reserve(shape.attributes.size());
  for (const std::size_t at : shape.attributes) {
    if (attributes[0] == nullptr) break;
    element.attributes.push_back({.name = std::string(view_of(attributes[0])),
                                  .value = std::string(view_of(attributes[1])),
                                  .position = positions_.at(at)});
    attributes += 2;
  }
}

void XmlBuilder::end_element() {
  open_.pop_back();
  if (!open_.empty()) open_.back().text_from = offset();
}

void XmlBuilder::add_text(std::string_view text) {
  if (open_.empty()) return;
  auto& [element, text_from] = open_.back();
  if (element->text_position.line == 0 && !has_only_blanks(text)) {
    element->text_position = positions_.at(find_text(source_, text_from));
  }
  element->text += text;
}

void XmlBuilder::refuse_document_type() {
  refuse(source_.rfind("<!DOCTYPE", offset()), "a document type declaration is not allowed");
}

void XmlBuilder::note_error(const xmlError& error) {
  if (error.level < XML_ERR_FATAL) return;
  XmlErrorSite site{.source = source_, .offset = offset(), .open_name = {}, .open_line = 0};
  if (!open_.empty()) {
    site.open_name = open_.back().element->name;
    site.open_line = open_.back().element->position.line;
  }
  XmlErrorText text = describe_error(error, site);
  set_problem(text.offset, std::move(text.message));
  // Every loop of the parser looks at this. xmlStopParser() would free the input under functions that still read it.
  parser_->instate = XML_PARSER_EOF;
}

}  // namespace rehome
