// SPDX-License-Identifier: Apache-2.0
#pragma once
// The texts of the rule files, kept so that a diagnostic can show its line however late it is found.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/xml.h"

namespace rehome::rules {

/// A place in one of the rule files. Line 0 means the whole file.
struct Place {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Place&) const = default;
};

class SourceFiles {
 public:
  std::uint32_t add(std::string name, std::string text);
  const std::string& name(std::uint32_t file) const { return files_[file].name; }
  const std::string& text(std::uint32_t file) const { return files_[file].text; }
  /// Without its end; empty where there is no such line, and in UTF-16 files, whose positions count in another form.
  std::string_view line(std::uint32_t file, std::uint32_t number) const;

  /// The place of byte `offset` of `text`, which begins at `start` in its file. Where the file says it in other bytes
  /// (entities, CDATA, a comment in between) the place is `start` itself.
  Place inside(Place start, std::string_view text, std::size_t offset) const;

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<std::size_t> line_starts;
  };
  std::vector<File> files_;
};

}  // namespace rehome::rules
