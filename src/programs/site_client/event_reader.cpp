// SPDX-License-Identifier: Apache-2.0
#include "programs/site_client/event_reader.h"

#include <algorithm>

#include "base/core/error.h"

namespace rehome::site_client {

namespace {

/// It goes back in a header.
bool is_id(std::string_view text) {
  return text.size() <= EventReader::kLongestId &&
         std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter < '\x7f'; });
}

}  // namespace

void EventReader::put(ByteView bytes) {
  for (const char letter : as_text(bytes)) {
    const bool belongs_to_last = letter == '\n' && after_return_;
    after_return_ = letter == '\r';
    if (belongs_to_last) continue;
    if (letter == '\n' || letter == '\r') {
      end_line();
    } else if (line_.size() < kLongestLine) {
      line_ += letter;
    } else {
      throw Error(ErrorCode::limit_exceeded, "a line of the event stream is longer than any that a site sends");
    }
  }
}

void EventReader::start_anew() {
  event_ = {.id = last_id_, .name = {}, .data = {}};
  line_.clear();
  has_data_ = after_return_ = false;
}

void EventReader::end_line() {
  const std::string line = std::exchange(line_, {});
  if (line.empty()) return end_event();
  const std::size_t colon = std::min(line.find(':'), line.size());
  std::string_view value = std::string_view(line).substr(std::min(colon + 1, line.size()));
  if (value.starts_with(' ')) value.remove_prefix(1);
  take_field(std::string_view(line).substr(0, colon), value);
}

/// Comments have no name, and what else there is does not matter here.
void EventReader::take_field(std::string_view name, std::string_view value) {
  if (name == "event") event_.name = value;
  if (name == "id" && is_id(value)) event_.id = value;
  if (name != "data") return;
  if (event_.data.size() + value.size() >= kLargestEvent) {
    throw Error(ErrorCode::limit_exceeded, "an event of the stream is larger than any that a site sends");
  }
  if (has_data_) event_.data += '\n';
  event_.data += value;
  has_data_ = true;
}

void EventReader::end_event() {
  Event event = std::exchange(event_, {});
  event_.id = last_id_ = event.id;
  if (!std::exchange(has_data_, false)) return;
  if (event.name.empty()) event.name = "message";
  take_(event);
}

}  // namespace rehome::site_client
