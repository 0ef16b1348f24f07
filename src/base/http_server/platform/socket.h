// SPDX-License-Identifier: Apache-2.0
#pragma once
// What asio does not offer: to wait for a socket from a worker, with a limit, and to end a connection without closing
// its socket. Any thread, for a socket that nobody closes meanwhile.

#include <chrono>

namespace rehome::http {

enum class Direction { read, write };

/// False where nothing happened before `limit` was over. True also where the connection broke: the next read says so.
bool wait_socket(int socket, Direction direction, std::chrono::milliseconds limit);

/// Wakes whoever waits: the socket stays open, but nothing comes or goes any more.
void cut_socket(int socket);

void close_socket(int socket);

/// The other side learns that nothing more comes, and may still send.
void end_sending(int socket);

}  // namespace rehome::http
