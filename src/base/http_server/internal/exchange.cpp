// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/internal/exchange.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "base/core/error.h"
#include "base/http_server/internal/response_head.h"

namespace rehome::http {
namespace {

constexpr std::size_t kPiece = std::size_t{128} * 1024;
/// After which others have their turn on the worker.
constexpr std::uint64_t kTurn = std::uint64_t{4} << 20;

Response failure() {
  return problem(500, Error(ErrorCode::io, "the server failed: its administrator finds the cause in its log"));
}

}  // namespace

Exchange::Exchange(const HttpServerOptions& options, TlsStream& tls, InputBuffer& input, int socket)
    : options_(options),
      source_{.parser = parser_, .tls = tls, .input = input, .socket = socket},
      parser_(options.limits.header_bytes) {}

TlsResult Exchange::receive_head() {
  for (;;) {
    if (!source_.input.is_empty()) source_.input.take(parser_.put_head(source_.input.bytes()));
    if (parser_.has_head()) break;
    if (source_.input.is_full()) throw Error(ErrorCode::limit_exceeded, "the head of the request is too large");
    const TlsResult result = source_.tls.read(source_.input.room());
    if (result.state != TlsState::progress) return result;
    source_.input.added(result.count);
  }
  head_ = parser_.head();
  target_ = parse_target(head_.target);
  return {TlsState::progress};
}

bool Exchange::begin_body(MemoryBudget& budget) {
  const BodyRule rule = options_.body_rule ? options_.body_rule(head_.method, target_) : BodyRule{};
  parser_.limit_body(rule.most_bytes);
  if (rule.streamed) {
    streamed_.emplace(source_, head_.expects_continue, options_.limits.stall_time);
  } else {
    buffered_.emplace(source_, head_.expects_continue, budget);
  }
  return rule.streamed;
}

TlsResult Exchange::receive_body(StallClock& stall) { return buffered_->receive(stall); }

Response Exchange::call_handler(const Peer& peer) {
  BodyReader& body = streamed_ ? static_cast<BodyReader&>(*streamed_) : *buffered_;
  Request request{.method = head_.method,
                  .target = target_,
                  .headers = std::move(head_.headers),
                  .peer_address = peer.address,
                  .certificate = peer.certificate ? &*peer.certificate : nullptr,
                  .body = body};
  try {
    return options_.handler(request);
  } catch (const Error& error) {
    return problem(error);
  }
}

void Exchange::handle(const Peer& peer, bool last) {
  std::string cause = "something that is no exception";
  try {
    Response response = call_handler(peer);
    keep_alive_ = head_.keep_alive && !last && parser_.is_done() &&
                  !std::holds_alternative<std::shared_ptr<EventStream>>(response.body);
    return respond(std::move(response));
  } catch (const std::exception& error) {
    cause = error.what();
  } catch (...) {
  }
  if (options_.log) options_.log(head_.method + " " + target_.path + " failed: " + cause);
  refuse(failure());
}

void Exchange::refuse(Response response) {
  is_refused_ = true;
  keep_alive_ = false;
  respond(std::move(response));
}

void Exchange::respond(Response response) {
  response_ = std::move(response);
  unsent_head_ = response_head(response_, keep_alive_);
  if (head_.method == "HEAD") response_.body = std::string();
}

EventStream* Exchange::events() const {
  const auto* events = std::get_if<std::shared_ptr<EventStream>>(&response_.body);
  return events == nullptr ? nullptr : events->get();
}

TlsResult Exchange::send() {
  try {
    return send_turn();
  } catch (const std::exception& error) {
    const std::string what = sent_bytes_ == 0 ? " failed: " : " was cut off: ";
    if (options_.log) options_.log(head_.method + " " + target_.path + what + error.what());
  }
  if (sent_bytes_ > 0) return {TlsState::failed};
  refuse(failure());
  return send_turn();
}

/// Throws what a body throws, before anything of it is sent or in its middle.
TlsResult Exchange::send_turn() {
  const std::uint64_t turn_ends = sent_bytes_ + kTurn;
  while (!unsent_.empty() || prepare_piece()) {
    const TlsResult result = source_.tls.write(unsent_);
    if (result.state != TlsState::progress) return result;
    unsent_ = unsent_.subspan(result.count);
    sent_bytes_ += result.count;
    if (sent_bytes_ >= turn_ends) return {TlsState::wants_write};
  }
  return {TlsState::progress};
}

/// The head goes out with what the body begins with: one record and one packet are enough for a small answer.
bool Exchange::prepare_piece() {
  const std::size_t head = unsent_head_.size();
  std::size_t count = 0;
  if (const auto* text = std::get_if<std::string>(&response_.body)) {
    count = std::min(kPiece, text->size() - offset_);
    make_room(head + count);
    std::copy_n(text->begin() + static_cast<std::ptrdiff_t>(offset_), count, &piece_[head]);
  } else if (const auto* pulled = std::get_if<PulledBody>(&response_.body)) {
    count = pull_piece(*pulled, head);
  } else {
    make_room(head);
  }
  std::ranges::copy(unsent_head_, piece_.begin());
  unsent_head_.clear();
  offset_ += count;
  unsent_ = ByteView(piece_).first(head + count);
  return !unsent_.empty();
}

/// Behind the head.
std::size_t Exchange::pull_piece(const PulledBody& body, std::size_t head) {
  const std::size_t wanted = std::min<std::uint64_t>(kPiece, body.size - offset_);
  make_room(head + wanted);
  if (wanted == 0) return 0;
  const std::size_t count = body.read(offset_, std::span(piece_).subspan(head, wanted));
  if (count == 0 || count > wanted) throw std::runtime_error("its body ends before the announced size");
  return count;
}

void Exchange::make_room(std::size_t size) {
  if (piece_.size() < size) piece_.resize(size);
}

Finished Exchange::finished(const Peer& peer, bool complete) const {
  const std::uint64_t buffered = buffered_ ? *buffered_->size() : 0;
  return {.method = head_.method,
          .path = target_.path,
          .peer_address = peer.address,
          .status = response_.status,
          .received_bytes = streamed_ ? streamed_->received() : buffered,
          .sent_bytes = sent_bytes_,
          .duration = std::chrono::steady_clock::now() - started_,
          .complete = complete};
}

}  // namespace rehome::http
