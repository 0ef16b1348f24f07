// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/internal/http_exchange.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/core/error.h"
#include "base/core/words.h"

namespace rehome::transport {
namespace {

constexpr std::size_t kMostHeaderBytes = std::size_t{64} * 1024;
/// Of an answer that is an error: its explanation and no more.
constexpr std::uint64_t kMostProblemBytes = std::uint64_t{64} * 1024;
/// A server may announce any length; memory is taken for this much before a byte has come.
constexpr std::uint64_t kMostReserved = std::uint64_t{64} << 20;

bool is_success(int status) { return status >= 200 && status < 300; }

/// 0 where it is absent or no number.
std::uint64_t announced_length(const HttpResponse& response) {
  const auto found = response.headers.find("content-length");
  std::uint64_t length = 0;
  if (found != response.headers.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), length);
  }
  return length;
}

void check_header(std::string_view text) {
  const bool plain = std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
  if (!plain) throw Error(ErrorCode::invalid_argument, "a header of a request has control characters in it");
}

}  // namespace

void HttpExchange::prepare(CURL* handle, const std::string& url, const Headers& common) {
  set_option(handle, CURLOPT_URL, url.c_str());
  set_option(handle, CURLOPT_ERRORBUFFER, &failure_[0]);
  set_option(handle, CURLOPT_HEADERFUNCTION, &on_header);
  set_option(handle, CURLOPT_HEADERDATA, this);
  set_option(handle, CURLOPT_WRITEFUNCTION, &on_body);
  set_option(handle, CURLOPT_WRITEDATA, this);
  set_option(handle, CURLOPT_READFUNCTION, &on_send);
  set_option(handle, CURLOPT_READDATA, this);
  set_option(handle, CURLOPT_SEEKFUNCTION, &on_rewind);
  set_option(handle, CURLOPT_SEEKDATA, this);
  set_option(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
  set_option(handle, CURLOPT_XFERINFODATA, this);
  set_option(handle, CURLOPT_NOPROGRESS, 0L);
  set_option(handle, CURLOPT_PREREQFUNCTION, &on_request);
  set_option(handle, CURLOPT_PREREQDATA, this);
  set_method(handle);
  // Without this libcurl waits up to a second for the leave to send a large body.
  append(headers_, "Expect:");
  add_headers(common);
  add_headers(request_.headers);
  set_option(handle, CURLOPT_HTTPHEADER, headers_.get());
}

void HttpExchange::set_method(CURL* handle) {
  const auto size = static_cast<curl_off_t>(body_size());
  switch (request_.method) {
    case HttpMethod::get:
      set_option(handle, CURLOPT_HTTPGET, 1L);
      break;
    case HttpMethod::head:
      set_option(handle, CURLOPT_NOBODY, 1L);
      break;
    case HttpMethod::put:
      set_option(handle, CURLOPT_UPLOAD, 1L);
      set_option(handle, CURLOPT_INFILESIZE_LARGE, size);
      break;
    case HttpMethod::post:
      set_option(handle, CURLOPT_POST, 1L);
      set_option(handle, CURLOPT_POSTFIELDSIZE_LARGE, size);
      break;
    case HttpMethod::patch:
      set_option(handle, CURLOPT_POST, 1L);
      set_option(handle, CURLOPT_POSTFIELDSIZE_LARGE, size);
      set_option(handle, CURLOPT_CUSTOMREQUEST, "PATCH");
      break;
    case HttpMethod::remove:
      set_option(handle, CURLOPT_HTTPGET, 1L);
      set_option(handle, CURLOPT_CUSTOMREQUEST, "DELETE");
      break;
  }
}

void HttpExchange::add_headers(const Headers& headers) {
  for (const auto& [name, value] : headers) {
    check_header(name);
    check_header(value);
    std::string line = name;
    line.append(": ").append(value);
    append(headers_, line);
  }
}

CURLcode HttpExchange::perform(CURL* handle) {
  const CURLcode code = curl_easy_perform(handle);
  if (callback_failure_) std::rethrow_exception(callback_failure_);
  if (stopped_) throw Error(ErrorCode::cancelled, "the transfer was stopped");
  if (ended_by_taker_) return CURLE_OK;
  const bool is_answer = is_success(response_.status) || std::ranges::count(request_.expected, response_.status) > 0;
  if (too_large_ && is_answer) {
    throw Error(ErrorCode::limit_exceeded,
                "the answer has more than the " + std::to_string(request_.most_response_bytes) + " bytes it may have");
  }
  return too_large_ ? CURLE_OK : code;  // the explanation of a failure is cut, not refused
}

std::uint64_t HttpExchange::most_body_bytes() const {
  return is_success(response_.status) ? request_.most_response_bytes : kMostProblemBytes;
}

std::size_t HttpExchange::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMostHeaderBytes) {
    too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {  // also of an interim answer, whose headers are forgotten
    response_.headers.clear();
    response_.status = 0;
    const std::size_t blank = line.find(' ');
    if (blank != std::string_view::npos) {
      std::from_chars(line.data() + blank + 1, line.data() + line.size(), response_.status);
    }
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    std::string& value = response_.headers[lower_word(without_blanks_around(line.substr(0, colon)))];
    if (!value.empty()) value += ", ";
    value += without_blanks_around(line.substr(colon + 1));
  }
  return line.size();
}

bool HttpExchange::give_away(ByteView bytes) {
  given_ = true;
  ended_by_taker_ = !request_.take(bytes);
  return !ended_by_taker_;
}

std::size_t HttpExchange::take_body(ByteView bytes) {
  const bool is_given_away = request_.take && is_success(response_.status);
  if (!(is_given_away ? give_away(bytes) : keep_body(bytes))) return 0;
  stopped_ = !flow_.pause(flow_.download.pause_after(bytes.size(), std::chrono::steady_clock::now()));
  return stopped_ ? 0 : bytes.size();
}

bool HttpExchange::keep_body(ByteView bytes) {
  Bytes& body = response_.body;
  const std::uint64_t most = most_body_bytes();
  const std::uint64_t announced = announced_length(response_);
  if (bytes.size() > most - body.size() || (is_success(response_.status) && announced > most)) {
    too_large_ = true;
    return false;
  }
  if (body.empty()) body.reserve(std::max<std::uint64_t>(bytes.size(), std::min({announced, most, kMostReserved})));
  body.insert(body.end(), bytes.begin(), bytes.end());
  return true;
}

std::size_t HttpExchange::give_body(std::span<std::uint8_t> out) {
  out = out.first(
      std::min<std::uint64_t>({out.size(), body_size() - std::min(sent_, body_size()), flow_.upload.piece()}));
  std::size_t count = out.size();
  if (request_.body.read) {
    count = request_.body.read(sent_, out);
    if (count != out.size()) {
      throw Error(ErrorCode::incomplete, "what was to be sent ended before the size it was said to have");
    }
  } else if (count > 0) {
    std::memcpy(out.data(), request_.body.bytes.data() + sent_, count);
  }
  sent_ += count;
  stopped_ = !flow_.pause(flow_.upload.pause_after(count, std::chrono::steady_clock::now()));
  return stopped_ ? CURL_READFUNC_ABORT : count;
}

std::size_t HttpExchange::on_header(char* text, std::size_t, std::size_t size, void* self) {
  return static_cast<HttpExchange*>(self)->take_header({text, size});
}

std::size_t HttpExchange::on_body(char* bytes, std::size_t, std::size_t size, void* self) {
  auto* exchange = static_cast<HttpExchange*>(self);
  try {
    return exchange->take_body(as_bytes({bytes, size}));
  } catch (...) {  // no exception may pass through libcurl
    exchange->callback_failure_ = std::current_exception();
    return 0;
  }
}

std::size_t HttpExchange::on_send(char* out, std::size_t, std::size_t room, void* self) {
  auto* exchange = static_cast<HttpExchange*>(self);
  try {
    return exchange->give_body({reinterpret_cast<std::uint8_t*>(out), room});
  } catch (...) {  // no exception may pass through libcurl
    exchange->callback_failure_ = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
}

int HttpExchange::on_rewind(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_FAIL;
  static_cast<HttpExchange*>(self)->sent_ = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

int HttpExchange::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto* exchange = static_cast<HttpExchange*>(self);
  exchange->stopped_ = exchange->stopped_ || !exchange->flow_.pause({});
  return exchange->stopped_ ? 1 : 0;
}

// Also called where libcurl finds a kept connection dead and sends the request again by itself.
int HttpExchange::on_request(void* self, char*, char*, int, int) {
  ++static_cast<HttpExchange*>(self)->response_.times_sent;
  return CURL_PREREQFUNC_OK;
}

}  // namespace rehome::transport
