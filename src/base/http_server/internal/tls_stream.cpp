// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/internal/tls_stream.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sslerr.h>
#include <utility>

#include "base/core/error.h"
#include "base/http_server/internal/socket_bio.h"

namespace rehome::http {

TlsStream::TlsStream(std::shared_ptr<const TlsContext> context, int socket)
    : context_(std::move(context)), socket_(socket), ssl_(SSL_new(&context_->context())) {
  BIO* const bio = make_socket_bio(context_->socket_method(), socket_);
  if (ssl_ == nullptr || bio == nullptr) {
    BIO_free(bio);
    throw Error(ErrorCode::io, "no memory is left for a connection");
  }
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

TlsResult TlsStream::result_of(int done, std::size_t count) {
  if (done == 1) return {TlsState::progress, count};
  switch (SSL_get_error(ssl_.get(), done)) {
    case SSL_ERROR_WANT_READ:
      return {TlsState::wants_read};
    case SSL_ERROR_WANT_WRITE:
      return {TlsState::wants_write};
    case SSL_ERROR_ZERO_RETURN:
      return {TlsState::closed};
    default: {
      const int reason = ERR_GET_REASON(ERR_peek_error());
      was_plain_http_ = reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST;
      ERR_clear_error();
      return {TlsState::failed};
    }
  }
}

TlsResult TlsStream::handshake() {
  ERR_clear_error();
  return result_of(SSL_do_handshake(ssl_.get()), 0);
}

TlsResult TlsStream::read(std::span<std::uint8_t> out) {
  ERR_clear_error();
  std::size_t count = 0;
  const int done = SSL_read_ex(ssl_.get(), out.data(), out.size(), &count);
  return result_of(done, count);
}

TlsResult TlsStream::write(ByteView bytes) {
  ERR_clear_error();
  std::size_t count = 0;
  const int done = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
  return result_of(done, count);
}

void TlsStream::say_end() {
  if (SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::string TlsStream::peer_certificate() const {
  X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return {};
  const TlsPtr<BIO> memory(BIO_new(BIO_s_mem()));
  if (memory == nullptr || PEM_write_bio_X509(memory.get(), certificate) != 1) return {};
  char* start = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &start);
  return {start, static_cast<std::size_t>(size)};
}

}  // namespace rehome::http
