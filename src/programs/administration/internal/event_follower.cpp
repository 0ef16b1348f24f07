// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/event_follower.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "base/core/error.h"

namespace rehome::administration {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{1000};
constexpr milliseconds kLongestPause{30'000};
constexpr milliseconds kStep{100};

class Follower {
 public:
  explicit Follower(EventFollowing following)
      : following_(std::move(following)), client_(one_attempt(std::move(following_.site))) {}

  void run() {
    while (!stop_()) {
      const std::optional<Error> loss = listen();
      if (stop_()) return;
      if (loss && !is_passing(*loss)) throw *loss;
      if (was_connected_) {
        following_.say("the connection to the site is lost" + (loss ? ": " + loss->message() : std::string()) +
                       "; connecting again");
      }
      was_connected_ = false;
      pause();
    }
  }

 private:
  /// Connecting again is done here, with the id of the last event.
  transport::HttpClientOptions one_attempt(transport::HttpClientOptions options) {
    options.retries = 0;
    stop_ = options.stop;
    return options;
  }

  /// Only what was connected once is waited for.
  bool is_passing(const Error& loss) const {
    return has_been_connected_ && (loss.code() == ErrorCode::unreachable || loss.code() == ErrorCode::busy);
  }

  /// Until the connection ends; why, unless the site ended it in good order.
  std::optional<Error> listen() {
    reader_.start_anew();
    transport::HttpRequest request{.method = transport::HttpMethod::get, .path = "/api/v1/events"};
    if (!reader_.last_id().empty()) request.headers = {{"Last-Event-ID", reader_.last_id()}};
    request.take = [this](ByteView piece) {
      note_connected();
      reader_.put(piece);
      return true;
    };
    try {
      client_.request(request);
      return std::nullopt;
    } catch (const Error& error) {
      return error;
    }
  }

  void note_connected() {
    if (!was_connected_ && has_been_connected_) following_.say("connected again");
    was_connected_ = has_been_connected_ = true;
    next_pause_ = kFirstPause;
  }

  void pause() {
    for (milliseconds left = next_pause_; left > milliseconds(0) && !stop_(); left -= kStep) {
      std::this_thread::sleep_for(kStep);
    }
    next_pause_ = std::min(2 * next_pause_, kLongestPause);
  }

  std::function<bool()> stop_;
  EventFollowing following_;
  transport::HttpClient client_;
  site_client::EventReader reader_{[this](const site_client::Event& event) { following_.take(event); }};
  bool was_connected_ = false;
  bool has_been_connected_ = false;
  milliseconds next_pause_ = kFirstPause;
};

}  // namespace

void follow_events(EventFollowing following) { Follower(std::move(following)).run(); }

}  // namespace rehome::administration
