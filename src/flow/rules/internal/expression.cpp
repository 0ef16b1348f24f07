// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/expression.h"

#include <algorithm>

#include "base/core/suggestion.h"
#include "base/core/words.h"

namespace rehome::rules {

namespace {

constexpr std::size_t kArgumentLimit = 1000;

struct Token {
  enum class Kind { word, string, mark, end };
  Kind kind = Kind::end;
  std::string_view text;  // of a string: without its quotes
  std::size_t offset = 0;
};

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// The text in tokens. After the first failure there is only the end.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) { advance(); }

  const Token& current() const { return current_; }
  bool at_end() const { return current_.kind == Token::Kind::end; }
  bool at_mark(char mark) const { return current_.kind == Token::Kind::mark && current_.text.front() == mark; }

  Token take() {
    Token taken = current_;
    advance();
    return taken;
  }

  Token expect_word(std::string_view what) {
    if (current_.kind != Token::Kind::word) fail(current_.offset, "expected " + std::string(what));
    return take();
  }

  void expect_mark(char mark, std::string_view where) {
    if (!at_mark(mark)) fail(current_.offset, "expected '" + std::string(1, mark) + "' " + std::string(where));
    advance();
  }

  void fail(std::size_t offset, std::string message) {
    if (!problem_) problem_ = ExpressionProblem{offset, std::move(message)};
    position_ = text_.size();
    current_ = {Token::Kind::end, {}, position_};
  }
  const std::optional<ExpressionProblem>& problem() const { return problem_; }

 private:
  void advance() {
    position_ = std::min(text_.find_first_not_of(kBlanks, position_), text_.size());
    const std::size_t begin = position_;
    if (begin == text_.size()) {
      current_ = {Token::Kind::end, {}, begin};
    } else if (text_[begin] == '"' || text_[begin] == '\'') {
      take_string(begin);
    } else if (is_word_byte(text_[begin])) {
      while (position_ < text_.size() && is_word_byte(text_[position_])) ++position_;
      current_ = {Token::Kind::word, text_.substr(begin, position_ - begin), begin};
    } else {
      current_ = {Token::Kind::mark, text_.substr(begin, 1), begin};
      ++position_;
    }
  }

  void take_string(std::size_t begin) {
    const std::size_t end = text_.find(text_[begin], begin + 1);
    if (end == std::string_view::npos) return fail(begin, "this string has no end");
    current_ = {Token::Kind::string, text_.substr(begin + 1, end - begin - 1), begin};
    position_ = end + 1;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  Token current_;
  std::optional<ExpressionProblem> problem_;
};

std::optional<std::string> parse_argument(Tokens& tokens) {
  const Token token = tokens.take();
  if (token.kind == Token::Kind::string) return std::string(token.text);
  if (token.kind != Token::Kind::word) {
    tokens.fail(token.offset, "expected a string in quotes, or NULL");
    return std::nullopt;
  }
  if (same_word(token.text, "NULL")) return std::nullopt;
  const bool is_number = std::ranges::all_of(token.text, [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
  if (!is_number && !same_word(token.text, "TRUE") && !same_word(token.text, "FALSE")) {
    tokens.fail(token.offset, "strings stand in quotes: \"" + std::string(token.text) + "\"");
  }
  return std::string(token.text);
}

std::string count(std::size_t number) { return std::to_string(number) + (number == 1 ? " argument" : " arguments"); }

void check_count(const Call& call, std::size_t offset, Tokens& tokens) {
  const Helper& helper = *call.helper;
  const std::size_t given = call.arguments.size();
  const bool fixed = helper.least_arguments == helper.most_arguments;
  std::string_view relation;
  std::size_t wanted = 0;
  if (given < helper.least_arguments) {
    relation = fixed ? " takes " : " takes at least ";
    wanted = helper.least_arguments;
  } else if (helper.most_arguments != kAnyNumber && given > helper.most_arguments) {
    relation = fixed ? " takes " : " takes at most ";
    wanted = helper.most_arguments;
  } else {
    return;
  }
  tokens.fail(offset,
              std::string(helper.name) + std::string(relation) + count(wanted) + ", not " + std::to_string(given));
}

const Helper* look_up(const Token& object, const Token& name, Tokens& tokens) {
  if (!is_helper_object(object.text)) {
    tokens.fail(object.offset,
                "unknown object \"" + std::string(object.text) + "\"; functions are called as MigXmlHelper.Name()");
    return nullptr;
  }
  const Helper* helper = find_helper(name.text);
  if (helper != nullptr) return helper;
  std::vector<std::string_view> names = helper_names();
  tokens.fail(name.offset, "unknown function \"" + std::string(name.text) + "\"" + did_you_mean(name.text, names));
  return nullptr;
}

Call parse_whole(Tokens& tokens) {
  Call call;
  const Token object = tokens.expect_word("a call such as MigXmlHelper.Name(\"text\")");
  tokens.expect_mark('.', "after the name of the object");
  const Token name = tokens.expect_word("the name of a function");
  tokens.expect_mark('(', "after the name of the function");
  if (tokens.problem()) return call;
  call.name = std::string(name.text);
  call.helper = look_up(object, name, tokens);
  while (!tokens.at_mark(')') && !tokens.problem()) {
    if (!call.arguments.empty()) tokens.expect_mark(',', "or ')' after an argument");
    if (call.arguments.size() == kArgumentLimit) tokens.fail(tokens.current().offset, "too many arguments");
    if (!tokens.problem()) call.arguments.push_back(parse_argument(tokens));
  }
  tokens.take();
  if (!tokens.at_end()) tokens.fail(tokens.current().offset, "nothing may follow the call");
  if (call.helper != nullptr) check_count(call, name.offset, tokens);
  return call;
}

}  // namespace

std::string_view Call::argument(std::size_t index) const {
  if (index >= arguments.size() || !arguments[index]) return {};
  return *arguments[index];
}

std::expected<Call, ExpressionProblem> parse_call(std::string_view text) {
  Tokens tokens(text);
  Call call = parse_whole(tokens);
  if (tokens.problem()) return std::unexpected(*tokens.problem());
  return call;
}

}  // namespace rehome::rules
