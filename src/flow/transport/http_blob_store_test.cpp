// SPDX-License-Identifier: Apache-2.0
// What a server can do wrong. What every BlobStore does right is in tests/conformance.
#include "flow/transport/http_blob_store.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/core/error.h"
#include "tests/support/http_store_server.h"

namespace rehome::transport {
namespace {

using ::testing::HasSubstr;

class HttpBlobStoreTest : public ::testing::Test {
 protected:
  HttpClientOptions options() const {
    HttpClientOptions options;
    options.base_url = server_.url();
    options.ca_bundle = server_.authority().certificate();
    options.retries = 2;
    options.retry_delay = std::chrono::seconds(0);
    return options;
  }
  static ErrorCode code_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_FALSE(error.message().empty());
      return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::cancelled;
  }
  /// What list("packs") makes of such an answer.
  ErrorCode code_of_list(const std::string& body, std::size_t repeat = 1) {
    server_.fault(R"({"kind": "answer", "status": 200, "body": )" + to_text(Json(body)) +
                  ", \"repeat\": " + std::to_string(repeat) + "}");
    return code_of([&] { store_->list("packs"); });
  }
  void write_behind_it(const std::string& name, const std::string& text) {
    const std::filesystem::path file = server_.folder() + "/" + name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  rehome::testing::HttpStoreServer server_;
  HttpClient client_{options()};
  std::unique_ptr<BlobStore> store_ = open_http_blob_store(client_, "");
};

TEST_F(HttpBlobStoreTest, APutWhoseAnswerWasLostIsStored) {
  server_.fault(R"({"kind": "lose_answer", "method": "PUT"})");
  store_->put("packs/1/a", as_bytes("content"));
  EXPECT_EQ(as_text(store_->get("packs/1/a", 100)), "content");
  store_->put("packs/1/b", as_bytes("content"));  // the connection of before is dead
  server_.fault(R"({"kind": "lose_answer", "method": "PUT"})");
  store_->put("packs/1/empty", {});
  EXPECT_EQ(store_->size_of("packs/1/empty"), 0U);
}

TEST_F(HttpBlobStoreTest, APutThatWasSentOnceIsNotOursWhereTheNameIsTaken) {
  store_->put("a", as_bytes("content"));
  EXPECT_EQ(code_of([&] { store_->put("a", as_bytes("content")); }), ErrorCode::already_exists);
}

TEST_F(HttpBlobStoreTest, APutThatWasSentAgainFindsOnlyItsOwnContentToBeItsOwn) {
  write_behind_it("a", "of somebody else");
  write_behind_it("b", "content");
  server_.fault(R"({"kind": "answer", "method": "PUT", "status": 503})");
  EXPECT_EQ(code_of([&] { store_->put("a", as_bytes("content")); }), ErrorCode::already_exists);
  server_.fault(R"({"kind": "answer", "method": "PUT", "status": 503})");
  store_->put("b", as_bytes("content"));
  server_.fault(R"({"kind": "answer", "method": "PUT", "status": 503})");
  server_.fault(R"({"kind": "answer", "method": "PUT", "status": 412})");  // no digest is given
  EXPECT_EQ(code_of([&] { store_->put("b", as_bytes("content")); }), ErrorCode::already_exists);
}

TEST_F(HttpBlobStoreTest, OnlyACreatedBlobIsStored) {
  for (const char* status : {"200", "202", "204"}) {
    server_.fault(R"({"kind": "answer", "method": "PUT", "status": )" + std::string(status) + "}");
    EXPECT_EQ(code_of([&] { store_->put("a", as_bytes("x")); }), ErrorCode::corrupt) << status;
  }
  const auto code_of_put = [&](int status, const std::string& name) {
    server_.fault(R"({"kind": "answer", "method": "PUT", "status": )" + std::to_string(status) +
                  R"(, "body": "{\"error\": \")" + name + R"(\", \"message\": \"why\"}"})");
    return code_of([&] { store_->put("a", as_bytes("x")); });
  };
  EXPECT_EQ(code_of_put(507, "no_space"), ErrorCode::no_space);
  EXPECT_EQ(code_of_put(409, "busy"), ErrorCode::busy) << "not every conflict is about the name";
  EXPECT_EQ(code_of_put(409, "already_exists"), ErrorCode::already_exists);
  EXPECT_EQ(code_of_put(403, "refused"), ErrorCode::refused);
}

TEST_F(HttpBlobStoreTest, APutSaysWhatItHolds) {
  store_->put("packs/1/a", as_bytes("abc"));
  const Json log = server_.take_log();
  EXPECT_EQ(*log.list()->at(0).find("path")->text(), "/blobs/packs/1/a");
  const Json& headers = *log.list()->at(0).find("headers");
  EXPECT_EQ(*headers.find("If-None-Match")->text(), "*");
  EXPECT_EQ(*headers.find("Content-Length")->text(), "3");
  EXPECT_EQ(*headers.find("Content-Digest")->text(), "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:");
  EXPECT_EQ(headers.find("Expect"), nullptr);
}

TEST_F(HttpBlobStoreTest, ContentThatIsNotWhatItsDigestSaysIsCorrupt) {
  store_->put("a", as_bytes("content"));
  server_.fault(R"({"kind": "wrong_digest"})");
  EXPECT_EQ(code_of([&] { store_->get("a", 100); }), ErrorCode::corrupt);
  EXPECT_EQ(as_text(store_->get("a", 100)), "content");
}

TEST_F(HttpBlobStoreTest, ARangeThatIsAnotherIsCorrupt) {
  store_->put("a", as_bytes("0123456789"));
  for (const char* kind : {"wrong_range", "ignore_range"}) {
    server_.fault(R"({"kind": ")" + std::string(kind) + "\"}");
    EXPECT_EQ(code_of([&] { store_->get_range("a", 0, 10); }), ErrorCode::corrupt) << kind;
  }
  server_.fault(R"({"kind": "answer", "status": 206, "body": "234"})");
  EXPECT_EQ(code_of([&] { store_->get_range("a", 2, 3); }), ErrorCode::corrupt) << "no Content-Range";
  server_.fault(R"({"kind": "answer", "status": 206, "body": "23", "headers": {"Content-Range": "bytes 2-4/10"}})");
  EXPECT_EQ(code_of([&] { store_->get_range("a", 2, 3); }), ErrorCode::corrupt) << "fewer bytes";
  EXPECT_EQ(as_text(store_->get_range("a", 2, 3)), "234");
}

TEST_F(HttpBlobStoreTest, AnAnswerThatIsCutIsAskedForAgainAndThenAnError) {
  store_->put("a", as_bytes("0123456789"));
  server_.fault(R"({"kind": "cut", "bytes": 4, "times": 2})");
  EXPECT_EQ(as_text(store_->get("a", 10)), "0123456789");
  server_.fault(R"({"kind": "cut", "bytes": 4, "times": 2})");
  EXPECT_EQ(as_text(store_->get_range("a", 1, 8)), "12345678");
  server_.fault(R"({"kind": "cut", "bytes": 4, "times": 9})");
  EXPECT_EQ(code_of([&] { store_->get("a", 10); }), ErrorCode::unreachable);
}

TEST_F(HttpBlobStoreTest, AListGoesOverManyPages) {
  std::vector<std::string> wanted;
  for (int i = 100; i < 150; ++i) wanted.push_back("packs/1/" + std::to_string(i));
  for (const std::string& name : wanted) write_behind_it(name, name);
  server_.take_log();
  std::vector<std::string> found;
  for (const BlobInfo& blob : store_->list("packs")) found.push_back(blob.name);
  EXPECT_EQ(found, wanted);
  EXPECT_EQ(server_.requests(), 8U) << "seven on each page";
}

TEST_F(HttpBlobStoreTest, AListThatIsNoneIsCorrupt) {
  for (const std::string body :
       {"", "[]", "{}", R"({"blobs": []})", R"({"blobs": {}, "more": false})", R"({"blobs": [], "more": 1})",
        R"({"blobs": [], "more": true})", R"({"blobs": [1], "more": false})",
        R"({"blobs": [{"name": "packs/a"}], "more": false})", R"({"blobs": [{"size": 1}], "more": false})",
        R"({"blobs": [{"name": "packs/a", "size": -1}], "more": false})",
        R"({"blobs": [{"name": "packs/a", "size": 1.5}], "more": false})",
        R"({"blobs": [{"name": "packs/a", "size": 9223372036854775807}], "more": false})",
        R"({"blobs": [{"name": "packs/../a", "size": 1}], "more": false})",
        R"({"blobs": [{"name": "packs/A", "size": 1}], "more": false})",
        R"({"blobs": [{"name": "captures/a", "size": 1}], "more": false})",
        R"({"blobs": [{"name": "packs", "size": 1}], "more": false})",
        R"({"blobs": [{"name": "packs/b", "size": 1}, {"name": "packs/a", "size": 1}], "more": false})",
        R"({"blobs": [{"name": "packs/a", "size": 1}, {"name": "packs/a", "size": 1}], "more": false})"}) {
    EXPECT_EQ(code_of_list(body), ErrorCode::corrupt) << body;
  }
}

TEST_F(HttpBlobStoreTest, AListThatIsTooLongIsRefused) {
  EXPECT_EQ(code_of_list(" ", 5 << 20), ErrorCode::limit_exceeded);
  std::string body = R"({"blobs": [{"name": "packs/0", "size": 1})";
  for (int i = 10'000; i < 20'000; ++i) body += R"(,{"name": "packs/)" + std::to_string(i) + R"(", "size": 1})";
  EXPECT_EQ(code_of_list(body + R"(], "more": false})"), ErrorCode::corrupt);
}

TEST_F(HttpBlobStoreTest, FreeSpaceIsANumberOrUnknown) {
  EXPECT_EQ(store_->free_bytes(), 123456789U);
  const auto answer = [&](const std::string& body) {
    server_.fault(R"({"kind": "answer", "status": 200, "body": )" + to_text(Json(body)) + "}");
  };
  answer(R"({"free_bytes": null})");
  EXPECT_EQ(store_->free_bytes(), std::nullopt);
  for (const std::string body : {"", "7", R"({"free_bytes": -1})", R"({"free_bytes": "7"})"}) {
    answer(body);
    EXPECT_EQ(code_of([&] { store_->free_bytes(); }), ErrorCode::corrupt) << body;
  }
}

TEST_F(HttpBlobStoreTest, ErrorsNameTheBlobAndTheServer) {
  try {
    store_->get("packs/1/gone", 10);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("packs/1/gone"));
    EXPECT_THAT(error.what(), HasSubstr(server_.url()));
  }
}

TEST_F(HttpBlobStoreTest, LiesBelowItsPath) {
  EXPECT_EQ(open_http_blob_store(client_, "/vaults/7")->display_name(), server_.url() + "/vaults/7");
  EXPECT_EQ(code_of([&] { open_http_blob_store(client_, "/vaults/7")->get("a", 1); }), ErrorCode::not_found);
  const Json log = server_.take_log();
  EXPECT_EQ(*log.list()->at(0).find("path")->text(), "/vaults/7/blobs/a");
  for (const char* path : {"/", "vaults", "/vaults/"}) {
    EXPECT_EQ(code_of([&] { open_http_blob_store(client_, path); }), ErrorCode::invalid_argument) << path;
  }
}

}  // namespace
}  // namespace rehome::transport
