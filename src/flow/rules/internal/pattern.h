// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text of a <pattern>, with its variables already replaced, taken apart: folders, and what in them. Comes from the
// evaluator, goes into the automaton.
//
//   node [leaf]      C:\Music\* [*.mp3]    /home/ann/Music/* [*.mp3]
//   node             C:\Music              the folder itself
//   node|sec[key]    C:\a.ini|Fonts[Size]  type Ini only
//
// '*' alone at the end of the node: this folder and every folder below; alone in the middle: one folder or more; among
// other characters: any characters of that one name. '^' makes a following [ ] ^ * or % an ordinary character.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/machine/machine.h"
#include "flow/rules/internal/glob.h"

namespace rehome::rules {

enum class PatternType : std::uint8_t { file, registry, ini };

/// "File", "Registry" or "Ini", in any case; everything else is a file.
PatternType pattern_type_of(std::string_view word);

struct Pattern {
  PatternType type = PatternType::file;
  /// Names as written, without the final '*'. Windows: the drive first. Registry: the root key first, in its short
  /// form ("HKLM").
  std::vector<Glob> node;
  bool recursive = false;    // the node ended in '*'
  std::optional<Glob> leaf;  // of Ini patterns: the key
  std::string section;       // of Ini patterns, as written

  /// How many names of the node come before the first with a star.
  std::size_t fixed_components() const;
  /// These names as a path: "/home/ann", "C:/Users".
  MachinePath fixed_path(MachineFlavour flavour) const;
  /// Nothing but literal names in the node.
  bool names_one_folder() const { return !recursive && fixed_components() == node.size(); }
};

/// Why a text can match nothing, and where in it.
struct PatternProblem {
  enum class Kind { malformed, not_absolute, drive_letter };
  Kind kind = Kind::malformed;
  std::size_t offset = 0;
  std::string message;  // one sentence without a final stop
};

constexpr std::size_t kPatternBytes = 32 * 1024;

std::expected<Pattern, PatternProblem> parse_pattern(std::string_view text, PatternType type, MachineFlavour flavour);

/// What is wrong with brackets and length whatever the variables hold: can be said when a file is read.
std::optional<PatternProblem> check_pattern(std::string_view text, PatternType type);

/// `text` as a pattern that means just these characters, and back.
std::string escape_pattern(std::string_view text);
std::string unescape_pattern(std::string_view text);

/// One element may hold several patterns: each on a line of its own (a line that begins no path continues the one
/// before), and where names cannot hold ':' also several in one line.
std::vector<std::string> split_patterns(std::string_view text, PatternType type, MachineFlavour flavour);

}  // namespace rehome::rules
