// SPDX-License-Identifier: Apache-2.0
#pragma once
// Server-sent events (WHATWG HTML, 9.2.6) out of a stream. In: pieces of its bytes, hostile, cut anywhere. Out: whole
// events. Holds one event and one line at most, each within a limit. For one thread.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/core/bytes.h"

namespace rehome::site_client {

struct Event {
  std::string id;    // of the last event that had one; "" where none had
  std::string name;  // "message" where it has none
  std::string data;  // lines with '\n' between them
};

class EventReader {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{64} * 1024;
  static constexpr std::size_t kLargestEvent = std::size_t{256} * 1024;
  static constexpr std::size_t kLongestId = 200;

  explicit EventReader(std::function<void(const Event&)> take) : take_(std::move(take)) {}

  /// Throws Error(limit_exceeded) for a line or an event that is too large, and what the taker throws.
  void put(ByteView bytes);
  /// A new connection: what was cut off is forgotten, the last id stays.
  void start_anew();
  /// For Last-Event-ID: of the last event that came whole.
  const std::string& last_id() const { return last_id_; }

 private:
  void end_line();
  void take_field(std::string_view name, std::string_view value);
  void end_event();

  std::function<void(const Event&)> take_;
  Event event_;
  std::string last_id_;
  std::string line_;
  bool has_data_ = false;
  bool after_return_ = false;  // a '\n' after a '\r' belongs to it
};

}  // namespace rehome::site_client
