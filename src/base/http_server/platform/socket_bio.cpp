// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/internal/socket_bio.h"

#include <cerrno>
#include <sys/socket.h>

namespace rehome::http {
namespace {

int socket_of(BIO* bio) { return *static_cast<const int*>(BIO_get_data(bio)); }

bool may_pass(int error) { return error == EAGAIN || error == EINTR; }

int write_socket(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::send(socket_of(bio), data, size, MSG_NOSIGNAL);
  if (count < 0) {
    if (may_pass(errno)) BIO_set_retry_write(bio);
    return 0;
  }
  *written = static_cast<std::size_t>(count);
  return 1;
}

int read_socket(BIO* bio, char* data, std::size_t size, std::size_t* read) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::recv(socket_of(bio), data, size, 0);
  if (count <= 0) {
    if (count < 0 && may_pass(errno)) BIO_set_retry_read(bio);
    return 0;
  }
  *read = static_cast<std::size_t>(count);
  return 1;
}

long control_socket(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

}  // namespace

BIO_METHOD* make_socket_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
  if (method == nullptr) return nullptr;
  BIO_meth_set_write_ex(method, write_socket);
  BIO_meth_set_read_ex(method, read_socket);
  BIO_meth_set_ctrl(method, control_socket);
  return method;
}

BIO* make_socket_bio(const BIO_METHOD& method, int& socket) {
  BIO* bio = BIO_new(&method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &socket);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace rehome::http
