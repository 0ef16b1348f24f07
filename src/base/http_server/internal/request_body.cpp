// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/internal/request_body.h"

#include <algorithm>
#include <array>

#include "base/core/error.h"
#include "base/http_server/internal/response_head.h"
#include "base/http_server/platform/socket.h"

namespace rehome::http {
namespace {

constexpr std::size_t kStep = std::size_t{16} * 1024;

/// Moves what is in the input on into `out`. A parser that takes nothing of a full buffer never will.
std::size_t take_body(BodySource& source, std::span<std::uint8_t> out) {
  std::size_t filled = 0;
  while (!source.parser.is_done() && !source.input.is_empty() && filled == 0) {
    const RequestParser::Step step = source.parser.put_body(source.input.bytes(), out);
    source.input.take(step.taken);
    filled = step.filled;
    if (step.taken > 0 || step.filled > 0) continue;
    if (source.input.is_full()) throw Error(ErrorCode::invalid_argument, "a chunk of the body has no end of its head");
    break;
  }
  return filled;
}

/// The client waits for a word before it sends. One that sends already needs none.
TlsResult say_continue(BodySource& source, bool& owed) {
  if (!owed || !source.input.is_empty()) return {TlsState::progress};
  const TlsResult result = source.tls.write(as_bytes(kContinue));
  owed = result.state != TlsState::progress;
  return result;
}

TlsResult fill_input(BodySource& source) {
  const TlsResult result = source.tls.read(source.input.room());
  if (result.state == TlsState::progress) source.input.added(result.count);
  return result;
}

}  // namespace

void BufferedBody::append(ByteView bytes) {
  if (budget_.used + bytes.size() > budget_.most) {
    throw Error(ErrorCode::busy, "the server has too many requests at once: try again");
  }
  budget_.used += bytes.size();
  counted_ += bytes.size();
  text_ += as_text(bytes);
}

TlsResult BufferedBody::receive(StallClock& stall) {
  if (const TlsResult said = say_continue(source_, owes_continue_); said.state != TlsState::progress) return said;
  std::array<std::uint8_t, kStep> piece;
  while (!source_.parser.is_done()) {
    if (const std::size_t count = take_body(source_, piece); count > 0) {
      append(ByteView(piece).first(count));
    } else if (!source_.parser.is_done()) {
      const TlsResult result = fill_input(source_);
      if (result.state != TlsState::progress) return result;
      stall.moved(result.count);
    }
  }
  return {TlsState::progress, text_.size()};
}

std::size_t BufferedBody::read(std::span<std::uint8_t> out) {
  const std::size_t count = std::min(out.size(), text_.size() - offset_);
  std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(offset_), count, out.begin());
  offset_ += count;
  return count;
}

std::size_t StreamedBody::read(std::span<std::uint8_t> out) {
  if (out.empty()) return 0;
  StallClock stall(stall_time_);
  for (TlsResult said = say_continue(source_, owes_continue_); said.state != TlsState::progress;) {
    wait(said.state, stall);
    said = say_continue(source_, owes_continue_);
  }
  for (;;) {
    const std::size_t count = take_body(source_, out);
    received_ += count;
    if (count > 0 || source_.parser.is_done()) return count;
    receive(stall);
  }
}

void StreamedBody::receive(StallClock& stall) {
  for (;;) {
    const TlsResult result = fill_input(source_);
    if (result.state == TlsState::progress) return;
    wait(result.state, stall);
  }
}

void StreamedBody::wait(TlsState wanted, const StallClock& stall) {
  if (wanted == TlsState::closed || wanted == TlsState::failed) {
    throw Error(ErrorCode::incomplete, "the body of the request ends before its end");
  }
  const Direction direction = wanted == TlsState::wants_read ? Direction::read : Direction::write;
  if (!wait_socket(source_.socket, direction, stall.left())) {
    throw Error(ErrorCode::incomplete, "the body of the request does not arrive");
  }
}

}  // namespace rehome::http
