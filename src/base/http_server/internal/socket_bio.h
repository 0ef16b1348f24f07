// SPDX-License-Identifier: Apache-2.0
#pragma once
// How OpenSSL reaches a socket. Its own way raises SIGPIPE in the whole process when a client goes away; this one never
// does.

#include <openssl/bio.h>

namespace rehome::http {

/// The caller frees it after the last BIO made with it. Null where memory is out.
BIO_METHOD* make_socket_method();
/// Not the owner of `socket`, which must stay where it is while the BIO lives. Null where memory is out.
BIO* make_socket_bio(const BIO_METHOD& method, int& socket);

}  // namespace rehome::http
