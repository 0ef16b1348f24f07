// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two ways in which a body arrives: whole before its handler starts, or while the handler reads it. Out: a
// BodyReader. One thread at a time.

#include <functional>
#include <string>

#include "base/http_server/internal/input_buffer.h"
#include "base/http_server/internal/request_parser.h"
#include "base/http_server/internal/stall_clock.h"
#include "base/http_server/internal/tls_stream.h"
#include "base/http_server/request.h"

namespace rehome::http {

/// Memory of bodies of all connections together. Belongs to the thread that waits for all sockets.
struct MemoryBudget {
  std::size_t most = 0;
  std::size_t used = 0;
};

/// The ends of a connection that a body is read from.
struct BodySource {
  RequestParser& parser;
  TlsStream& tls;
  InputBuffer& input;
  int socket = -1;
};

class BufferedBody final : public BodyReader {
 public:
  BufferedBody(BodySource source, bool expects_continue, MemoryBudget& budget)
      : source_(source), owes_continue_(expects_continue), budget_(budget) {}
  ~BufferedBody() override { budget_.used -= counted_; }
  BufferedBody(const BufferedBody&) = delete;
  BufferedBody& operator=(const BufferedBody&) = delete;

  /// Takes what is there: progress when it is complete. Throws Error(busy) above the budget.
  TlsResult receive(StallClock& stall);

  std::optional<std::uint64_t> size() const override { return text_.size(); }
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  void append(ByteView bytes);
  BodySource source_;
  bool owes_continue_;
  MemoryBudget& budget_;
  std::size_t counted_ = 0;
  std::string text_;
  std::size_t offset_ = 0;
};

class StreamedBody final : public BodyReader {
 public:
  StreamedBody(BodySource source, bool expects_continue, std::chrono::milliseconds stall_time)
      : source_(source), owes_continue_(expects_continue), stall_time_(stall_time) {}

  std::optional<std::uint64_t> size() const override { return source_.parser.body_size(); }
  std::size_t read(std::span<std::uint8_t> out) override;
  std::uint64_t received() const { return received_; }

 private:
  void receive(StallClock& stall);
  void wait(TlsState wanted, const StallClock& stall);

  BodySource source_;
  bool owes_continue_;
  std::chrono::milliseconds stall_time_;
  std::uint64_t received_ = 0;
};

}  // namespace rehome::http
