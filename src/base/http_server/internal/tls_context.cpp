// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/internal/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string>
#include <string_view>

#include "base/codec/certificate.h"
#include "base/core/error.h"
#include "base/http_server/internal/socket_bio.h"

namespace rehome::http {
namespace {

/// One read of the system for several records of 16 KiB. OpenSSL gives the buffer back when it is empty.
constexpr std::size_t kReadBuffer = std::size_t{64} * 1024;

// AES-128 first: as safe here, and a fifth faster than AES-256. Clients without AES in their CPU get ChaCha20.
constexpr const char* kCiphers13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kCiphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20";

void require_tls(bool good, const char* message) {
  if (good) return;
  ERR_clear_error();
  throw Error(ErrorCode::invalid_argument, message);
}

TlsPtr<BIO> open_memory(ByteView text) {
  TlsPtr<BIO> memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  require_tls(memory != nullptr, "the server's certificate or key is empty");
  return memory;
}

TlsPtr<X509> read_certificate(const std::string& pem) {
  TlsPtr<X509> certificate(PEM_read_bio_X509(open_memory(as_bytes(pem)).get(), nullptr, nullptr, nullptr));
  require_tls(certificate != nullptr, "a certificate of the server is damaged");
  return certificate;
}

/// Without it OpenSSL would ask for a passphrase on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

void use_own(SSL_CTX& context, const TlsIdentity& identity) {
  bool is_first = true;
  for (const std::string& pem : split_trust_bundle(identity.certificate)) {
    const TlsPtr<X509> certificate = read_certificate(pem);
    const long done = is_first ? SSL_CTX_use_certificate(&context, certificate.get())
                               : SSL_CTX_add1_chain_cert(&context, certificate.get());
    require_tls(done == 1, "the server's certificate cannot be used");
    is_first = false;
  }
  const TlsPtr<BIO> memory = open_memory(identity.private_key.view());
  const TlsPtr<EVP_PKEY> key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr));
  require_tls(key != nullptr, "the server's private key is no PEM text, or it is encrypted");
  require_tls(SSL_CTX_use_PrivateKey(&context, key.get()) == 1 && SSL_CTX_check_private_key(&context) == 1,
              "the server's private key does not belong to its certificate");
}

void ask_clients(SSL_CTX& context, const std::string& authorities) {
  if (authorities.empty()) return;
  for (const std::string& pem : split_trust_bundle(authorities)) {
    const TlsPtr<X509> authority = read_certificate(pem);
    require_tls(X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), authority.get()) == 1 &&
                    SSL_CTX_add_client_CA(&context, authority.get()) == 1,
                "an authority of clients' certificates cannot be used");
  }
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
}

void set_rules(SSL_CTX& context) {
  SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
  // No resumption: a certificate is looked at on every connection, so one that is revoked does not live on in a ticket.
  SSL_CTX_set_options(&context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(&context, 0);
  SSL_CTX_set_mode(&context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(&context, 1);
  SSL_CTX_set_default_read_buffer_len(&context, kReadBuffer);
  require_tls(SSL_CTX_set_ciphersuites(&context, kCiphers13) == 1 && SSL_CTX_set_cipher_list(&context, kCiphers12) == 1,
              "this system's OpenSSL has none of the ciphers that the server speaks");
}

}  // namespace

TlsContext::TlsContext(const TlsIdentity& identity)
    : socket_method_(make_socket_method()), context_(SSL_CTX_new(TLS_server_method())) {
  require_tls(socket_method_ != nullptr && context_ != nullptr, "OpenSSL offers no TLS on this system");
  set_rules(*context_);
  use_own(*context_, identity);
  ask_clients(*context_, identity.client_authorities);
}

}  // namespace rehome::http
