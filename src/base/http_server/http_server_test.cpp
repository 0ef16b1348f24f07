// SPDX-License-Identifier: Apache-2.0
// Requests and answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http_server/internal/testing/http_server_fixture.h"

namespace rehome::http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

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
