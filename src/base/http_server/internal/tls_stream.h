// SPDX-License-Identifier: Apache-2.0
#pragma once
// TLS on one socket that never blocks. One thread at a time; the socket must stay open meanwhile.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/core/bytes.h"
#include "base/http_server/internal/tls_context.h"

namespace rehome::http {

enum class TlsState {
  progress,
  wants_read,   // call again when the socket can be read
  wants_write,  // call again when the socket can be written
  closed,       // the other side said that nothing more comes
  failed        // the connection is of no use any more
};

struct TlsResult {
  TlsState state = TlsState::failed;
  std::size_t count = 0;  // bytes, with progress
};

class TlsStream {
 public:
  TlsStream(std::shared_ptr<const TlsContext> context, int socket);
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  TlsResult handshake();
  TlsResult read(std::span<std::uint8_t> out);
  TlsResult write(ByteView bytes);
  /// Says that nothing more comes, if the socket takes it at once.
  void say_end();

  /// PEM of the certificate that the client has shown and that was verified; "" without one. After the handshake.
  std::string peer_certificate() const;
  /// After a failed handshake: the client did not know that this is TLS.
  bool was_plain_http() const { return was_plain_http_; }

 private:
  TlsResult result_of(int done, std::size_t count);

  std::shared_ptr<const TlsContext> context_;
  int socket_;
  TlsPtr<SSL> ssl_;
  bool was_plain_http_ = false;
};

}  // namespace rehome::http
