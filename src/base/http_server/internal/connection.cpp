// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/internal/connection.h"

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "base/core/error.h"
#include "base/http_server/internal/response_head.h"

namespace rehome::http {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using std::chrono::milliseconds;

constexpr milliseconds kLingerTime{2000};
constexpr std::size_t kMostLingerBytes = std::size_t{16} << 20;
/// Tells a listener's computer that the connection lives, and us when it does not.
constexpr milliseconds kEventHeartbeat{15'000};
constexpr std::string_view kHeartbeat = ": still here\n\n";
constexpr std::size_t kRecord = std::size_t{16} * 1024;

/// An IPv4 client of a server that listens at "::" is known by its IPv4 address.
std::string peer_address(const asio::ip::tcp::socket& socket) {
  boost::system::error_code gone;
  const asio::ip::address address = socket.remote_endpoint(gone).address();
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

Response overload() {
  Response response = problem(503, Error(ErrorCode::busy, "the server has too many requests at once: try again"));
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

/// While it lives, a connection is the listening end of a stream.
class Listening {
 public:
  Listening(EventStream& events, bool& flag) : events_(events), flag_(flag) { flag_ = true; }
  ~Listening() {
    events_.on_news(nullptr);
    events_.end();
    flag_ = false;
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  EventStream& events_;
  bool& flag_;
};

class Counted {
 public:
  explicit Counted(std::size_t& number) : number_(number) { ++number_; }
  ~Counted() { --number_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& number_;
};

}  // namespace

Connection::Connection(ConnectionWorld& world, Socket socket, std::shared_ptr<const TlsContext> context)
    : world_(world),
      socket_(std::move(socket)),
      descriptor_(socket_.native_handle()),
      context_(std::move(context)),
      input_(world.options.limits.header_bytes + kRecord),
      news_(world.io) {}

asio::awaitable<void> Connection::run() {
  try {
    peer_.address = peer_address(socket_);
    const bool is_open = co_await shake_hands();
    if (is_open) co_await serve();
  } catch (const std::exception& error) {
    if (world_.options.log) world_.options.log("a connection of " + peer_.address + " failed: " + error.what());
  }
}

asio::awaitable<bool> Connection::shake_hands() {
  const Time deadline = after(world_.options.limits.handshake_time);
  const bool has_spoken = co_await wait(TlsState::wants_read, deadline);
  if (!has_spoken) co_return false;
  tls_.emplace(std::move(context_), descriptor_);
  world_.handshake_begun();
  TlsResult result = tls_->handshake();
  while (result.state != TlsState::progress) {
    const bool goes_on = co_await wait(result.state, deadline);
    if (!goes_on) break;
    result = tls_->handshake();
  }
  if (tls_->was_plain_http()) {
    boost::system::error_code ignored;
    socket_.write_some(asio::buffer(kPlainHttpAnswer), ignored);
    co_await linger();
  }
  if (result.state != TlsState::progress) co_return false;
  new_since_.reset();
  if (const std::string pem = tls_->peer_certificate(); !pem.empty()) {
    peer_.certificate = ClientCertificate{.pem = pem, .info = inspect_certificate(pem)};
  }
  co_return true;
}

asio::awaitable<void> Connection::serve() {
  for (bool goes_on = true; goes_on && !is_cut_;) goes_on = co_await serve_one();
  tls_->say_end();
  if (leaves_unread_ && !is_cut_) co_await linger();
}

asio::awaitable<bool> Connection::wait_for_request() {
  idle_since_ = StallClock::Clock::now();
  const Time deadline = *idle_since_ + world_.options.limits.idle_time;
  while (input_.is_empty() && !world_.stopping) {
    const TlsResult result = tls_->read(input_.room());
    if (result.state == TlsState::progress) {
      input_.added(result.count);
      break;
    }
    input_.rest();
    const bool goes_on = co_await wait(result.state, deadline);
    if (!goes_on) break;
  }
  idle_since_.reset();
  co_return !input_.is_empty();
}

asio::awaitable<bool> Connection::serve_one() {
  const bool has_begun = co_await wait_for_request();
  if (!has_begun) co_return false;
  Exchange exchange(world_.options, *tls_, input_, descriptor_);
  const bool has_come = co_await receive(exchange);
  if (!has_come) co_return false;
  const bool is_sent = co_await answer(exchange);
  if (world_.options.finished) world_.options.finished(exchange.finished(peer_, is_sent));
  leaves_unread_ = is_sent && exchange.has_unread_body();
  co_return is_sent&& exchange.keeps_connection();
}

/// False where the connection went away. What is wrong with the request itself is answered.
asio::awaitable<bool> Connection::receive(Exchange& exchange) {
  std::optional<Response> refusal;
  bool has_head = false;
  try {
    has_head = co_await receive_head(exchange);
    if (!has_head) co_return false;
    streams_body_ = exchange.begin_body(world_.memory);
    if (streams_body_) co_return true;
    const bool has_body = co_await receive_body(exchange);
    co_return has_body;
  } catch (const Error& error) {
    const bool is_head_too_large = !has_head && error.code() == ErrorCode::limit_exceeded;
    refusal = is_head_too_large ? problem(431, error) : error.code() == ErrorCode::busy ? overload() : problem(error);
  }
  exchange.refuse(std::move(*refusal));
  co_return true;
}

asio::awaitable<bool> Connection::receive_head(Exchange& exchange) {
  const Time deadline = after(world_.options.limits.header_time);
  for (TlsResult result = exchange.receive_head(); result.state != TlsState::progress;) {
    const bool goes_on = co_await wait(result.state, deadline);
    if (!goes_on) co_return false;
    result = exchange.receive_head();
  }
  co_return true;
}

asio::awaitable<bool> Connection::receive_body(Exchange& exchange) {
  StallClock stall(world_.options.limits.stall_time);
  for (TlsResult result = exchange.receive_body(stall); result.state != TlsState::progress;) {
    const bool goes_on = co_await wait(result.state, stall.deadline());
    if (!goes_on) co_return false;
    result = exchange.receive_body(stall);
  }
  co_return true;
}

/// Whether all of it was sent.
asio::awaitable<bool> Connection::answer(Exchange& exchange) {
  if (!exchange.is_refused() && world_.requests_in_work >= world_.options.limits.requests_in_work) {
    exchange.refuse(overload());
  }
  TlsResult result;
  if (exchange.is_refused()) {
    result = exchange.send();
  } else {
    result = co_await work(exchange);
  }
  const bool is_sent = co_await send(exchange, result);
  if (!is_sent || exchange.events() == nullptr) co_return is_sent;
  const bool is_told = co_await send_events(*exchange.events());
  co_return is_told;
}

asio::awaitable<TlsResult> Connection::work(Exchange& exchange) {
  TlsResult result;
  const bool is_last = world_.stopping;
  const Counted counted(world_.requests_in_work);
  std::function<void()> task = [&] {
    exchange.handle(peer_, is_last);
    result = exchange.send();
  };
  if (streams_body_) {
    co_await stream_on_worker(std::move(task));
  } else {
    co_await on_worker(world_.workers, std::move(task));
  }
  co_return result;
}

asio::awaitable<bool> Connection::send(Exchange& exchange, TlsResult result) {
  Time deadline = after(world_.options.limits.stall_time);
  while (result.state != TlsState::progress) {
    const bool goes_on = co_await wait(result.state, deadline);
    if (!goes_on) co_return false;
    const std::uint64_t sent_before = exchange.sent_bytes();
    std::function<void()> task = [&] { result = exchange.send(); };
    co_await on_worker(world_.workers, std::move(task));
    if (exchange.sent_bytes() > sent_before) deadline = after(world_.options.limits.stall_time);
  }
  co_return true;
}

asio::awaitable<bool> Connection::send_events(EventStream& events) {
  const Listening listening(events, is_listening_);
  if (!co_await write(kHeartbeat)) co_return false;  // a client sees that it is connected
  while (!is_cut_ && !world_.stopping) {
    const bool is_last = events.ended();
    const std::string text = events.take();
    const bool is_written = co_await write(text);
    if (!is_written || is_last) co_return is_written;
    news_.expires_after(kEventHeartbeat);
    events.on_news([&io = world_.io, connection = weak_from_this()] {
      asio::post(io, [connection] {
        if (const auto alive = connection.lock()) alive->news_.cancel();
      });
    });
    boost::system::error_code woken;
    co_await news_.async_wait(asio::redirect_error(use_awaitable, woken));
    const bool is_alive = woken || co_await write(kHeartbeat);
    if (!is_alive) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> Connection::write(std::string_view text) {
  const Time deadline = after(world_.options.limits.stall_time);
  while (!text.empty()) {
    const TlsResult result = tls_->write(as_bytes(text));
    if (result.state == TlsState::progress) {
      text.remove_prefix(result.count);
      continue;
    }
    const bool goes_on = co_await wait(result.state, deadline);
    if (!goes_on) co_return false;
  }
  co_return true;
}

/// Closing with unread bytes would make the system throw away the answer that the client has not read yet.
asio::awaitable<void> Connection::linger() {
  const Time deadline = after(kLingerTime);
  end_sending(descriptor_);
  boost::system::error_code error;
  Bytes ignored(kRecord);
  for (std::size_t total = 0; total < kMostLingerBytes;) {
    total += socket_.read_some(asio::buffer(ignored), error);
    if (error == asio::error::would_block) {
      const bool goes_on = co_await wait(TlsState::wants_read, deadline);
      if (!goes_on) co_return;
    } else if (error) {
      co_return;
    }
  }
}

/// Meanwhile the thread that waits for all sockets lets go of this one: else each packet of the body would wake it.
asio::awaitable<void> Connection::stream_on_worker(std::function<void()> task) {
  const auto protocol = socket_.local_endpoint().protocol();
  socket_.release();
  co_await on_worker(world_.streaming, std::move(task));
  try {
    socket_.assign(protocol, descriptor_);
    socket_.non_blocking(true);
  } catch (...) {
    if (!socket_.is_open()) close_socket(descriptor_);
    throw;
  }
}

/// `task` must not throw.
asio::awaitable<void> Connection::on_worker(WorkerPool& pool, std::function<void()> task) {
  asio::steady_timer done(world_.io, Time::max());
  // Posted, so that it cannot come before the wait below has begun.
  pool.submit([&, work = std::move(task)] {
    work();
    asio::post(world_.io, [&done] { done.cancel(); });
  });
  boost::system::error_code cancelled;
  co_await done.async_wait(asio::redirect_error(use_awaitable, cancelled));
}

asio::awaitable<bool> Connection::wait(TlsState wanted, Time deadline) {
  if (is_cut_ || wanted == TlsState::closed || wanted == TlsState::failed) co_return false;
  deadline_ = deadline;
  boost::system::error_code error;
  const auto readiness = wanted == TlsState::wants_read ? Socket::wait_read : Socket::wait_write;
  co_await socket_.async_wait(readiness, asio::redirect_error(use_awaitable, error));
  deadline_.reset();
  co_return !error && !is_cut_;
}

void Connection::end_overdue_wait(Time now) {
  if (deadline_ && *deadline_ <= now) socket_.cancel();
}

void Connection::cut() {
  is_cut_ = true;
  cut_socket(descriptor_);
  if (socket_.is_open()) socket_.cancel();
  news_.cancel();
}

void Connection::end_if_idle() {
  if (idle_since_ || is_listening_) cut();
}

}  // namespace rehome::http
