// SPDX-License-Identifier: Apache-2.0
#pragma once
// The life of one connection: handshake, requests one after the other, end. All of it runs on the thread that waits for
// all sockets; while a worker has the connection, this only waits for the worker.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "base/core/worker_pool.h"
#include "base/http_server/http_server.h"
#include "base/http_server/internal/exchange.h"
#include "base/http_server/internal/input_buffer.h"
#include "base/http_server/internal/stall_clock.h"
#include "base/http_server/internal/tls_stream.h"
#include "base/http_server/platform/socket.h"

namespace rehome::http {

/// What all connections of a server share. Numbers belong to the thread that waits for all sockets.
struct ConnectionWorld {
  const HttpServerOptions& options;
  boost::asio::io_context& io;
  WorkerPool& workers;
  WorkerPool& streaming;
  MemoryBudget memory{};
  std::size_t requests_in_work = 0;
  bool stopping = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Time = StallClock::Clock::time_point;
  using Socket = boost::asio::ip::tcp::socket;

  Connection(ConnectionWorld& world, Socket socket, std::shared_ptr<const TlsContext> context);

  /// Until the connection is over. Never throws.
  boost::asio::awaitable<void> run();

  /// Ends a wait whose time is over.
  void end_overdue_wait(Time now);
  /// Between two requests since then; nullopt where it is not.
  std::optional<Time> idle_since() const { return idle_since_; }
  /// Has not shaken hands since then; nullopt where it has.
  std::optional<Time> new_since() const { return new_since_; }
  bool is_cut() const { return is_cut_; }
  /// Ends it now, whatever it is doing; a handler that is running is not disturbed.
  void cut();
  /// Ends it where it waits for a request, or sends events, which have no end of their own.
  void end_if_idle();

 private:
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;

  Awaitable<bool> shake_hands();
  Awaitable<bool> wait_for_request();
  Awaitable<void> serve();
  Awaitable<bool> serve_one();
  Awaitable<bool> answer(Exchange& exchange);
  Awaitable<bool> receive(Exchange& exchange);
  Awaitable<bool> receive_head(Exchange& exchange);
  Awaitable<bool> receive_body(Exchange& exchange);
  Awaitable<TlsResult> work(Exchange& exchange);
  Awaitable<bool> send(Exchange& exchange, TlsResult result);
  Awaitable<bool> send_events(EventStream& events);
  Awaitable<bool> write(std::string_view text);
  Awaitable<void> linger();

  Awaitable<void> stream_on_worker(std::function<void()> task);
  Awaitable<void> on_worker(WorkerPool& pool, std::function<void()> task);
  /// False where the deadline passed or the connection was cut.
  Awaitable<bool> wait(TlsState wanted, Time deadline);
  Time after(std::chrono::milliseconds time) const { return StallClock::Clock::now() + time; }

  ConnectionWorld& world_;
  Socket socket_;
  const int descriptor_;  // the socket's, also while a worker has it
  std::shared_ptr<const TlsContext> context_;
  std::optional<TlsStream> tls_;  // from the first byte on: whoever says nothing costs next to nothing
  InputBuffer input_;
  Peer peer_;
  std::optional<Time> deadline_;
  std::optional<Time> idle_since_;
  std::optional<Time> new_since_ = StallClock::Clock::now();
  boost::asio::steady_timer news_;
  bool is_listening_ = false;
  bool streams_body_ = false;  // of the request being served
  bool leaves_unread_ = false;
  bool is_cut_ = false;
};

}  // namespace rehome::http
