// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/routing.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include "base/codec/json.h"
#include "tests/support/source_folder.h"

namespace rehome::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST(Routing, PatternsTakeWholePartsOfPaths) {
  EXPECT_THAT(match_path("a/{x}/b", "a/1/b"), Optional(ElementsAre("1")));
  EXPECT_THAT(match_path("a", "a"), Optional(IsEmpty()));
  EXPECT_THAT(match_path("a/{rest...}", "a/b/c/d"), Optional(ElementsAre("b/c/d")));
  for (const char* path : {"", "a", "a/", "a//b", "a/1", "a/1/b/", "a/1/b/c", "b/1/b"}) {
    EXPECT_EQ(match_path("a/{x}/b", path), std::nullopt) << path;
  }
  EXPECT_EQ(match_path("a", "a/"), std::nullopt);
  EXPECT_EQ(match_path("a/{rest...}", "a"), std::nullopt);
  EXPECT_EQ(match_path("a/{rest...}", "a/"), std::nullopt);
}

/// "GET /api/v1/stores/{store}" as the documents write it.
std::string described(const Route& route) {
  std::string pattern = route.pattern;
  if (const std::size_t tail = pattern.find("...}"); tail != std::string::npos) pattern.erase(tail, 3);
  std::string method = route.method;
  for (char& letter : method) letter = static_cast<char>(letter | 0x20);
  return method + " " + pattern;
}

TEST(Routing, TheDescriptionHasExactlyTheRoutes) {
  std::set<std::string> served, told;
  for (const Route& route : all_routes()) EXPECT_TRUE(served.insert(described(route)).second) << described(route);
  std::stringstream text;
  text << std::ifstream(rehome::testing::source_folder() / "docs/openapi.json").rdbuf();
  const Json document = parse_json(text.str(), "docs/openapi.json");
  for (const JsonMember& path : *document.find("paths")->object()) {
    for (const JsonMember& method : *path.value.object()) {
      if (method.name != "parameters") told.insert(method.name + " " + path.name);
    }
  }
  EXPECT_EQ(told, served);
}

}  // namespace
}  // namespace rehome::server
