// SPDX-License-Identifier: Apache-2.0
#include "base/codec/xml.h"

#include <algorithm>
#include <utility>

#include "base/codec/internal/xml_builder.h"
#include "base/codec/internal/xml_positions.h"
#include "base/codec/internal/xml_source.h"

namespace rehome {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;  // libxml2 counts in int
constexpr std::size_t kMostAttributes = 256;              // of one element
constexpr XmlPosition kStart{.line = 1, .column = 1};

std::unexpected<XmlProblem> problem(XmlPosition position, std::string message) {
  return std::unexpected(XmlProblem{.position = position, .message = std::move(message)});
}

}  // namespace

std::expected<std::unique_ptr<XmlElement>, XmlProblem> read_xml(std::string_view document, XmlLimits limits) {
  const std::size_t most_bytes = std::min(limits.bytes, kMostBytes);
  if (document.size() > most_bytes) {
    return problem(kStart, "the document is larger than " + std::to_string(most_bytes) + " bytes");
  }
  const std::expected<std::string, XmlProblem> source = utf8_source_of(document);
  if (!source) return std::unexpected(source.error());
  if (source->empty()) return problem(kStart, "the document is empty");
  if (const auto tag = find_overfull_tag(*source, kMostAttributes)) {
    return problem(XmlPositions(*source).at(*tag),
                   "an element has more than " + std::to_string(kMostAttributes) + " attributes");
  }
  return XmlBuilder(*source, limits).build();
}

}  // namespace rehome
