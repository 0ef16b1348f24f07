// SPDX-License-Identifier: Apache-2.0
#include "base/codec/base64.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace rehome {
namespace {

std::optional<std::string> decoded(std::string_view text) {
  const std::optional<Secret> bytes = from_base64(text);
  if (!bytes) return std::nullopt;
  return std::string(as_text(bytes->view()));
}

TEST(Base64, TheExamplesOfRfc4648) {
  const std::pair<const char*, const char*> examples[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, text] : examples) {
    EXPECT_EQ(to_base64(as_bytes(plain)), text);
    EXPECT_EQ(decoded(text), plain);
  }
}

TEST(Base64, EveryBytesComeBack) {
  rc::check([](const Bytes& bytes) {
    const std::optional<Secret> back = from_base64(to_base64(bytes));
    RC_ASSERT(back.has_value());
    RC_ASSERT(Bytes(back->view().begin(), back->view().end()) == bytes);
  });
}

TEST(Base64, NothingElseIsTaken) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg===", "====", "Z===", "=Zg=", "Zg==Zg==", "Zh==", "Zm9=", "Zm9v\n", "Zm 9", "Zm-_"}) {
    EXPECT_EQ(decoded(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace rehome
