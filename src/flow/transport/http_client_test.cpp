// SPDX-License-Identifier: Apache-2.0
// Requests, answers, failures and limits.
#include <atomic>
#include <cstdlib>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/core/error.h"
#include "flow/transport/internal/testing/http_client_fixture.h"

namespace rehome::transport {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(HttpClientTest, SendsAndReceivesEveryByte) {
  std::string text(3'000'000, 'x');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 >> 3);
  HttpClient client(options());
  HttpRequest request{.method = HttpMethod::put, .path = "/echo"};
  request.most_response_bytes = text.size();
  request.body.bytes = as_bytes(text);
  EXPECT_TRUE(client.request(request).body == Bytes(text.begin(), text.end()));
  request.body = {.read =
                      [&](std::uint64_t offset, std::span<std::uint8_t> out) {
                        std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
                        return out.size();
                      },
                  .size = text.size()};
  const HttpResponse response = client.request(request);
  EXPECT_TRUE(response.body == Bytes(text.begin(), text.end()));
  EXPECT_EQ(response.body.capacity(), text.size()) << "one buffer of the announced size";
  EXPECT_EQ(response.headers.at("content-length"), "3000000");
  EXPECT_EQ(response.times_sent, 1);
}

TEST_F(HttpClientTest, HeadersOfTheClientGoWithEveryRequest) {
  HttpClientOptions with_header = options();
  with_header.headers = {{"Rehome-Lease", "l-1"}};
  HttpClient client(std::move(with_header));
  client.request({.method = HttpMethod::post, .path = "/echo", .headers = {{"Own", "2"}}});
  const Json log = server_.take_log();
  const Json& headers = *log.list()->front().find("headers");
  EXPECT_EQ(*headers.find("Rehome-Lease")->text(), "l-1");
  EXPECT_EQ(*headers.find("Own")->text(), "2");
}

TEST_F(HttpClientTest, AReaderThatFailsEndsTheRequestWithItsOwnError) {
  HttpClient client(options());
  HttpRequest request{.method = HttpMethod::put, .path = "/echo"};
  request.body = {.read = [](auto, auto) -> std::size_t { throw Error(ErrorCode::corrupt, "bad sector"); }, .size = 9};
  EXPECT_EQ(error_of(client, request).message(), "bad sector");
  request.body.read = [](auto, auto) -> std::size_t { return 0; };
  EXPECT_EQ(error_of(client, request).code(), ErrorCode::incomplete);
  EXPECT_EQ(echo(client, "still there"), "still there");
}

TEST_F(HttpClientTest, EscapesWhatAUrlCannotHold) {
  HttpClient client(options());
  error_of(client, {.method = HttpMethod::get, .path = "/a b/../ü?#%", .query = {{"x&y", "1=2"}, {"z", ""}}});
  const Json log = server_.take_log();
  EXPECT_EQ(*log.list()->at(0).find("path")->text(), "/a%20b/../%C3%BC%3F%23%25?x%26y=1%3D2&z=");
}

TEST_F(HttpClientTest, ChangesAndRemoves) {
  HttpClient client(options());
  HttpRequest change{.method = HttpMethod::patch, .path = "/echo"};
  change.body.bytes = as_bytes("new name");
  EXPECT_EQ(as_text(client.request(change).body), "new name");
  client.request({.method = HttpMethod::remove, .path = "/echo"});
  const Json log = server_.take_log();
  EXPECT_EQ(*log.list()->at(0).find("method")->text(), "PATCH");
  EXPECT_EQ(*log.list()->at(1).find("method")->text(), "DELETE");
}

TEST_F(HttpClientTest, SaysWhoItIs) {
  HttpClientOptions who = options();
  who.user_agent = "rehome-agent 1";
  who.bearer_token = Secret(as_bytes("one-time-token"));
  HttpClient client(std::move(who));
  client.request({.method = HttpMethod::get, .path = "/echo", .headers = {{"X-Test", "a: b"}}});
  const Json log = server_.take_log();
  const Json& headers = *log.list()->at(0).find("headers");
  EXPECT_EQ(*headers.find("User-Agent")->text(), "rehome-agent 1");
  EXPECT_EQ(*headers.find("Authorization")->text(), "Bearer one-time-token");
  EXPECT_EQ(*headers.find("X-Test")->text(), "a: b");
}

TEST_F(HttpClientTest, FollowsNoRedirect) {
  HttpStoreServer elsewhere;
  server_.fault(R"({"kind": "answer", "status": 307, "headers": {"Location": ")" + elsewhere.url() + R"(/echo"}})");
  HttpClient client(options());
  const Error error = error_of(client);
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(error.message(), HasSubstr(elsewhere.url()));
  EXPECT_EQ(elsewhere.requests(), 0U);
}

TEST_F(HttpClientTest, TheServersExplanationBecomesTheError) {
  HttpClient client(options());
  const auto answer = [&](const std::string& status, const std::string& body) {
    server_.fault(R"({"kind": "answer", "status": )" + status + R"(, "body": )" + to_text(Json(body)) + "}");
    return error_of(client);
  };
  const Error full = answer("507", R"({"error": "no_space", "message": "the folder D is full"})");
  EXPECT_EQ(full.code(), ErrorCode::no_space);
  EXPECT_EQ(full.message(), "the folder D is full");
  EXPECT_THAT(full.what(), HasSubstr("GET /echo"));
  EXPECT_EQ(answer("409", R"({"error": "busy", "message": "x"})").code(), ErrorCode::busy);
  EXPECT_EQ(answer("403", R"({"error": "of_tomorrow", "message": "x"})").code(), ErrorCode::permission_denied);
  EXPECT_THAT(answer("400", R"({"error": "refused", "message": "a\u001b[31mb"})").message(), Not(HasSubstr("\x1b")));
  EXPECT_LE(answer("400", R"({"error": "refused", "message": ")" + std::string(50'000, 'x') + "\"}").message().size(),
            2000U);
  for (const std::string body : {"", "<html>", "[1]", R"({"error": 1, "message": 2})", R"({"error": "busy"})"}) {
    EXPECT_EQ(answer("404", body).code(), ErrorCode::not_found) << body;
    EXPECT_THAT(answer("404", body).message(), HasSubstr("127.0.0.1:")) << body;
  }
  EXPECT_EQ(answer("404", std::string(1'000'000, 'x')).code(), ErrorCode::not_found) << "a long page is cut";
}

TEST_F(HttpClientTest, AStatusThatIsExpectedIsTheCallers) {
  HttpClient client(options());
  HttpRequest request{.method = HttpMethod::get, .path = "/nothing", .expected = {404}};
  EXPECT_EQ(client.request(request).status, 404);
}

TEST_F(HttpClientTest, TriesAgainWhatMayPass) {
  HttpClient client(options());
  server_.fault(R"({"kind": "answer", "status": 503, "times": 2, "headers": {"Retry-After": "7"}})");
  server_.fault(R"({"kind": "answer", "status": 429})");
  EXPECT_EQ(client.request({.method = HttpMethod::get, .path = "/echo"}).times_sent, 4);
  EXPECT_EQ(slept_ms_, 7'000 + 7'000 + 5'000);
}

TEST_F(HttpClientTest, NoServerMakesItWaitForever) {
  HttpClient client(options());
  server_.fault(R"({"kind": "answer", "status": 503, "headers": {"Retry-After": "99999999999"}})");
  client.request({.method = HttpMethod::get, .path = "/echo"});
  EXPECT_EQ(slept_ms_, 600'000);
}

TEST_F(HttpClientTest, GivesUpAfterTheLastAttempt) {
  HttpClient client(options());
  server_.fault(
      R"({"kind": "answer", "status": 503, "times": 9, "body": "{\"error\": \"busy\", \"message\": \"later\"}"})");
  const Error error = error_of(client);
  EXPECT_EQ(error.code(), ErrorCode::busy);
  EXPECT_THAT(error.what(), HasSubstr("after 4 attempts"));
  EXPECT_EQ(server_.requests(), 4U);
}

TEST_F(HttpClientTest, APostIsNeverSentTwice) {
  HttpClient client(options());
  server_.fault(R"({"kind": "answer", "status": 503})");
  EXPECT_EQ(error_of(client, {.method = HttpMethod::post, .path = "/echo"}).code(), ErrorCode::unreachable);
  server_.fault(R"({"kind": "cut", "bytes": 0})");
  HttpRequest request{.method = HttpMethod::post, .path = "/echo"};
  request.body.bytes = as_bytes("x");
  EXPECT_EQ(error_of(client, request).code(), ErrorCode::unreachable);
  EXPECT_EQ(server_.requests(), 2U);
}

TEST_F(HttpClientTest, WhereNothingListensTheErrorSaysSo) {
  std::string url;
  {
    const HttpStoreServer gone;
    url = gone.url();
  }
  HttpClientOptions nowhere = options();
  nowhere.base_url = url;
  HttpClient client(std::move(nowhere));
  for (const HttpMethod method : {HttpMethod::get, HttpMethod::post}) {
    slept_ms_ = 0;
    const Error error = error_of(client, {.method = method, .path = "/x"});
    EXPECT_EQ(error.code(), ErrorCode::unreachable);
    EXPECT_THAT(error.message(), HasSubstr(url.substr(8)));
    EXPECT_THAT(error.message(), HasSubstr("check that the server runs"));
    EXPECT_EQ(slept_ms_, 15'000) << "nothing was sent, so it may be tried again";
  }
}

TEST_F(HttpClientTest, AnAnswerThatIsCutIsAskedForAgain) {
  HttpClient client(options());
  server_.fault(R"({"kind": "cut", "bytes": 3, "method": "PUT"})");
  HttpRequest request{.method = HttpMethod::put, .path = "/echo"};
  request.body.bytes = as_bytes("0123456789");
  const HttpResponse response = client.request(request);
  EXPECT_EQ(as_text(response.body), "0123456789");
  EXPECT_GE(response.times_sent, 2);
}

TEST_F(HttpClientTest, AServerThatHangsUpWhileALargeBodyIsSentIsAnErrorAndNoSignal) {
  HttpClient client(options());
  server_.fault(R"({"kind": "close_early", "method": "PUT", "times": 4})");
  const Bytes large(std::size_t{32} << 20);
  HttpRequest request{.method = HttpMethod::put, .path = "/echo"};
  request.body.bytes = large;
  EXPECT_EQ(error_of(client, request).code(), ErrorCode::unreachable);
}

TEST_F(HttpClientTest, TakesNoMoreThanItMay) {
  HttpClient client(options());
  const auto ask = [&](std::size_t size, std::uint64_t most) {
    const std::string text(size, 'x');
    HttpRequest request{.method = HttpMethod::put, .path = "/echo"};
    request.body.bytes = as_bytes(text);
    request.most_response_bytes = most;
    return client.request(request).body.size();
  };
  EXPECT_EQ(ask(1000, 1000), 1000U);
  EXPECT_EQ(error_of([&] { ask(1001, 1000); }).code(), ErrorCode::limit_exceeded);
  EXPECT_EQ(ask(0, 0), 0U);
  EXPECT_EQ(error_of([&] { ask(1, 0); }).code(), ErrorCode::limit_exceeded);
  server_.fault(R"({"kind": "answer", "status": 200, "body": "x", "headers": {"X-Long": ")" + std::string(60'000, 'x') +
                R"(", "X-More": ")" + std::string(60'000, 'x') + "\"}}");
  EXPECT_EQ(error_of(client).code(), ErrorCode::limit_exceeded);
}

TEST_F(HttpClientTest, GivesABodyAwayAsItComes) {
  HttpClient client(options());
  const std::string text(3'000'000, 'x');
  std::size_t taken = 0, pieces = 0;
  HttpRequest request{.method = HttpMethod::put, .path = "/echo"};
  request.body.bytes = as_bytes(text);
  request.most_response_bytes = 10;
  request.take = [&](ByteView piece) {
    taken += piece.size();
    ++pieces;
    return true;
  };
  EXPECT_EQ(client.request(request).body.size(), 0U);
  EXPECT_EQ(taken, text.size());
  EXPECT_GT(pieces, 1U);
  request.take = [&](ByteView) { return false; };
  EXPECT_EQ(client.request(request).status, 200) << "who has enough is no failure";
  request.take = [](ByteView) -> bool { throw Error(ErrorCode::corrupt, "not that"); };
  EXPECT_EQ(error_of(client, request).code(), ErrorCode::corrupt);
}

TEST_F(HttpClientTest, WhatWasGivenAwayIsNotAskedForAgain) {
  HttpClient client(options());
  std::string taken;
  HttpRequest request{.method = HttpMethod::put, .path = "/echo"};
  request.body.bytes = as_bytes("0123456789");
  request.take = [&](ByteView piece) {
    taken += as_text(piece);
    return true;
  };
  server_.fault(R"({"kind": "cut", "bytes": 3, "method": "PUT"})");
  EXPECT_EQ(error_of(client, request).code(), ErrorCode::unreachable);
  EXPECT_EQ(taken, "012");
  server_.fault(R"({"kind": "answer", "status": 503, "body": "later"})");
  client.request(request);
  EXPECT_EQ(taken, "0120123456789") << "of a failure nothing is given away";
}

TEST_F(HttpClientTest, StopsAtOnceWhenAsked) {
  std::atomic<bool> stop = false;
  HttpClientOptions stoppable = options();
  stoppable.stop = [&] { return stop.load(); };
  stoppable.sleep = [&](milliseconds) { stop = true; };
  HttpClient client(std::move(stoppable));
  server_.fault(R"({"kind": "answer", "status": 503})");
  EXPECT_EQ(error_of(client).code(), ErrorCode::cancelled) << "in the pause before the next attempt";
  stop = false;
  server_.fault(R"({"kind": "hang"})");
  std::jthread user([&] {
    while (server_.requests() == 0) std::this_thread::yield();
    stop = true;
  });
  EXPECT_EQ(error_of(client).code(), ErrorCode::cancelled) << "while the server says nothing";
}

TEST_F(HttpClientTest, AServerThatSaysNothingIsGivenUp) {
  HttpClientOptions impatient = options();
  impatient.stall_timeout = seconds(1);
  impatient.retries = 0;
  HttpClient client(std::move(impatient));
  server_.fault(R"({"kind": "hang"})");
  const Error error = error_of(client);
  EXPECT_EQ(error.code(), ErrorCode::unreachable);
  EXPECT_THAT(error.message(), HasSubstr("too slow"));
}

TEST_F(HttpClientTest, KeepsItsConnections) {
  HttpClient client(options());
  for (int i = 0; i < 5; ++i) echo(client, "x");
  {
    std::vector<std::jthread> threads;
    for (int number = 0; number < 4; ++number) {
      threads.emplace_back([&client, number] {
        for (int i = 0; i < 25; ++i) {
          const std::string text = std::to_string(number) + "-" + std::to_string(i);
          EXPECT_EQ(echo(client, text), text);
        }
      });
    }
  }
  std::set<std::int64_t> clients;
  const Json log = server_.take_log();
  for (const Json& request : *log.list()) clients.insert(*request.find("client")->integer());
  EXPECT_EQ(log.list()->size(), 105U);
  EXPECT_LE(clients.size(), 4U);
}

TEST_F(HttpClientTest, PausesWhereItIsFasterThanAllowed) {
  HttpClientOptions slow = options();
  slow.bytes_per_second = 10'000;
  HttpClient client(std::move(slow));
  const std::string text(50'000, 'x');
  HttpRequest request{.method = HttpMethod::put, .path = "/echo"};
  request.body.bytes = as_bytes(text);
  client.request(request);
  EXPECT_GE(slept_ms_, 8'000) << "5 seconds in each direction, less what passed meanwhile";
}

TEST_F(HttpClientTest, UsesTheProxyItIsGiven) {
  ASSERT_EQ(setenv("https_proxy", "http://127.0.0.1:1", 1), 0);
  const auto code = [&](const HttpProxy& proxy) -> std::optional<ErrorCode> {
    HttpClientOptions with = options();
    with.proxy = proxy;
    with.retries = 0;
    HttpClient client(std::move(with));
    try {
      client.request({.method = HttpMethod::get, .path = "/echo"});
      return std::nullopt;
    } catch (const Error& error) {
      return error.code();
    }
  };
  EXPECT_EQ(code({.mode = HttpProxy::Mode::from_environment, .url = {}}), ErrorCode::unreachable)
      << "nobody is at port 1";
  EXPECT_EQ(code({.mode = HttpProxy::Mode::none, .url = {}}), std::nullopt);
  unsetenv("https_proxy");
  EXPECT_EQ(code({.mode = HttpProxy::Mode::from_environment, .url = {}}), std::nullopt);
  EXPECT_EQ(code({.mode = HttpProxy::Mode::given, .url = "http://127.0.0.1:1"}), ErrorCode::unreachable);
}

TEST_F(HttpClientTest, OptionsAreChecked) {
  const auto with = [&](const std::function<void(HttpClientOptions&)>& change) {
    HttpClientOptions changed = options();
    change(changed);
    return error_of([&] { HttpClient client(std::move(changed)); }).code();
  };
  for (const char* url : {"", "/", "https://", "http://a", "ftp://a", "a.example", "https://u:p@a", "https://a?b",
                          "https://a#b", "https://a:99999", "https://a b"}) {
    EXPECT_EQ(with([&](auto& options) { options.base_url = url; }), ErrorCode::invalid_argument) << url;
  }
  EXPECT_EQ(with([](auto& options) { options.retries = 31; }), ErrorCode::invalid_argument);
  EXPECT_EQ(with([](auto& options) { options.retries = -1; }), ErrorCode::invalid_argument);
  EXPECT_EQ(with([](auto& options) { options.retry_delay = seconds(601); }), ErrorCode::invalid_argument);
  EXPECT_EQ(with([](auto& options) { options.stall_timeout = seconds(0); }), ErrorCode::invalid_argument);
  EXPECT_EQ(with([](auto& options) { options.ca_bundle = "none"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(with([](auto& options) { options.certificate = options.ca_bundle; }), ErrorCode::invalid_argument);
  EXPECT_EQ(with([](auto& options) { options.bearer_token = Secret(as_bytes("a\nb")); }), ErrorCode::invalid_argument);
  HttpClientOptions path = options();
  path.base_url += "/below//";
  EXPECT_EQ(HttpClient(std::move(path)).base_url(), server_.url() + "/below");
  HttpClient client(options());
  EXPECT_EQ(error_of(client, {.method = HttpMethod::get, .path = "/", .headers = {{"X", "a\r\nY: b"}}}).code(),
            ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace rehome::transport
