// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/expression.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace rehome::rules {
namespace {

/// "Name(a, NULL)", or "offset: message".
std::string parsed(std::string_view text) {
  auto call = parse_call(text);
  if (!call) return std::to_string(call.error().offset) + ": " + call.error().message;
  std::string shown = std::string(call->helper->name) + "(";
  for (std::size_t i = 0; i < call->arguments.size(); ++i) {
    shown += (i > 0 ? "|" : "") + call->arguments[i].value_or("NULL");
  }
  return shown + ")";
}

TEST(Expression, ReadsCallsAsRealFilesWriteThem) {
  EXPECT_EQ(parsed("MigXmlHelper.IsNative64Bit()"), "IsNative64Bit()");
  EXPECT_EQ(parsed(" migxmlHELPER . doesobjectexist ( \"File\" , 'C:\\a b [c]' ) "),
            "DoesObjectExist(File|C:\\a b [c])");
  EXPECT_EQ(parsed("MigXmlHelper.ExtractSingleFile(NULL, null)"), "ExtractSingleFile(NULL|NULL)");
  EXPECT_EQ(parsed("MigXmlHelper.GenerateDrivePatterns (\"\\P\\* [*] \", \"Fixed\")"),
            "GenerateDrivePatterns(\\P\\* [*] |Fixed)");
  // A backslash escapes nothing, and either quote may stand in the other.
  EXPECT_EQ(parsed("MigXmlHelper.GetStringContent(\"Registry\",\"K []\",\"0\",'\"','\"\\')"),
            "GetStringContent(Registry|K []|0|\"|\"\\)");
  EXPECT_EQ(parsed("MigXmlHelper.GenerateDocPatterns(FALSE, TRUE)"), "GenerateDocPatterns(FALSE|TRUE)");
  EXPECT_EQ(parsed("MigSysHelper.UpdateMvBinaryMapiStruct ()"), "UpdateMvBinaryMapiStruct()");
}

TEST(Expression, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(parsed(""), "0: expected a call such as MigXmlHelper.Name(\"text\")");
  EXPECT_EQ(parsed("IsNative64Bit()"), "13: expected '.' after the name of the object");
  EXPECT_EQ(parsed("MigHelper.IsNative64Bit()"),
            "0: unknown object \"MigHelper\"; functions are called as MigXmlHelper.Name()");
  EXPECT_EQ(parsed("MigXmlHelper.DoesObjectExists(\"File\",\"x\")"),
            "13: unknown function \"DoesObjectExists\"; did you mean DoesObjectExist?");
  EXPECT_EQ(parsed("MigXmlHelper.Frobnicate()"), "13: unknown function \"Frobnicate\"");
  EXPECT_EQ(parsed("MigXmlHelper.IsNative64Bit"), "26: expected '(' after the name of the function");
  EXPECT_EQ(parsed("MigXmlHelper.DoesOSMatch(\"NT\" \"6\")"), "30: expected ',' or ')' after an argument");
  EXPECT_EQ(parsed("MigXmlHelper.DoesOSMatch(\"NT\",)"), "30: expected a string in quotes, or NULL");
  EXPECT_EQ(parsed("MigXmlHelper.DoesOSMatch(NT,\"6\")"), "25: strings stand in quotes: \"NT\"");
  EXPECT_EQ(parsed("MigXmlHelper.DoesOSMatch(\"NT"), "25: this string has no end");
  EXPECT_EQ(parsed("MigXmlHelper.DoesOSMatch(\"NT\")"), "13: DoesOSMatch takes 2 arguments, not 1");
  EXPECT_EQ(parsed("MigXmlHelper.GenerateDocPatterns(\"a\",\"b\",\"c\",\"d\")"),
            "13: GenerateDocPatterns takes at most 3 arguments, not 4");
  EXPECT_EQ(parsed("MigXmlHelper.AnswerNo();"), "23: nothing may follow the call");
  EXPECT_EQ(parsed("MigXmlHelper.AnswerNo("), "22: expected a string in quotes, or NULL");
}

TEST(Expression, EndsOnEveryText) {
  EXPECT_TRUE(rc::check("any text gives a call or a place inside of it", [] {
    auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "MigXmlHelper", ".", "DoesOSMatch", "(", ")", ",", "\"NT\"", "'", "\"", "NULL", " ", "\n", "\\", "%", "12"));
    std::string text;
    for (const std::string& piece : pieces) text += piece;
    auto call = parse_call(text);
    if (!call) RC_ASSERT(call.error().offset <= text.size());
  }));
}

}  // namespace
}  // namespace rehome::rules
