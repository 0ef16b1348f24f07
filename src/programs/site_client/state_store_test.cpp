// SPDX-License-Identifier: Apache-2.0
#include "programs/site_client/state_store.h"

#include <gtest/gtest.h>

#include "base/codec/base64.h"
#include "base/core/error.h"
#include "programs/site_client/site_call.h"
#include "programs/site_client/site_key.h"
#include "tests/support/http_store_server.h"

namespace rehome::site_client {
namespace {

std::string key_text(char letter) { return to_base64(as_bytes(std::string(32, letter))); }

Json::Object restore_answer() {
  return {{"lease", "l-0123456789abcdef"},
          {"store", "s-0123456789abcdef"},
          {"vault", std::string(32, 'a')},
          {"smp", "smp"},
          {"folder", "D:/"},
          {"blobs", "/api/v1/vaults/" + std::string(32, 'a')},
          {"heartbeat_seconds", 10},
          {"lease_seconds", 60},
          {"in_place", false},
          {"resume", false},
          {"behaviour", "restore-specified"},
          {"accounts", Json::List{"ann"}},
          {"capture", std::string(32, 'b')},
          {"keys", Json::List{Json::Object{{"number", 7}, {"key", key_text('k')}}}},
          {"known_accounts", Json::List{Json::Object{{"number", 7}, {"name", "ann"}}}}};
}

class StateStore : public ::testing::Test {
 protected:
  StateStoreGrant request(const Json::Object& answer) {
    server_.fault(to_text(Json::Object{{"kind", "answer"}, {"status", 200}, {"body", to_text(Json(answer))}}));
    return request_state_store(client_,
                               {.purpose = Purpose::restore, .estimated_bytes = 0, .retry = 0, .computer = {}});
  }
  transport::HttpClientOptions options() const {
    transport::HttpClientOptions options;
    options.base_url = server_.url();
    options.ca_bundle = server_.authority().certificate();
    options.retries = 0;
    return options;
  }

  testing::HttpStoreServer server_;
  transport::HttpClient client_{options()};
};

TEST_F(StateStore, AGrantIsRead) {
  const StateStoreGrant grant = request(restore_answer());
  EXPECT_EQ(grant.behaviour, Behaviour::restore_specified);
  ASSERT_EQ(grant.keys.size(), 1U);
  EXPECT_EQ(as_text(grant.keys[0].key.view()), std::string(32, 'k'));
  EXPECT_EQ(grant.known_accounts.at(7), "ann");
}

TEST_F(StateStore, EveryFieldIsNeededAndOfItsType) {
  const Json::Object right = restore_answer();
  for (std::size_t i = 0; i < right.size(); ++i) {
    Json::Object changed = right;
    changed[i].value = nullptr;
    EXPECT_THROW(request(changed), Error) << right[i].name;
    changed[i].value = 1.5;
    EXPECT_THROW(request(changed), Error) << right[i].name;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THROW(request(changed), Error) << right[i].name;
  }
}

TEST_F(StateStore, RefusalsKeepTheirCode) {
  server_.fault(R"({"kind": "answer", "status": 507, "body": "{\"error\": \"no_space\", \"message\": \"full\"}"})");
  try {
    request_state_store(client_, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::no_space);
  }
}

TEST(SiteNames, CannotLeadToOtherAddresses) {
  for (const char* good : {"a-0123456789abcdef", "old:new", "..pc"}) EXPECT_TRUE(is_path_part(good)) << good;
  for (const char* bad : {"", ".", "..", "a/b", "/"}) EXPECT_FALSE(is_path_part(bad)) << bad;
  for (const char* good : {"states", "/srv/states", "/srv/..states"}) EXPECT_TRUE(is_path_end(good)) << good;
  for (const char* bad : {"", "a/b", "/", "/srv/", "/srv/../x", "//srv", "/srv/."})
    EXPECT_FALSE(is_path_end(bad)) << bad;
}

TEST(SiteIds, AreKindAndSixteenDigits) {
  EXPECT_TRUE(is_site_id("c-0123456789abcdef", 'c'));
  for (const char* bad :
       {"", "c-", "c-0123456789ABCDEF", "l-0123456789abcdef", "c-0123456789abcdef0", "c/0123456789abcdef"}) {
    EXPECT_FALSE(is_site_id(bad, 'c')) << bad;
  }
}

TEST(SiteKeyFile, CarriesKeysThereAndBack) {
  SiteKeys keys;
  keys.account_keys.push_back({.number = 3, .key = Secret(as_bytes(std::string(32, 'x')))});
  const SiteKeys back = parse_site_keys(text_of_site_keys("v", keys), "file");
  ASSERT_EQ(back.account_keys.size(), 1U);
  EXPECT_EQ(back.account_keys[0].number, 3U);
  EXPECT_EQ(as_text(back.account_keys[0].key.view()), std::string(32, 'x'));
  EXPECT_THROW(parse_site_keys(Secret(as_bytes("{}")), "file"), Error);
}

}  // namespace
}  // namespace rehome::site_client
