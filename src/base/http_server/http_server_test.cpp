// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/http_server.h"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <thread>

#include "base/codec/certificate_authority.h"
#include "base/codec/system_random.h"
#include "base/core/clock.h"
#include "base/core/error.h"
#include "base/core/platform/process.h"
#include "tests/support/tls_client.h"

namespace rehome::http {
namespace {

using rehome::testing::connect_socket;
using rehome::testing::TlsClient;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

std::string post(const std::string& target, const std::string& body, const std::string& fields = "") {
  return "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
         "\r\n" + body;
}

class HttpServerTest : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kLarge = std::uint64_t{24} << 20;

  HttpServerTest() {
    options_.identity = identity();
    options_.limits.header_time = milliseconds(600);
    options_.limits.stall_time = milliseconds(600);
    options_.limits.idle_time = milliseconds(20'000);
    options_.workers = 2;
    options_.streaming_workers = 4;
    options_.handler = [this](Request& request) { return handle(request); };
    options_.body_rule = [](std::string_view, const Target& target) {
      return BodyRule{.most_bytes = target.path == "/stream" ? kLarge : 1000, .streamed = target.path == "/stream"};
    };
    options_.log = [this](std::string_view message) { log_.lock()->append(message).append("\n"); };
    options_.finished = [this](const Finished& finished) {
      finished_.lock()->push_back(std::to_string(finished.status) + (finished.complete ? "" : " cut"));
    };
  }
  ~HttpServerTest() override {
    server_.reset();
    EXPECT_EQ(*running_.lock(), 0);
  }

  TlsIdentity identity() const {
    CertifiedKey key = authority_.issue_server({.hosts = {"localhost"}, .addresses = {"127.0.0.1"}}, 1);
    return {.certificate = key.certificate + authority_.certificate(),
            .private_key = std::move(key.private_key),
            .client_authorities = authority_.certificate()};
  }
  std::uint16_t start() {
    server_ = std::make_unique<HttpServer>(std::move(options_));
    return server_->port();
  }
  Response handle(Request& request) {
    ++*running_.lock();
    struct Leave {
      Locked<int>& running;
      ~Leave() { --*running.lock(); }
    } const leave{running_};
    return answer(request);
  }
  Response answer(Request& request) {
    const std::string& path = request.target.path;
    if (path == "/echo") return {.headers = {{"X-Method", request.method}}, .body = request.body.read_all()};
    if (path == "/stream") return count_body(request);
    if (path == "/big") return {.body = PulledBody{.size = kLarge, .read = fill}};
    if (path == "/short") return {.body = PulledBody{.size = kLarge, .read = fill_beginning}};
    if (path == "/gone") return {.body = PulledBody{.size = 100, .read = [](auto, auto) { return std::size_t{0}; }}};
    if (path == "/peer") return {.body = request.peer_address + " " + name_of_peer(request)};
    if (path == "/events") return {.body = hub_.subscribe()};
    if (path == "/missing") throw Error(ErrorCode::not_found, "there is no \"store\"");
    if (path == "/bug") throw std::runtime_error("a secret of the server");
    if (path == "/split") return {.headers = {{"Location", "a\r\nSet-Cookie: b"}}};
    if (path == "/empty") return {.status = 204};
    return {.body = "hello"};
  }
  static std::string name_of_peer(const Request& request) {
    return request.certificate == nullptr ? "nobody" : request.certificate->info.common_name;
  }
  Response count_body(Request& request) {
    if (!request.header("x-refuse").empty()) throw Error(ErrorCode::permission_denied, "not yours");
    Bytes piece(70'000);
    std::uint64_t total = 0;
    while (const std::size_t count = request.body.read(piece)) total += count;
    return {.status = 201, .body = std::to_string(total)};
  }
  static std::size_t fill(std::uint64_t offset, std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>((offset + i) * 7 >> 3);
    return out.size();
  }
  static std::size_t fill_beginning(std::uint64_t offset, std::span<std::uint8_t> out) {
    return offset > kLarge / 2 ? 0 : fill(offset, out);
  }
  bool finishes(const std::string& how) {
    for (int i = 0; i < 200; ++i) {
      if (std::ranges::count(*finished_.lock(), how) > 0) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return false;
  }
  bool has_connections(std::size_t count) {
    for (int i = 0; i < 250 && server_->connections() != count; ++i) std::this_thread::sleep_for(milliseconds(20));
    return server_->connections() == count;
  }

  SystemClock clock_;
  SystemRandom random_;
  CertificateAuthority authority_ = CertificateAuthority::make("TST", {clock_, random_});
  EventHub hub_;
  Locked<std::string> log_;
  Locked<std::vector<std::string>> finished_;
  Locked<int> running_{0};
  HttpServerOptions options_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  TlsClient client(start());
  EXPECT_EQ(client.exchange(get("/")).body, "hello");
  const auto echo = client.exchange(post("/echo", "some text"));
  EXPECT_EQ(echo.body, "some text");
  EXPECT_THAT(echo.head, HasSubstr("X-Method: POST\r\n"));
  EXPECT_THAT(echo.head, HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_EQ(client.exchange(get("/empty")).status, 204);
  EXPECT_EQ(client.exchange(get("/", "Connection: close\r\n")).status, 200);
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(HttpServerTest, RequestsInOneGoAreAnsweredInTheirOrder) {
  TlsClient client(start());
  client.send(post("/echo", "one") + get("/missing") + post("/echo", "three") + get("/").substr(0, 9));
  EXPECT_EQ(client.receive_answer().body, "one");
  EXPECT_EQ(client.receive_answer().status, 404);
  EXPECT_EQ(client.receive_answer().body, "three");
  client.send(get("/").substr(9));
  EXPECT_EQ(client.receive_answer().body, "hello");
}

TEST_F(HttpServerTest, HeadHasTheHeadOfTheGetAlone) {
  TlsClient client(start());
  client.send("HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive_answer(false).head, HasSubstr("Content-Length: " + std::to_string(kLarge) + "\r\n"));
  EXPECT_EQ(client.exchange(get("/")).body, "hello");
}

TEST_F(HttpServerTest, ErrorsBecomeProblems) {
  TlsClient client(start());
  const auto missing = client.exchange(get("/missing"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body, R"({"error":"not_found","message":"there is no \"store\""})");
  const auto bug = client.exchange(get("/bug"));
  EXPECT_EQ(bug.status, 500);
  EXPECT_EQ(bug.body.find("secret"), std::string::npos);
  EXPECT_THAT(*log_.lock(), HasSubstr("GET /bug failed: a secret of the server"));
}

TEST_F(HttpServerTest, NoTextGetsIntoAHeaderField) {
  TlsClient client(start());
  const auto answer = client.exchange(get("/split"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.head.find("Set-Cookie"), std::string::npos);
}

TEST_F(HttpServerTest, BodiesStreamBothWays) {
  TlsClient client(start());
  client.send(get("/big"));
  const auto big = client.receive_answer();
  Bytes expected(kLarge);
  fill(0, expected);
  EXPECT_TRUE(big.body == as_text(expected));
  EXPECT_EQ(client.exchange(post("/stream", std::string(kLarge, 'x'))).body, std::to_string(kLarge));
  EXPECT_EQ(client.exchange(post("/stream", "")).body, "0");
}

TEST_F(HttpServerTest, ChunksAreABodyToo) {
  TlsClient client(start());
  const std::string head = " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(client.exchange("POST /echo" + head + "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: y\r\n\r\n").body,
            "abcde");
  EXPECT_EQ(client.exchange("POST /stream" + head + "3\r\nabc\r\n0\r\n\r\n").body, "3");
  client.send("POST /stream" + head);
  for (const char piece : std::string_view("6\r\nabcdef\r\n0\r\n\r\n")) client.send({&piece, 1});
  EXPECT_EQ(client.receive_answer().body, "6");
  EXPECT_EQ(client.exchange("POST /echo" + head + "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n").status, 413);
}

TEST_F(HttpServerTest, AChunkWithoutAnEndIsRefused) {
  const std::uint16_t port = start();
  for (const std::string chunk : {"z\r\n", "ffffffffffffffffff\r\n", "3\r\nabcde\r\n"}) {
    TlsClient client(port);
    EXPECT_EQ(client.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk).status,
              400)
        << chunk;
  }
  TlsClient endless(port);
  endless.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;" + std::string(60'000, 'x'));
  EXPECT_EQ(endless.receive_answer().status, 400);
}

TEST_F(HttpServerTest, WhatIsNoRequestIsRefused) {
  const std::uint16_t port = start();
  for (const char* const text : {
           "nonsense\r\n\r\n",
           "GET / HTTP/3.0\r\nHost: x\r\n\r\n",
           "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
           "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
           "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
           "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
           "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
       }) {
    TlsClient client(port);
    EXPECT_EQ(client.exchange(text).status, 400) << text;
    EXPECT_EQ(client.receive_all(), "") << text;
  }
  TlsClient client(port);
  EXPECT_EQ(client.exchange(get("/")).body, "hello");
}

TEST_F(HttpServerTest, WhatIsTooLargeIsRefused) {
  const std::uint16_t port = start();
  TlsClient field(port);
  EXPECT_EQ(field.exchange(get("/", "X: " + std::string(40'000, 'x') + "\r\n")).status, 431);
  TlsClient target(port);
  EXPECT_EQ(target.exchange(get("/" + std::string(400'000, 'x'))).status, 431);
  TlsClient body(port);
  EXPECT_EQ(body.exchange(post("/echo", std::string(5'000'000, 'x'))).status, 413);
  EXPECT_EQ(body.receive_all(), "");
  EXPECT_TRUE(has_connections(0)) << "those who go on sending are cut";
}

TEST_F(HttpServerTest, ABodyThatIsTooLongOrTooShortHarmsItsRequestOnly) {
  const std::uint16_t port = start();
  TlsClient longer(port);
  EXPECT_EQ(longer.exchange(post("/stream", "12345") + "67890\r\n\r\n").body, "5");
  EXPECT_EQ(longer.receive_answer().status, 400);
  TlsClient shorter(port);
  shorter.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
  TlsClient stalled(port);
  EXPECT_EQ(stalled.exchange("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345").status, 400);
  shorter.close();
  TlsClient good(port);
  EXPECT_EQ(good.exchange(post("/stream", "12345")).body, "5");
}

TEST_F(HttpServerTest, ARefusedUploadIsAnsweredBeforeItIsRead) {
  const std::uint16_t port = start();
  TlsClient patient(port);
  const std::string expecting = "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n";
  EXPECT_EQ(patient.exchange(expecting + "X-Refuse: y\r\n\r\n").status, 403);
  TlsClient eager(port);
  EXPECT_EQ(eager.exchange(post("/stream", std::string(3'000'000, 'x'), "X-Refuse: y\r\n")).status, 403);
  TlsClient taken(port);
  EXPECT_EQ(taken.exchange(expecting + "\r\n").status, 100);
  EXPECT_EQ(taken.exchange("12345").body, "5");
  TlsClient small(port);
  EXPECT_EQ(
      small.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n").status,
      100);
  EXPECT_EQ(small.exchange("ab").body, "ab");
}

TEST_F(HttpServerTest, SlowSendersAreCut) {
  const std::uint16_t port = start();
  TlsClient slow(port);
  const auto started = std::chrono::steady_clock::now();
  const std::string text = get("/", "X: " + std::string(500, 'x') + "\r\n");
  for (const char byte : text) {
    if (!slow.send({&byte, 1})) break;
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_EQ(slow.receive_all(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(8));
  const auto silent = connect_socket(port);
  EXPECT_TRUE(has_connections(0)) << "also before the handshake";
  TlsClient dripping(port);
  dripping.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  for (int i = 0; i < 15; ++i) {
    dripping.send("x");
    std::this_thread::sleep_for(milliseconds(100));
  }
  EXPECT_EQ(dripping.receive_answer().status, 400) << "a byte now and then is no progress";
}

TEST_F(HttpServerTest, SlowReadersHoldNoWorkerAndAreCut) {
  const std::uint16_t port = start();
  std::vector<std::unique_ptr<TlsClient>> slow;
  for (int i = 0; i < 6; ++i) {
    slow.push_back(std::make_unique<TlsClient>(port, TlsClient::Options{.receive_buffer = 4096}));
    slow.back()->send(get("/big"));
  }
  TlsClient other(port);
  EXPECT_EQ(other.exchange(get("/")).body, "hello");
  other.close();
  EXPECT_TRUE(has_connections(0));
  EXPECT_TRUE(finishes("200 cut"));
}

TEST_F(HttpServerTest, ABodyThatEndsEarlyCutsTheConnection) {
  TlsClient client(start());
  client.send(get("/short"));
  const std::string received = client.receive_all();
  EXPECT_THAT(received.substr(0, 200), HasSubstr("Content-Length: " + std::to_string(kLarge)));
  EXPECT_LT(received.size(), kLarge);
  EXPECT_TRUE(finishes("200 cut"));
  EXPECT_THAT(*log_.lock(), HasSubstr("GET /short was cut off"));
}

TEST_F(HttpServerTest, ABodyThatDoesNotEvenBeginIsAFailure) {
  TlsClient client(start());
  const auto answer = client.exchange(get("/gone"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("its administrator finds the cause in its log"));
  EXPECT_TRUE(finishes("500"));
  EXPECT_THAT(*log_.lock(), HasSubstr("GET /gone failed: its body ends before"));
}

TEST_F(HttpServerTest, AnUploadIsFollowedByOtherRequestsOnItsConnection) {
  TlsClient client(start());
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(client.exchange(post("/stream", std::string(300'000, 'x'))).body, "300000");
    EXPECT_EQ(client.exchange(get("/")).body, "hello");
  }
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(HttpServerTest, ClientsThatGoAwayLeaveNothingBehind) {
  const std::uint16_t port = start();
  for (const std::string& text :
       {std::string(), std::string("GET"), get("/big"), get("/events"), post("/stream", "abc").substr(0, 60)}) {
    TlsClient client(port);
    client.send(text);
    client.close();
  }
  hub_.publish("a", "b");
  hub_.publish("a", "b");
  TlsClient client(port);
  EXPECT_EQ(client.exchange(get("/")).body, "hello");
  client.close();
  server_->stop(milliseconds(100));
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(HttpServerTest, KnowsWhoShowsACertificate) {
  const std::uint16_t port = start();
  const CertificateRequest agent = make_certificate_request("whoever");
  const std::string certificate = authority_.issue_client(agent.request, "c-0123456789abcdef", 1);
  const std::string key(as_text(agent.private_key.view()));
  for (const bool tls_1_2 : {false, true}) {
    TlsClient known(port, {.certificate = certificate, .private_key = key, .tls_1_2 = tls_1_2});
    EXPECT_EQ(known.exchange(get("/peer")).body, "127.0.0.1 c-0123456789abcdef");
    TlsClient unknown(port, {.tls_1_2 = tls_1_2});
    EXPECT_EQ(unknown.exchange(get("/peer")).body, "127.0.0.1 nobody");
    const CertificateAuthority other = CertificateAuthority::make("TST", {clock_, random_});
    TlsClient forged(port, {.certificate = other.issue_client(agent.request, "c-0123456789abcdef", 1),
                            .private_key = key,
                            .tls_1_2 = tls_1_2});
    EXPECT_EQ(forged.exchange(get("/peer")).status, 0);
    const CertifiedKey server = authority_.issue_server({.hosts = {"x"}, .addresses = {}}, 1);
    TlsClient misused(port, {.certificate = server.certificate,
                             .private_key = std::string(as_text(server.private_key.view())),
                             .tls_1_2 = tls_1_2});
    EXPECT_EQ(misused.exchange(get("/peer")).status, 0) << "a server's certificate is no client's";
  }
}

TEST_F(HttpServerTest, ItsIdentityCanBeReplaced) {
  const std::uint16_t port = start();
  const CertificateAuthority newer = CertificateAuthority::make("TST", {clock_, random_});
  const CertificateRequest agent = make_certificate_request("whoever");
  const TlsClient::Options shown{.certificate = newer.issue_client(agent.request, "c-1", 1),
                                 .private_key = std::string(as_text(agent.private_key.view()))};
  TlsClient early(port, shown);
  EXPECT_EQ(early.exchange(get("/peer")).status, 0);
  TlsClient kept(port);
  EXPECT_EQ(kept.exchange(get("/")).status, 200);
  TlsIdentity both = identity();
  both.client_authorities += newer.certificate();
  server_->replace_identity(both);
  TlsClient late(port, shown);
  EXPECT_EQ(late.exchange(get("/peer")).body, "127.0.0.1 c-1");
  EXPECT_EQ(kept.exchange(get("/")).status, 200);
  both.private_key = Secret(as_bytes("nonsense"));
  EXPECT_THROW(server_->replace_identity(both), Error);
  TlsClient still(port, shown);
  EXPECT_EQ(still.exchange(get("/peer")).status, 200);
}

TEST_F(HttpServerTest, PlainHttpIsToldToSpeakTls) {
  const auto plain = connect_socket(start());
  const std::string text = get("/");
  ASSERT_EQ(::send(plain.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  std::string answer(1000, '\0');
  const ssize_t count = ::recv(plain.get(), answer.data(), answer.size(), MSG_WAITALL);
  EXPECT_THAT(answer.substr(0, static_cast<std::size_t>(std::max<ssize_t>(count, 0))), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer, HasSubstr("This port speaks HTTPS"));
}

TEST_F(HttpServerTest, AThousandIdleConnectionsHinderNobody) {
  platform::raise_open_file_limit();
  const std::uint16_t port = start();
  std::vector<std::unique_ptr<TlsClient>> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.push_back(std::make_unique<TlsClient>(port));
    ASSERT_EQ(idle.back()->exchange(get("/")).body, "hello") << i;
  }
  EXPECT_EQ(server_->connections(), 1000U);
  const auto started = std::chrono::steady_clock::now();
  for (const auto& client : idle) EXPECT_EQ(client->exchange(get("/")).body, "hello");
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
}

TEST_F(HttpServerTest, WhereNoConnectionIsLeftTheLongestIdleEnds) {
  options_.limits.connections = 2;
  const std::uint16_t port = start();
  TlsClient first(port), second(port);
  EXPECT_EQ(first.exchange(get("/")).status, 200);
  EXPECT_EQ(second.exchange(get("/")).status, 200);
  TlsClient third(port);
  EXPECT_EQ(third.exchange(get("/")).status, 200);
  EXPECT_EQ(first.receive_all(), "");
  EXPECT_EQ(second.exchange(get("/")).status, 200);
}

TEST_F(HttpServerTest, IdleConnectionsEnd) {
  options_.limits.idle_time = milliseconds(200);
  TlsClient client(start());
  EXPECT_EQ(client.exchange(get("/")).status, 200);
  EXPECT_EQ(client.receive_all(), "");
  EXPECT_TRUE(has_connections(0));
}

TEST_F(HttpServerTest, TooMuchAtOnceIsPutOff) {
  options_.limits.requests_in_work = 0;
  options_.limits.buffered_body_bytes = 100;
  const std::uint16_t port = start();
  TlsClient client(port);
  const auto answer = client.exchange(get("/"));
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.head, HasSubstr("Retry-After: 1\r\n"));
  TlsClient other(port);
  EXPECT_EQ(other.exchange(post("/echo", std::string(101, 'x'))).status, 503);
}

TEST_F(HttpServerTest, EventsReachThoseWhoListen) {
  const std::uint16_t port = start();
  TlsClient client(port);
  client.send(get("/events"));
  EXPECT_TRUE(client.receives("Content-Type: text/event-stream\r\n"));
  while (hub_.listeners() < 1) std::this_thread::sleep_for(milliseconds(5));
  hub_.publish("state", "one");
  EXPECT_TRUE(client.receives("event: state\ndata: one\n\n"));
  hub_.publish("state", "two");
  EXPECT_TRUE(client.receives("event: state\ndata: two\n\n"));
  server_->stop(milliseconds(5000));
  EXPECT_EQ(hub_.listeners(), 0U);
}

TEST_F(HttpServerTest, AListenerThatDoesNotReadIsDropped) {
  const std::uint16_t port = start();
  TlsClient client(port, {.receive_buffer = 4096});
  client.send(get("/events"));
  while (hub_.listeners() < 1) std::this_thread::sleep_for(milliseconds(5));
  const std::string data(100'000, 'x');
  for (int i = 0; i < 5000 && hub_.listeners() > 0; ++i) hub_.publish("state", data);
  EXPECT_EQ(hub_.listeners(), 0U);
  EXPECT_TRUE(has_connections(0));
}

TEST_F(HttpServerTest, StopLetsRunningRequestsFinish) {
  options_.limits.stall_time = milliseconds(10'000);
  const std::uint16_t port = start();
  TlsClient idle(port), busy(port), late(port);
  EXPECT_EQ(idle.exchange(get("/")).status, 200);
  busy.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
  while (*running_.lock() == 0) std::this_thread::sleep_for(milliseconds(5));
  std::thread stopping([&] { server_->stop(milliseconds(10'000)); });
  EXPECT_EQ(idle.receive_all(), "");
  busy.send("67890");
  const auto answer = busy.receive_answer();
  EXPECT_EQ(answer.body, "10");
  stopping.join();
  EXPECT_THROW(connect_socket(port), std::runtime_error);
}

TEST_F(HttpServerTest, StopCutsWhatDoesNotFinish) {
  options_.limits.stall_time = milliseconds(60'000);
  const std::uint16_t port = start();
  TlsClient sending(port), reading(port, {.receive_buffer = 4096}), listening(port);
  sending.send("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
  reading.send(get("/big"));
  listening.send(get("/events"));
  EXPECT_TRUE(reading.receives("\r\n\r\n"));
  while (*running_.lock() == 0 || hub_.listeners() == 0) std::this_thread::sleep_for(milliseconds(5));
  const auto started = std::chrono::steady_clock::now();
  server_->stop(milliseconds(200));
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(5));
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(HttpServerTest, RefusesWhatItCannotBe) {
  HttpServerOptions wrong;
  wrong.identity = identity();
  wrong.address = "smp.example.org";
  EXPECT_THROW(HttpServer{std::move(wrong)}, Error);
  HttpServerOptions keyless;
  keyless.identity = identity();
  keyless.identity.private_key = std::move(identity().private_key);
  EXPECT_THROW(HttpServer{std::move(keyless)}, Error) << "a key of another certificate";
  HttpServerOptions taken;
  taken.identity = identity();
  taken.port = start();
  EXPECT_THROW(HttpServer{std::move(taken)}, Error);
}

}  // namespace
}  // namespace rehome::http
