// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/event_hub.h"

#include <algorithm>
#include <utility>

#include "base/core/error.h"

namespace rehome::http {
namespace {

std::string text_of(std::string_view event, std::string_view data) {
  std::string text = "event: " + std::string(event) + "\n";
  for (;;) {
    const std::size_t end = std::min(data.find('\n'), data.size());
    text.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == data.size()) return text + "\n";
    data.remove_prefix(end + 1);
  }
}

}  // namespace

std::string EventStream::take() { return std::exchange(state_.lock()->pending, {}); }

bool EventStream::ended() { return state_.lock()->ended; }

void EventStream::on_news(std::function<void()> wake) {
  auto state = state_.lock();
  state->wake = std::move(wake);
  if (state->wake && (state->ended || !state->pending.empty())) state->wake();
}

void EventStream::end() {
  auto state = state_.lock();
  state->ended = true;
  state->pending.clear();
  if (state->wake) state->wake();
}

bool EventStream::push(const std::string& text) {
  auto state = state_.lock();
  if (state->ended) return false;
  if (state->pending.size() + text.size() > most_pending_bytes_) {
    state->ended = true;
    state->pending.clear();
  } else {
    state->pending += text;
  }
  // Under the lock, so that on_news(nullptr) can promise that no call is running.
  if (state->wake) state->wake();
  return !state->ended;
}

EventHub::~EventHub() {
  for (const auto& stream : *streams_.lock()) stream->end();
}

void EventHub::forget_ended(Streams& streams) {
  std::erase_if(streams, [](const auto& stream) { return stream->ended(); });
}

std::shared_ptr<EventStream> EventHub::subscribe() {
  auto streams = streams_.lock();
  forget_ended(*streams);
  if (streams->size() >= limits_.listeners) {
    throw Error(ErrorCode::busy, "too many listen to the events already: close one of them");
  }
  return streams->emplace_back(std::make_shared<EventStream>(limits_.pending_bytes));
}

void EventHub::publish(std::string_view event, std::string_view data) {
  const std::string text = text_of(event, data);
  std::erase_if(*streams_.lock(), [&](const auto& stream) { return !stream->push(text); });
}

std::size_t EventHub::listeners() {
  auto streams = streams_.lock();
  forget_ended(*streams);
  return streams->size();
}

}  // namespace rehome::http
