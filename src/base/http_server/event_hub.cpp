// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/event_hub.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/core/error.h"

namespace rehome::http {
namespace {

std::string text_of(const std::string& id, std::string_view event, std::string_view data) {
  std::string text = "id: " + id + "\nevent: " + std::string(event) + "\n";
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
  for (const auto& stream : state_.lock()->streams) stream->end();
}

void EventHub::forget_ended(Streams& streams) {
  std::erase_if(streams, [](const auto& stream) { return stream->ended(); });
}

void EventHub::keep(State& state, const std::string& text) const {
  state.kept.push_back(text);
  state.kept_bytes += text.size();
  while (state.kept_bytes > limits_.kept_bytes) {
    state.kept_bytes -= state.kept.front().size();
    state.kept.pop_front();
  }
}

std::string EventHub::missed_since(const State& state, std::string_view last_id) const {
  if (last_id.empty()) return {};
  const std::string life = life_ + "-";
  std::uint64_t last = 0;
  const bool is_ours = last_id.starts_with(life);
  if (is_ours) std::from_chars(last_id.data() + life.size(), last_id.data() + last_id.size(), last);
  const bool is_known = is_ours && last <= state.number && state.number - last <= state.kept.size();
  if (!is_known) return text_of(life + std::to_string(state.number), "missed", "{}");
  std::string text;
  for (std::size_t at = state.kept.size() - (state.number - last); at < state.kept.size(); ++at) text += state.kept[at];
  return text;
}

std::shared_ptr<EventStream> EventHub::subscribe(std::string_view last_id) {
  auto state = state_.lock();
  forget_ended(state->streams);
  if (state->streams.size() >= limits_.listeners) {
    throw Error(ErrorCode::busy, "too many listen to the events already: close one of them");
  }
  return state->streams.emplace_back(
      std::make_shared<EventStream>(limits_.pending_bytes, missed_since(*state, last_id)));
}

void EventHub::publish(std::string_view event, std::string_view data) {
  auto state = state_.lock();
  const std::string text = text_of(life_ + "-" + std::to_string(++state->number), event, data);
  keep(*state, text);
  std::erase_if(state->streams, [&](const auto& stream) { return !stream->push(text); });
}

std::size_t EventHub::listeners() {
  auto state = state_.lock();
  forget_ended(state->streams);
  return state->streams.size();
}

}  // namespace rehome::http
