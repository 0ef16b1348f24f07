// SPDX-License-Identifier: Apache-2.0
#include "base/codec/yaml.h"

#include <algorithm>
#include <sstream>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/codec/internal/yaml_builder.h"
#include "base/core/utf8.h"

namespace rehome {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

YamlPosition position_at(std::string_view document, std::size_t offset) {
  const std::string_view before = document.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {.line = static_cast<std::uint32_t>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<std::uint32_t>(offset - line_start) + 1};
}

std::unexpected<YamlProblem> problem(YamlPosition position, std::string message) {
  return std::unexpected(YamlProblem{.position = position, .message = std::move(message)});
}

}  // namespace

std::expected<YamlNode, YamlProblem> read_yaml(std::string_view document, YamlLimits limits) {
  if (document.size() > limits.bytes) {
    return problem({.line = 1, .column = 1}, "the document is larger than " + std::to_string(limits.bytes) + " bytes");
  }
  if (document.starts_with(kByteOrderMark)) document.remove_prefix(kByteOrderMark.size());
  // yaml-cpp guesses other encodings, and puts a sign of its own in the place of what it cannot read.
  const std::size_t readable = std::min(well_formed_size(document), document.find('\0'));
  if (readable < document.size()) return problem(position_at(document, readable), "this is no UTF-8 text");
  YamlBuilder builder(limits);
  try {
    std::istringstream in{std::string(document)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YamlBuilder::Refusal& refusal) {
    return std::unexpected(refusal.problem);
  } catch (const YAML::Exception& error) {
    // Of what is never closed yaml-cpp tells no place.
    const bool at_the_end = error.mark.is_null() || error.msg.starts_with("end of ");
    return problem(at_the_end ? position_at(document, document.size()) : position_of(error.mark), error.msg);
  }
  YamlNode root = builder.take();
  if (root.position.line == 0) return problem({.line = 1, .column = 1}, "the document is empty");
  return root;
}

}  // namespace rehome
