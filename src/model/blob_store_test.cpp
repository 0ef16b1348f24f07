// SPDX-License-Identifier: Apache-2.0
#include "model/blob_store.h"

#include <gtest/gtest.h>

#include "base/core/error.h"
#include "model/capture.h"

namespace rehome {
namespace {

bool accepts(std::string_view name) {
  try {
    check_blob_name(name);
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    return false;
  }
}

TEST(BlobName, AcceptsPathsOfUpToFourComponents) {
  EXPECT_TRUE(accepts("header"));
  EXPECT_TRUE(accepts("packs/7/3f_9.pack"));
  EXPECT_TRUE(accepts("a/b/c/d"));
  EXPECT_TRUE(accepts(std::string(200, 'a')));
}

TEST(BlobName, RefusesWhatCouldLeaveTheStoreOrHideInIt) {
  for (std::string_view name : {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", ".hidden", "a/.b", "A", "a b",
                                "a\\b", "a:b", "a/b/c/d/e", "\xC3\xA4", "a\n"}) {
    EXPECT_FALSE(accepts(name)) << name;
  }
  EXPECT_FALSE(accepts(std::string_view("a\0b", 3)));
  EXPECT_FALSE(accepts(std::string(201, 'a')));
}

TEST(StoreKind, NamesAreThoseOfTheCommandLine) {
  EXPECT_EQ(name_of(StoreKind::compressed), "compressed");
  EXPECT_EQ(name_of(StoreKind::uncompressed), "uncompressed");
  EXPECT_EQ(name_of(StoreKind::hard_link), "hard-link");
}

}  // namespace
}  // namespace rehome
