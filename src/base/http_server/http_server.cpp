// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/http_server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <functional>
#include <future>
#include <set>
#include <utility>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "base/core/worker_pool.h"
#include "base/http_server/internal/connection.h"

namespace rehome::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

/// How late the end of a wait may be.
constexpr milliseconds kTick{100};
/// Where the process has no file left for a connection; others may end meanwhile.
constexpr milliseconds kAcceptPause{100};
/// So many may be on their way out at a time, beyond the limit.
constexpr std::size_t kShareOfEnding = 16;
constexpr std::size_t kLeastEnding = 1;

tcp::endpoint endpoint_of(const HttpServerOptions& options) {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    throw Error(ErrorCode::invalid_argument,
                "\"" + options.address + "\" is no address to listen at: give an IPv4 or IPv6 address");
  }
  return {address, options.port};
}

}  // namespace

class HttpServer::Impl {
 public:
  explicit Impl(HttpServerOptions options);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return count_; }
  void replace_identity(const TlsIdentity& identity) { *context_.lock() = std::make_shared<TlsContext>(identity); }
  void stop(milliseconds patience);

 private:
  using Connections = std::set<std::shared_ptr<Connection>>;

  void listen();
  asio::awaitable<void> accept_until_closed();
  asio::awaitable<void> watch_deadlines();
  asio::awaitable<void> pause(milliseconds time);
  void begin(tcp::socket socket);
  bool make_room();
  bool end_longest(std::optional<Connection::Time> (Connection::*since)() const);
  void forget(const std::shared_ptr<Connection>& connection);
  void begin_stop();
  void cut_all();
  void report(const std::string& message) const;

  HttpServerOptions options_;
  asio::io_context io_{1};
  WorkerPool workers_;
  WorkerPool streaming_;
  ConnectionWorld world_;
  Locked<std::shared_ptr<const TlsContext>> context_;
  tcp::acceptor acceptor_{io_};
  std::uint16_t port_ = 0;
  Connections connections_;  // of the thread that waits for all sockets, like all that follows
  std::atomic<std::size_t> count_ = 0;
  std::size_t ending_ = 0;  // of them, cut to make room
  std::promise<void> all_gone_;
  bool is_stopped_ = false;  // of the owner's thread
  asio::executor_work_guard<asio::io_context::executor_type> stay_{io_.get_executor()};
  WorkerPool waiting_;  // last: its one thread uses all of the above
};

HttpServer::Impl::Impl(HttpServerOptions options)
    : options_(std::move(options)),
      workers_({.name = "http-worker", .threads = options_.workers}),
      streaming_({.name = "http-stream", .threads = options_.streaming_workers}),
      world_{.options = options_, .io = io_, .workers = workers_, .streaming = streaming_},
      context_(std::make_shared<const TlsContext>(options_.identity)),
      waiting_({.name = "http-wait"}) {
  world_.memory.most = options_.limits.buffered_body_bytes;
  options_.identity = {};
  listen();
  const auto failed = [this](const std::exception_ptr& failure) {
    if (failure) report("the server cannot go on: it takes no more connections");
  };
  asio::co_spawn(io_, accept_until_closed(), failed);
  asio::co_spawn(io_, watch_deadlines(), failed);
  waiting_.submit([this] { io_.run(); });
}

HttpServer::Impl::~Impl() {
  if (!is_stopped_) stop(milliseconds(0));
}

void HttpServer::Impl::report(const std::string& message) const {
  if (options_.log) options_.log(message);
}

void HttpServer::Impl::listen() {
  const tcp::endpoint endpoint = endpoint_of(options_);
  try {
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false));
    acceptor_.bind(endpoint);
    acceptor_.listen();
  } catch (const boost::system::system_error& error) {
    throw system_error(error.code().value(),
                       "listen at " + options_.address + " port " + std::to_string(options_.port));
  }
  port_ = acceptor_.local_endpoint().port();
}

asio::awaitable<void> HttpServer::Impl::accept_until_closed() {
  while (acceptor_.is_open()) {
    error_code error;
    tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      begin(std::move(socket));
    } else if (acceptor_.is_open()) {
      report("a connection cannot be taken: " + error.message());
      co_await pause(kAcceptPause);
    }
  }
}

asio::awaitable<void> HttpServer::Impl::watch_deadlines() {
  for (;;) {
    co_await pause(kTick);
    const auto now = StallClock::Clock::now();
    for (const auto& connection : connections_) connection->end_overdue_wait(now);
  }
}

asio::awaitable<void> HttpServer::Impl::pause(milliseconds time) {
  asio::steady_timer timer(io_, time);
  error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void HttpServer::Impl::begin(tcp::socket socket) {
  if (world_.stopping || !make_room()) return;
  try {
    socket.non_blocking(true);
    socket.set_option(tcp::no_delay(true));
    const auto connection = std::make_shared<Connection>(world_, std::move(socket), *context_.lock());
    connections_.insert(connection);
    count_ = connections_.size();
    asio::co_spawn(io_, connection->run(), [this, connection](const std::exception_ptr&) { forget(connection); });
  } catch (const std::exception& failure) {
    report(std::string("a connection cannot be taken: ") + failure.what());
  }
}

/// False where this connection is to be closed. Those that were ended leave a moment later, and count no more.
bool HttpServer::Impl::make_room() {
  const std::size_t most = options_.limits.connections;
  if (connections_.size() - ending_ < most) return true;
  if (ending_ >= std::max(most / kShareOfEnding, kLeastEnding)) return false;
  const auto fresh = [](const auto& one) { return !one->is_cut() && one->new_since(); };
  const bool many_are_new = 2 * static_cast<std::size_t>(std::ranges::count_if(connections_, fresh)) >= most;
  return (many_are_new && end_longest(&Connection::new_since)) || end_longest(&Connection::idle_since) ||
         end_longest(&Connection::new_since);
}

/// Of those for which `since` says something the first; false where there is none.
bool HttpServer::Impl::end_longest(std::optional<Connection::Time> (Connection::*since)() const) {
  std::shared_ptr<Connection> longest;
  for (const auto& connection : connections_) {
    const auto moment = std::invoke(since, *connection);
    if (!moment || connection->is_cut()) continue;
    if (!longest || *moment < *std::invoke(since, *longest)) longest = connection;
  }
  if (longest == nullptr) return false;
  longest->cut();
  ++ending_;
  return true;
}

void HttpServer::Impl::forget(const std::shared_ptr<Connection>& connection) {
  connections_.erase(connection);
  if (connection->is_cut() && ending_ > 0) --ending_;
  count_ = connections_.size();
  if (world_.stopping && connections_.empty()) all_gone_.set_value();
}

void HttpServer::Impl::begin_stop() {
  world_.stopping = true;
  acceptor_.close();
  if (connections_.empty()) return all_gone_.set_value();
  for (const auto& connection : connections_) connection->end_if_idle();
}

void HttpServer::Impl::cut_all() {
  for (const auto& connection : connections_) connection->cut();
}

void HttpServer::Impl::stop(milliseconds patience) {
  is_stopped_ = true;
  const std::future<void> gone = all_gone_.get_future();
  asio::post(io_, [this] { begin_stop(); });
  if (gone.wait_for(patience) != std::future_status::ready) {
    asio::post(io_, [this] { cut_all(); });
    gone.wait();
  }
  io_.stop();
  waiting_.finish();
}

HttpServer::HttpServer(HttpServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpServer::~HttpServer() = default;
std::uint16_t HttpServer::port() const { return impl_->port(); }
std::size_t HttpServer::connections() const { return impl_->connections(); }
void HttpServer::replace_identity(const TlsIdentity& identity) { impl_->replace_identity(identity); }
void HttpServer::stop(milliseconds patience) { impl_->stop(patience); }

}  // namespace rehome::http
