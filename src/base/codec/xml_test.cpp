// SPDX-License-Identifier: Apache-2.0
#include "base/codec/xml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <string>

namespace rehome {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string text_of(XmlPosition position) { return fmt::format("{}:{}", position.line, position.column); }

/// The tree in one line: name@position[attribute=value@position,..]"text"@position(children).
std::string outline(const XmlElement& element) {
  std::string line = element.name + "@" + text_of(element.position);
  for (const XmlAttribute& attribute : element.attributes) {
    line += fmt::format("[{}={}@{}]", attribute.name, attribute.value, text_of(attribute.position));
  }
  if (element.text_position.line != 0) line += fmt::format("\"{}\"@{}", element.text, text_of(element.text_position));
  if (element.children.empty()) return line;
  line += "(";
  for (const auto& child : element.children) line += (child == element.children.front() ? "" : " ") + outline(*child);
  return line + ")";
}

std::string read_outline(std::string_view document, XmlLimits limits = {}) {
  const auto root = read_xml(document, limits);
  return root ? outline(**root) : text_of(root.error().position) + ": " + root.error().message;
}

std::string text_in(std::string_view document) {
  const auto root = read_xml(document);
  return root ? (*root)->text : "problem: " + root.error().message;
}

std::string utf16(std::u16string_view text, bool big) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    bytes += big ? high : low;
    bytes += big ? low : high;
  }
  return bytes;
}

TEST(Xml, ReadsElementsAttributesAndTextWithTheirPositions) {
  EXPECT_EQ(read_outline("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<migration urlid='u'>\n"
                         "  <component type = \"System\"\n"
                         "\t\tcontext=\"UserAndSystem\" >\n"
                         "    <pattern type=\"File\">  C:\\* [*]</pattern>\n"
                         "    <empty/>\n"
                         "  </component>\n"
                         "</migration>\n"),
            "migration@2:1[urlid=u@2:12](component@3:3[type=System@3:14][context=UserAndSystem@4:3]("
            "pattern@5:5[type=File@5:14]\"  C:\\* [*]\"@5:28 empty@6:5))");
}

TEST(Xml, NamesKeepTheirPrefixAndNamespacesAreAttributes) {
  EXPECT_EQ(read_outline("<a:b xmlns:a='urn:x' a:c='1'><undeclared:d/></a:b>"),
            "a:b@1:1[xmlns:a=urn:x@1:6][a:c=1@1:22](undeclared:d@1:30)");
}

TEST(Xml, TextIsAllCharacterDataDirectlyInside) {
  EXPECT_EQ(text_in("<a>one<b>not this</b> two<![CDATA[ <3 &amp; ]]>&#52;<!-- no --><?no no?>&lt;&#x35;</a>"),
            "one two <3 &amp; 4<5");
  EXPECT_EQ(text_in("<a>l1\r\nl2\rl3\n</a>"), "l1\nl2\nl3\n") << "line ends as XML 1.0, section 2.11 has them";
  EXPECT_EQ(text_in("<a> <b/> </a>"), "  ") << "blanks count too";
}

TEST(Xml, TextPositionIsThatOfTheFirstCharacterThatIsNoBlank) {
  EXPECT_EQ(read_outline("<a>\n <![CDATA[\n  x]]></a>"), "a@1:1\"\n \n  x\"@3:3");
  EXPECT_EQ(read_outline("<a><b/>\n&#32;&#xA;&#65;</a>"), "a@1:1\"\n \nA\"@2:11(b@1:4)");
  EXPECT_EQ(read_outline("<a> <!-- no --> <?no no?><b c='>'/>  x</a>"), "a@1:1\"    x\"@1:38(b@1:26[c=>@1:29])");
  EXPECT_EQ(read_outline("<a>&lt;</a>"), "a@1:1\"<\"@1:4");
  EXPECT_EQ(read_outline("<a><![CDATA[&#32;]]></a>"), "a@1:1\"&#32;\"@1:13") << "no reference inside CDATA";
}

TEST(Xml, AttributeValuesMayHoldAlmostAnything) {
  EXPECT_EQ(read_outline("<a b='\">/=' c = \"it's &lt;&#9;&amp;\"\nd='x\ny'/>"),
            "a@1:1[b=\">/=@1:4][c=it's <\t&@1:13][d=x y@2:1]");
}

TEST(Xml, ReferencesAreReplacedOnceAndAlikeInTextAndAttributes) {
  const auto root = read_xml(
      "<a b='&amp;lt; &#38;amp; &lt;&gt;&quot;&apos;&#x41;'>&amp;lt; &#38;amp; &lt;&gt;&quot;&apos;&#x41;</a>");
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)->text, "&lt; &amp; <>\"'A");
  EXPECT_EQ((*root)->attributes.at(0).value, (*root)->text);
}

TEST(Xml, ColumnsCountBytes) {
  EXPECT_EQ(read_outline("<a>äöü€𝄞<b ü='ß' c='1'/></a>"), "a@1:1\"äöü€𝄞\"@1:4(b@1:17[ü=ß@1:20][c=1@1:28])");
}

TEST(Xml, LinesAreRightBeyondSixteenBitsAndInLongTexts) {
  const std::string lines(200'000, '\n');
  EXPECT_EQ(read_outline("<a>" + lines + " <b c='1'/></a>"), "a@1:1(b@200001:2[c=1@200001:5])");
  EXPECT_EQ(read_outline("<a>" + lines + "<b></a>"),
            "200001:4: the end tag </a> stands where <b> of line 200001 must be closed");
  const std::string wide(300'000, 'x');
  EXPECT_EQ(read_outline("<a><!--" + wide + "--><b c='1'/></a>"), "a@1:1(b@1:300011[c=1@1:300014])");
}

TEST(Xml, Utf8AndUtf16WithAndWithoutMarkReadTheSame) {
  const std::u16string text = u"<a b='ü'>\U0001D11E</a>";
  const std::string expected = "a@1:1[b=ü@1:4]\"𝄞\"@1:11";
  EXPECT_EQ(read_outline("<a b='ü'>𝄞</a>"), expected);
  EXPECT_EQ(read_outline("\xEF\xBB\xBF<a b='ü'>𝄞</a>"), expected);
  EXPECT_EQ(read_outline(utf16(text, false)), expected);
  EXPECT_EQ(read_outline(utf16(text, true)), expected);
  EXPECT_EQ(read_outline(utf16(u"\uFEFF" + text, false)), expected);
  EXPECT_EQ(read_outline(utf16(u"\uFEFF" + text, true)), expected);
  EXPECT_EQ(read_outline(utf16(u"\uFEFF<?xml version='1.0' encoding='utf-16'?><a/>", false)), "a@1:40");
  EXPECT_EQ(read_outline(utf16(u"\uFEFF<?xml version='1.0' encoding='utf-8'?><a/>", false)), "a@1:39");
  EXPECT_EQ(read_outline("<?xml version='1.0' encoding='UTF-16'?><a/>"), "a@1:40");
}

TEST(Xml, BrokenEncodingsAreFoundWhereTheyBreak) {
  EXPECT_EQ(read_outline("<a>\n x\xE9</a>"), "2:3: these bytes are not UTF-8");
  EXPECT_EQ(read_outline("<a>\xC0\x80</a>"), "1:4: these bytes are not UTF-8") << "overlong";
  EXPECT_EQ(read_outline("<a>\xED\xA0\x80</a>"), "1:4: these bytes are not UTF-8") << "a surrogate";
  EXPECT_EQ(read_outline("<a>\xF4\x90\x80\x80</a>"), "1:4: these bytes are not UTF-8") << "above U+10FFFF";
  EXPECT_EQ(read_outline("<a>\xE2\x82"), "1:4: these bytes are not UTF-8") << "cut";
  EXPECT_EQ(read_outline("<a/>\0<b/>"s), "1:5: a NUL byte") << "libxml2 would end there and say nothing";
  EXPECT_EQ(read_outline(utf16(u"<a>\n\xDC00</a>", false)), "2:1: half a UTF-16 character");
  EXPECT_EQ(read_outline(utf16(u"<a>\n\xD800</a>", true)), "2:1: half a UTF-16 character");
  EXPECT_EQ(read_outline(utf16(u"<a/>", false) + " "), "1:5: half a UTF-16 character");
}

TEST(Xml, OtherDeclaredEncodingsAreRefusedWhereTheyStand) {
  EXPECT_EQ(read_outline("<?xml version='1.0'\n encoding = \"windows-1251\"?><a/>"),
            "2:14: encoding 'windows-1251' is not supported, save the file as UTF-8");
  EXPECT_EQ(read_outline("<?xml version='1.0' encoding='UTF-8 '?><a/>"),
            "1:31: encoding 'UTF-8 ' is not supported, save the file as UTF-8");
}

TEST(Xml, ProblemsHaveTheirPositionAndOneSentence) {
  EXPECT_EQ(read_outline(""), "1:1: the document is empty");
  EXPECT_EQ(read_outline(" \n"), "2:1: the root element is missing");
  EXPECT_EQ(read_outline("hello"), "1:1: the root element is missing");
  EXPECT_EQ(read_outline("<a/>\n<b/>"), "2:1: there is something after the end of the root element");
  EXPECT_EQ(read_outline("<a>\n<b>\n</a>"), "3:1: the end tag </a> stands where <b> of line 2 must be closed");
  EXPECT_EQ(read_outline("<a>\n<b>"), "2:4: the document ends before <b> of line 2 is closed");
  EXPECT_EQ(read_outline("<a>\n<b x='1'\n  x='2'/></a>"), "3:3: Attribute x redefined");
  EXPECT_EQ(read_outline("<a>a & b</a>"), "1:6: a plain '&' must be written as &amp;");
  EXPECT_EQ(read_outline("<a b='x&y'/>"), "1:8: a plain '&' must be written as &amp;");
  EXPECT_EQ(read_outline("\n<?xml version='1.0'?><a/>"),
            "2:6: XML declaration allowed only at the start of the document");
  EXPECT_THAT(read_outline("<a>&nbsp;</a>"), HasSubstr("1:10: Entity 'nbsp' not defined"));
  EXPECT_THAT(read_outline("<a b=c/>"), HasSubstr("1:6: AttValue"));
  EXPECT_THAT(read_outline("<a b/>"), HasSubstr("1:5: "));
  EXPECT_THAT(read_outline("<a b='<'/>"), HasSubstr("1:7: "));
  EXPECT_THAT(read_outline("<a>\n\x01</a>"), HasSubstr("2:1: "));
  EXPECT_THAT(read_outline("<a><!-- -- --></a>"), HasSubstr("1:"));
  EXPECT_THAT(read_outline("<a>]]></a>"), HasSubstr("1:"));
}

TEST(Xml, DocumentTypesAndTheirEntitiesAreRefused) {
  const std::string refused = "a document type declaration is not allowed";
  EXPECT_EQ(read_outline("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "2:1: " + refused);
  EXPECT_EQ(read_outline("<!DOCTYPE a SYSTEM 'http://127.0.0.1/x.dtd'><a/>"), "1:1: " + refused);
  EXPECT_EQ(read_outline("<!-- x --><!DOCTYPE a><a/>"), "1:11: " + refused);
  EXPECT_EQ(read_outline("<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><a/>"), "1:1: " + refused);
}

TEST(Xml, LimitsHoldExactly) {
  EXPECT_EQ(read_outline("<a><b/></a>", {.depth = 2}), "a@1:1(b@1:4)");
  EXPECT_EQ(read_outline("<a><b/></a>", {.depth = 1}), "1:4: elements are nested more than 1 deep");
  EXPECT_EQ(read_outline("<a><b/><c/></a>", {.elements = 3}), "a@1:1(b@1:4 c@1:8)");
  EXPECT_EQ(read_outline("<a><b/><c/></a>", {.elements = 2}), "1:8: there are more than 2 elements");
  EXPECT_EQ(read_outline("<a></a>", {.bytes = 7}), "a@1:1");
  EXPECT_EQ(read_outline("<a></a>", {.bytes = 6}), "1:1: the document is larger than 6 bytes");
}

TEST(Xml, DeepNestingStopsAtTheLimit) {
  std::string document;
  for (int i = 0; i < 100'000; ++i) document += "<a>";
  EXPECT_EQ(read_outline(document), "1:601: elements are nested more than 200 deep");
}

std::string tag_with_attributes(int count) {
  std::string tag = "<b";
  for (int i = 0; i < count; ++i) tag += fmt::format(" a{}='>'", i);
  return tag + "/>";
}

TEST(Xml, ManyAttributesAreRefusedBeforeTheyTakeHours) {
  EXPECT_EQ(read_outline("<r>\n" + tag_with_attributes(257) + "</r>"), "2:1: an element has more than 256 attributes");
  EXPECT_EQ(read_outline("<r>\n" + tag_with_attributes(300'000) + "</r>"),
            "2:1: an element has more than 256 attributes");
  const auto root = read_xml(tag_with_attributes(256));
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)->attributes.size(), 256U);
}

TEST(Xml, WhatOnlyLooksLikeManyAttributesIsRead) {
  const std::string many = tag_with_attributes(300);
  EXPECT_EQ(text_in("<r><![CDATA[" + many + "]]></r>"), many);
  EXPECT_EQ(text_in("<r><!--" + many + "-->x<?pi " + tag_with_attributes(300) + "?></r>"), "x");
}

TEST(Xml, AnyCutOfADocumentIsAProblemWithAPlaceInIt) {
  const std::string document = "<?xml version='1.0'?><a b='1'><!--c--><?d e?><f>&lt;<![CDATA[g]]></f>ü</a>";
  for (std::size_t size = 0; size < document.size(); ++size) {
    const auto root = read_xml(document.substr(0, size));
    ASSERT_FALSE(root) << size;
    EXPECT_EQ(root.error().position.line, 1U);
    EXPECT_GE(root.error().position.column, 1U);
    EXPECT_LE(root.error().position.column, size + 1);
    EXPECT_FALSE(root.error().message.empty());
  }
  EXPECT_TRUE(read_xml(document));
}

TEST(Xml, WesternEncodingsAreReadAndOthersNamed) {
  EXPECT_EQ(text_in("<?xml version='1.0' encoding='iso-8859-1'?><a>Gr\xFC\xDF"
                    "e</a>"),
            "Gr\xC3\xBC\xC3\x9F"
            "e");
  EXPECT_EQ(text_in("<?xml version='1.0' encoding='Windows-1252'?><a>5 \x80</a>"), "5 \xE2\x82\xAC");
  EXPECT_EQ(read_outline("<?xml version='1.0' encoding='ISO-8859-5'?><a>\xE4</a>"),
            "1:31: encoding 'ISO-8859-5' is not supported, save the file as UTF-8");
}

}  // namespace
}  // namespace rehome
