// SPDX-License-Identifier: Apache-2.0
#include "base/codec/json.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "base/codec/json_fields.h"
#include "base/core/error.h"

namespace rehome {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {ErrorCode::cancelled, ""};
}

std::string reason_of(std::string_view text, const JsonLimits& limits = {}) {
  return error_of([&] { parse_json(text, "it", limits); }).message();
}

TEST(Json, GivesBackWhatItReadInItsOrder) {
  for (const std::string text :
       {"null", "true", "false", "0", "-7", "9223372036854775807", "-9223372036854775808", "1.5", "1e+300", "\"\"",
        R"("a\"b\\c\n\u0000\u001fd")", "\"Grüße €😀\"", "[]", "{}", R"({"b":1,"a":[true,null,{"c":"x"}],"":2})"}) {
    EXPECT_EQ(to_text(parse_json(text, "it")), text);
    EXPECT_EQ(to_text(parse_json(" \r\n\t" + text + "\n", "it")), text);
  }
  EXPECT_EQ(to_text(parse_json(R"("\u00e9\ud83d\ude00\/")", "it")), "\"é😀/\"");
}

TEST(Json, WritesOneLineOrMany) {
  const Json value = Json::Object{{"name", "x"}, {"list", Json::List{1, 2.5, nullptr}}, {"empty", Json::List{}}};
  EXPECT_EQ(to_text(value), R"({"name":"x","list":[1,2.5,null],"empty":[]})");
  EXPECT_EQ(to_text(value, {.indent = 2, .sort_names = true}), R"({
  "empty": [],
  "list": [
    1,
    2.5,
    null
  ],
  "name": "x"
})");
}

TEST(Json, KnowsTheKindOfWhatItIsMadeFrom) {
  EXPECT_TRUE(Json(true).boolean() != nullptr && *Json(true).boolean());
  EXPECT_EQ(*Json(std::uint8_t{7}).integer(), 7);
  EXPECT_EQ(*Json(std::numeric_limits<std::int64_t>::min()).integer(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(Json(std::numeric_limits<std::uint64_t>::max()).integer(), nullptr);
  EXPECT_EQ(Json(std::numeric_limits<std::uint64_t>::max()).number(), 18446744073709551616.0);
  EXPECT_EQ(*Json("x").text(), "x");
  EXPECT_TRUE(Json().is_null());
  EXPECT_EQ(Json(3).number(), 3.0);
  EXPECT_EQ(Json("3").number(), std::nullopt);
  static_assert(!std::is_constructible_v<Json, void*>);
}

TEST(Json, BytesThatAreNoTextAreShownAsSuch) { EXPECT_EQ(to_text(Json("a\xff\xc3(")), "\"a\uFFFD\uFFFD(\""); }

TEST(Json, SaysWhereItIsWrong) {
  EXPECT_THAT(reason_of(""), HasSubstr("it cannot be read as JSON: line 1, column 0: "));
  EXPECT_THAT(reason_of("{\n  \"a\": 1,\n  \"b\": ?}"), HasSubstr("line 3, column 8: "));
  EXPECT_THAT(reason_of("[1, 2"), HasSubstr("line 1, column 5: "));
  EXPECT_THAT(reason_of("1 2"), HasSubstr("line 1, column 3: "));
  EXPECT_THAT(reason_of(R"({"a":1,"b":2,"a":3})"), HasSubstr("line 1, column 16: a name that is in the same object"));
  EXPECT_EQ(to_text(parse_json(R"([{"a":1},{"a":{"a":2}}])", "it")), R"([{"a":1},{"a":{"a":2}}])");
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const std::string text : {"",
                                 " ",
                                 "nul",
                                 "True",
                                 "NaN",
                                 "Infinity",
                                 "01",
                                 "1.",
                                 ".5",
                                 "+1",
                                 "0x1",
                                 "'a'",
                                 "[1,]",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "{\"a\"}",
                                 "[",
                                 "]",
                                 "[}",
                                 "{]",
                                 "\"",
                                 "\"a\nb\"",
                                 "\"\\x\"",
                                 "\"\\ud800\"",
                                 "\"\\u12\"",
                                 "\"\xff\"",
                                 "\"\xc3\"",
                                 "\"\xc0\x80\"",
                                 "\"\xed\xa0\x80\"",
                                 "\"\xf4\x90\x80\x80\"",
                                 "// x\n1",
                                 "[1] x",
                                 "1e999",
                                 "9223372036854775808",
                                 "-9223372036854775809",
                                 "99999999999999999999999"}) {
    EXPECT_EQ(error_of([&] { parse_json(text, "it"); }).code(), ErrorCode::invalid_argument) << text;
  }
  EXPECT_LT(reason_of("\"" + std::string(100'000, 'x')).size(), 500U) << "a hostile text makes no long message";
}

TEST(Json, KeepsToItsLimits) {
  const auto code = [](std::string_view text, const JsonLimits& limits) {
    return error_of([&] { parse_json(text, "it", limits); }).code();
  };
  const std::string deep = std::string(5, '[') + std::string(5, ']');
  EXPECT_EQ(to_text(parse_json(deep, "it", {.depth = 5})), deep);
  EXPECT_EQ(code(deep, {.depth = 4}), ErrorCode::limit_exceeded);
  EXPECT_EQ(code(R"({"a":{"a":{}}})", {.depth = 2}), ErrorCode::limit_exceeded);
  EXPECT_EQ(code(std::string(1'000'000, '['), {}), ErrorCode::limit_exceeded);
  EXPECT_EQ(code("[1,2]", {.bytes = 4}), ErrorCode::limit_exceeded);
  EXPECT_EQ(code("[1,2]", {.values = 2}), ErrorCode::limit_exceeded);
  EXPECT_EQ(to_text(parse_json("[1,2]", "it", {.bytes = 5, .values = 3})), "[1,2]");
}

class JsonFieldsTest : public testing::Test {
 protected:
  std::string message(const std::function<void()>& action, ErrorCode code = ErrorCode::invalid_argument) {
    const Error error = error_of(action);
    EXPECT_EQ(error.code(), code);
    return error.message();
  }

  const Json value_ = parse_json(R"({"name": "pc", "port": 443, "rate": 0.5, "on": true, "none": null,
      "inner": {"x": 1}, "list": [{"size": 1}, {"size": -1}], "texts": ["a", "b"]})",
                                 "it");
  JsonFields fields_{value_, "request"};
};

TEST_F(JsonFieldsTest, ReadsWhatIsThere) {
  EXPECT_EQ(fields_.text("name", 2), "pc");
  EXPECT_EQ(fields_.integer("port", 443, 443), 443);
  EXPECT_EQ(fields_.number("rate", 0, 1), 0.5);
  EXPECT_EQ(fields_.number("port", 0, 1000), 443);
  EXPECT_TRUE(fields_.boolean("on"));
  EXPECT_EQ(fields_.object("inner").integer("x", 0, 9), 1);
  EXPECT_EQ(fields_.objects("list", 2)[0].integer("size", 0, 9), 1);
  EXPECT_THAT(fields_.texts("texts", 2, 1), ElementsAre("a", "b"));
}

TEST_F(JsonFieldsTest, AnOptionalFieldMayBeAbsentOrNullButNotWrong) {
  EXPECT_EQ(fields_.optional_text("none", 9), std::nullopt);
  EXPECT_EQ(fields_.optional_integer("absent", 0, 9), std::nullopt);
  EXPECT_EQ(fields_.optional_boolean("absent"), std::nullopt);
  EXPECT_EQ(fields_.optional_boolean("on"), true);
  EXPECT_EQ(fields_.optional_object("inner")->path(), "request.inner");
  EXPECT_EQ(message([&] { fields_.optional_integer("name", 0, 9); }),
            "\"request.name\" must be a whole number from 0 to 9");
}

TEST_F(JsonFieldsTest, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(message([&] { fields_.text("absent", 9); }), "\"request.absent\" is missing");
  EXPECT_EQ(message([&] { fields_.text("none", 9); }), "\"request.none\" must be a text");
  EXPECT_EQ(message([&] { fields_.integer("port", 1, 442); }), "\"request.port\" must be a whole number from 1 to 442");
  EXPECT_EQ(message([&] { fields_.integer("rate", 0, 9); }), "\"request.rate\" must be a whole number from 0 to 9");
  EXPECT_EQ(message([&] { fields_.number("rate", 1, 2.5); }), "\"request.rate\" must be a number from 1.0 to 2.5");
  EXPECT_EQ(message([&] { fields_.boolean("port"); }), "\"request.port\" must be true or false");
}

TEST_F(JsonFieldsTest, NamesTheItemThatIsWrong) {
  EXPECT_EQ(message([&] { fields_.objects("list", 9)[1].integer("size", 0, 9); }),
            "\"request.list[1].size\" must be a whole number from 0 to 9");
  EXPECT_EQ(message([&] { fields_.objects("texts", 9); }), "\"request.texts[0]\" must be an object");
  EXPECT_EQ(message([&] { fields_.texts("list", 9, 9); }), "\"request.list[0]\" must be a text");
  EXPECT_EQ(message([&] { fields_.list("inner", 9); }), "\"request.inner\" must be a list");
  EXPECT_EQ(message([&] { JsonFields(*value_.find("list"), "request.list"); }), "\"request.list\" must be an object");
}

TEST_F(JsonFieldsTest, NothingIsLongerThanItMayBe) {
  EXPECT_EQ(message([&] { fields_.text("name", 1); }, ErrorCode::limit_exceeded),
            "\"request.name\" has more than the 1 bytes it may have");
  EXPECT_EQ(message([&] { fields_.list("list", 1); }, ErrorCode::limit_exceeded),
            "\"request.list\" has more than the 1 items it may have");
}

TEST_F(JsonFieldsTest, AMisspeltFieldIsNotPassedOver) {
  const Json value = parse_json(R"({"name": "x", "prot": 1})", "it");
  JsonFields fields(value, "request");
  fields.text("name", 9);
  fields.optional_integer("port", 0, 9);
  EXPECT_EQ(message([&] { fields.refuse_unknown(); }), "\"request.prot\" is unknown here: check its spelling");
  fields.integer("prot", 0, 9);
  fields.refuse_unknown();
}

}  // namespace
}  // namespace rehome
