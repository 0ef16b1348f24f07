// SPDX-License-Identifier: Apache-2.0
#pragma once
// One request and its answer, apart from the waiting: each method goes as far as it can without it. In: a connection's
// TLS stream. Out: a call of the handler, and the response on the wire. One thread at a time; which one is said below.

#include <memory>
#include <optional>
#include <string>

#include "base/http_server/http_server.h"
#include "base/http_server/internal/input_buffer.h"
#include "base/http_server/internal/request_body.h"
#include "base/http_server/internal/request_parser.h"
#include "base/http_server/internal/tls_stream.h"

namespace rehome::http {

/// Who is at the other end.
struct Peer {
  std::string address;
  std::optional<ClientCertificate> certificate;
};

class Exchange {
 public:
  Exchange(const HttpServerOptions& options, TlsStream& tls, InputBuffer& input, int socket);

  // On the thread that waits for all sockets, in this order. Both throw Error where the request makes no sense.
  /// Progress when the head is complete.
  TlsResult receive_head();
  /// Whether the handler reads the body itself.
  bool begin_body(MemoryBudget& budget);
  /// Progress when the body is complete; not where it is streamed.
  TlsResult receive_body(StallClock& stall);

  // On a worker.
  /// Never throws. `last`: the server closes the connection after it.
  void handle(const Peer& peer, bool last);
  /// Progress when all is sent; wants_write also to let others have a turn. Never throws.
  TlsResult send();

  /// Instead of handle(), on any thread: for what never gets to a handler.
  void refuse(Response response);

  bool is_refused() const { return is_refused_; }
  std::uint64_t sent_bytes() const { return sent_bytes_; }
  bool keeps_connection() const { return keep_alive_; }
  /// Bytes of this request may still come.
  bool has_unread_body() const { return !parser_.is_done(); }
  /// Null unless the response is one.
  EventStream* events() const;
  Finished finished(const Peer& peer, bool complete) const;

 private:
  Response call_handler(const Peer& peer);
  void respond(Response response);
  TlsResult send_turn();
  bool prepare_piece();
  std::size_t pull_piece(const PulledBody& body, std::size_t head);
  void make_room(std::size_t size);

  const HttpServerOptions& options_;
  BodySource source_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  RequestParser parser_;
  RequestHead head_;
  Target target_;
  std::optional<BufferedBody> buffered_;
  std::optional<StreamedBody> streamed_;
  bool keep_alive_ = false;
  bool is_refused_ = false;

  Response response_;
  std::string unsent_head_;
  Bytes piece_;               // memory of what is being sent
  ByteView unsent_;           // of piece_
  std::uint64_t offset_ = 0;  // of the body, prepared so far
  std::uint64_t sent_bytes_ = 0;
};

}  // namespace rehome::http
