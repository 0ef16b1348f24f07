// SPDX-License-Identifier: Apache-2.0
// Connections: slow, idle, too many, listening, and their end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "base/core/platform/process.h"
#include "base/http_server/internal/testing/http_server_fixture.h"

namespace rehome::http {
namespace {

using ::testing::HasSubstr;

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

// Nobody is put out, and nobody who comes is turned away, by those who only connect.
TEST_F(HttpServerTest, ConnectionsWithoutAHandshakeMakeRoom) {
  options_.limits.connections = 40;
  options_.limits.handshake_time = milliseconds(60'000);
  const std::uint16_t port = start();
  TlsClient agent(port);
  EXPECT_EQ(agent.exchange(get("/")).status, 200);
  std::vector<decltype(connect_socket(port))> silent;
  for (int i = 0; i < 400; ++i) {
    silent.push_back(connect_socket(port));
    if (i % 20 != 0) continue;
    TlsClient other(port);
    EXPECT_EQ(other.exchange(get("/")).status, 200) << i;
  }
  EXPECT_EQ(agent.exchange(get("/")).status, 200);
  EXPECT_LE(server_->connections(), 44U);
}

TEST_F(HttpServerTest, AHandshakeHasATimeOfItsOwn) {
  options_.limits.handshake_time = milliseconds(200);
  options_.limits.header_time = milliseconds(60'000);
  const std::uint16_t port = start();
  const auto silent = connect_socket(port);
  EXPECT_TRUE(has_connections(0));
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

}  // namespace
}  // namespace rehome::http
