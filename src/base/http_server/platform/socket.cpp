// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/platform/socket.h"

#include <algorithm>
#include <cstdint>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/core/platform/fd.h"

namespace rehome::http {

bool wait_socket(int socket, Direction direction, std::chrono::milliseconds limit) {
  const short event = direction == Direction::read ? POLLIN : POLLOUT;
  pollfd waiting{.fd = socket, .events = event, .revents = 0};
  const auto milliseconds = static_cast<int>(std::clamp<std::int64_t>(limit.count(), 0, INT32_MAX));
  return platform::retry_interrupted([&] { return ::poll(&waiting, 1, milliseconds); }) != 0;
}

void cut_socket(int socket) { ::shutdown(socket, SHUT_RDWR); }

void close_socket(int socket) { ::close(socket); }

void end_sending(int socket) { ::shutdown(socket, SHUT_WR); }

}  // namespace rehome::http
