// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/pattern.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/core/words.h"

namespace rehome::rules {

namespace {

constexpr std::string_view kEscapable = "[]^*%";
constexpr std::size_t kNone = std::string_view::npos;

bool is_escape(std::string_view text, std::size_t at) {
  return text[at] == '^' && at + 1 < text.size() && kEscapable.find(text[at + 1]) != kNone;
}

/// Position of the first (or last) `wanted` that no '^' stands before.
std::size_t find_plain(std::string_view text, char wanted, bool last = false) {
  std::size_t found = kNone;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_escape(text, i)) {
      ++i;
    } else if (text[i] == wanted) {
      found = i;
      if (!last) return found;
    }
  }
  return found;
}

Glob to_glob(std::string_view text) {
  std::vector<std::string> pieces(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_escape(text, i)) {
      pieces.back() += text[++i];
    } else if (text[i] == '*') {
      pieces.emplace_back();
    } else {
      pieces.back() += text[i];
    }
  }
  return Glob(std::move(pieces));
}

bool is_drive(std::string_view name) {
  auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return name.size() == 2 && is_letter(name[0]) && name[1] == ':';
}

bool begins_with_drive(std::string_view text) {
  return is_drive(text.substr(0, 2)) && (text.size() == 2 || text[2] == '\\' || text[2] == '/' || text[2] == ' ');
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kRootKeys = {{
    {"HKLM", "HKLM"},
    {"HKEY_LOCAL_MACHINE", "HKLM"},
    {"HKCU", "HKCU"},
    {"HKEY_CURRENT_USER", "HKCU"},
    {"HKCR", "HKCR"},
    {"HKEY_CLASSES_ROOT", "HKCR"},
    {"HKU", "HKU"},
    {"HKEY_USERS", "HKU"},
    {"HKCC", "HKCC"},
    {"HKEY_CURRENT_CONFIG", "HKCC"},
}};

constexpr std::size_t kLongestRootKey = std::string_view("HKEY_CURRENT_CONFIG").size();

/// The short form, or nothing.
std::string_view root_key(std::string_view name) {
  const auto* found = std::ranges::find_if(kRootKeys, [&](const auto& each) { return same_word(each.first, name); });
  return found == kRootKeys.end() ? std::string_view() : found->second;
}

std::string_view separators_of(PatternType type, MachineFlavour flavour) {
  // A '/' is an ordinary byte in the name of a registry key.
  if (type == PatternType::registry) return "\\";
  return flavour == MachineFlavour::windows ? "\\/" : "/";
}

std::vector<Glob> split_node(std::string_view text, std::string_view separators) {
  std::vector<Glob> node;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) node.push_back(to_glob(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return node;
}

PatternProblem problem(PatternProblem::Kind kind, std::size_t offset, std::string message) {
  return {kind, offset, std::move(message)};
}

/// What a root is missing, where the text does not begin at one.
std::optional<PatternProblem> check_root(std::string_view text, Pattern& pattern, MachineFlavour flavour) {
  using enum PatternProblem::Kind;
  if (pattern.type == PatternType::registry) {
    if (pattern.node.empty()) return std::nullopt;
    const std::string_view root = pattern.node.front().is_literal() ? root_key(pattern.node.front().text()) : "";
    if (root.empty()) return problem(not_absolute, 0, "begins with no root key such as HKLM or HKCU");
    pattern.node.front() = Glob({std::string(root)});
    return std::nullopt;
  }
  if (flavour == MachineFlavour::linux) {
    if (text.starts_with('/') || text.starts_with('*')) return std::nullopt;
    if (begins_with_drive(text)) return problem(drive_letter, 0, "begins with a drive letter, which Linux has not");
    return problem(not_absolute, 0, "is no absolute path, which begins with '/'");
  }
  if (text.starts_with("\\\\") || text.starts_with("//")) {
    return problem(not_absolute, 0, "is a path of another computer on the network");
  }
  const bool rooted = text.starts_with('*') || (!pattern.node.empty() && pattern.node.front().is_literal() &&
                                                is_drive(pattern.node.front().text()));
  if (rooted) return std::nullopt;
  return problem(not_absolute, 0, "is no absolute path, which begins with a drive such as C:\\");
}

bool climbs(const Glob& name) { return name.is_literal() && (name.text() == "." || name.text() == ".."); }

}  // namespace

PatternType pattern_type_of(std::string_view word) {
  if (same_word(word, "Registry")) return PatternType::registry;
  return same_word(word, "Ini") ? PatternType::ini : PatternType::file;
}

std::size_t Pattern::fixed_components() const {
  return static_cast<std::size_t>(std::ranges::find_if_not(node, &Glob::is_literal) - node.begin());
}

MachinePath Pattern::fixed_path(MachineFlavour flavour) const {
  MachinePath path;
  for (std::size_t i = 0; i < fixed_components(); ++i) {
    if (i > 0 || flavour == MachineFlavour::linux) path += '/';
    path += node[i].text();
  }
  if (flavour == MachineFlavour::linux) return path.empty() ? "/" : path;
  return path.size() == 2 ? path + '/' : path;
}

std::optional<PatternProblem> check_pattern(std::string_view text, PatternType type) {
  using enum PatternProblem::Kind;
  if (without_blanks_around(text).empty()) return problem(malformed, 0, "the pattern is empty");
  if (text.size() > kPatternBytes) {
    return problem(malformed, 0, "the pattern is longer than " + std::to_string(kPatternBytes) + " bytes");
  }
  const std::size_t open = find_plain(text, '[');
  const std::size_t close = find_plain(text, ']', true);
  if (open == kNone && close != kNone) {
    return problem(malformed, close, "']' without '[' before it; a bracket that belongs to a name is written ^]");
  }
  if (open != kNone && (close == kNone || close < open)) {
    return problem(malformed, open, "'[' without ']' after it; a bracket that belongs to a name is written ^[");
  }
  if (type != PatternType::ini) return std::nullopt;
  const std::size_t bar = text.substr(0, open).rfind('|');
  if (open != kNone && bar != kNone) return std::nullopt;
  return problem(malformed, 0, "a pattern of type Ini is written file|section[key]");
}

std::expected<Pattern, PatternProblem> parse_pattern(std::string_view text, PatternType type, MachineFlavour flavour) {
  using enum PatternProblem::Kind;
  if (auto found = check_pattern(text, type)) return std::unexpected(*found);
  text = without_blanks_around(text);
  Pattern pattern;
  pattern.type = type;
  const std::size_t open = find_plain(text, '[');
  std::string_view node = without_blanks_around(text.substr(0, open));
  if (open != kNone) {
    const std::size_t close = find_plain(text, ']', true);
    if (close + 1 != text.size()) {
      return std::unexpected(problem(malformed, close + 1, "nothing may follow the brackets"));
    }
    const std::string_view leaf = text.substr(open + 1, close - open - 1);
    if (type == PatternType::file && leaf.find_first_of(separators_of(type, flavour)) != kNone) {
      std::string message = "the brackets hold a path; brackets that belong to a name are written ^[ and ^]";
      return std::unexpected(problem(malformed, open, std::move(message)));
    }
    pattern.leaf = to_glob(leaf);
  }
  if (type == PatternType::ini) {
    const std::size_t bar = node.rfind('|');
    pattern.section = unescape_pattern(without_blanks_around(node.substr(bar + 1)));
    node = without_blanks_around(node.substr(0, bar));
  }
  pattern.node = split_node(node, separators_of(type, flavour));
  if (auto found = check_root(node, pattern, flavour)) return std::unexpected(*found);
  if (std::ranges::any_of(pattern.node, climbs)) {
    return std::unexpected(problem(malformed, 0, "'.' and '..' are the names of no folder"));
  }
  if (!pattern.node.empty() && pattern.node.back().is_any()) {
    pattern.node.pop_back();
    pattern.recursive = true;
  }
  return pattern;
}

std::string escape_pattern(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (kEscapable.find(c) != kNone) escaped += '^';
    escaped += c;
  }
  return escaped;
}

std::string unescape_pattern(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_escape(text, i)) ++i;
    plain += text[i];
  }
  return plain;
}

namespace {

/// Whether a path can begin here: what makes the next line, or the rest of this one, a pattern of its own.
bool begins_path(std::string_view text, PatternType type, MachineFlavour flavour) {
  if (type == PatternType::registry) {
    const std::string_view head = text.substr(0, kLongestRootKey + 1);
    return !root_key(head.substr(0, head.find('\\'))).empty();
  }
  if (flavour == MachineFlavour::linux && text.starts_with('/')) return true;
  return begins_with_drive(text);
}

/// Where the next pattern begins in `text`, which begins with one.
std::size_t end_of_first(std::string_view text, PatternType type, MachineFlavour flavour) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (kBlanks.find(text[i - 1]) == kNone || kBlanks.find(text[i]) != kNone) continue;
    std::string_view blanks = text.substr(0, i);
    blanks.remove_prefix(blanks.find_last_not_of(kBlanks) + 1);
    // In one line a blank before '/' is as likely part of a name as a gap between two paths.
    const bool same_line = blanks.find('\n') == kNone;
    if (same_line && flavour == MachineFlavour::linux) continue;
    if (begins_path(text.substr(i), type, flavour)) return i;
  }
  return text.size();
}

/// Line ends inside one pattern are as good as one blank.
std::string in_one_line(std::string_view text) {
  std::string line;
  while (true) {
    const std::size_t end = text.find_first_of("\r\n");
    line += text.substr(0, end);
    if (end == kNone) return line;
    text = without_blanks_around(text.substr(end));
    line.erase(line.find_last_not_of(kBlanks) + 1);
    line += ' ';
  }
}

}  // namespace

std::vector<std::string> split_patterns(std::string_view text, PatternType type, MachineFlavour flavour) {
  std::vector<std::string> patterns;
  text = without_blanks_around(text);
  while (!text.empty()) {
    const std::size_t end = end_of_first(text, type, flavour);
    patterns.push_back(in_one_line(without_blanks_around(text.substr(0, end))));
    text.remove_prefix(end);
  }
  return patterns;
}

}  // namespace rehome::rules
