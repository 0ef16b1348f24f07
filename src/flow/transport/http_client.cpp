// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/http_client.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "base/codec/certificate.h"
#include "base/core/error.h"
#include "base/core/locked.h"
#include "flow/transport/internal/curl_handle.h"
#include "flow/transport/internal/http_address.h"
#include "flow/transport/internal/http_exchange.h"
#include "flow/transport/internal/http_failure.h"
#include "flow/transport/internal/http_problem.h"
#include "model/outcome.h"

namespace rehome::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kMostRetries = 30;
constexpr seconds kLongestDelay{600};
constexpr milliseconds kStep{100};  // how soon a wait notices that it is to end
constexpr long kReceiveBuffer = 256 * 1024;
constexpr long kSendBuffer = 128 * 1024;
constexpr std::size_t kLongestPathShown = 200;

void check_options(const HttpClientOptions& options) {
  const auto require = [](bool good, const char* message) {
    if (!good) throw Error(ErrorCode::invalid_argument, message);
  };
  require(options.retries >= 0 && options.retries <= kMostRetries, "a transfer is tried again 0 to 30 times");
  require(options.retry_delay >= seconds(0) && options.retry_delay <= kLongestDelay,
          "between two attempts at a transfer lie 0 to 600 seconds");
  require(options.connect_timeout >= seconds(1) && options.stall_timeout >= seconds(1),
          "a time-out is at least one second");
  require(options.certificate.empty() == options.private_key.empty(),
          "a client's certificate and its private key are given together or not at all");
  require(std::ranges::all_of(options.bearer_token.view(), [](std::uint8_t c) { return c > ' ' && c < 0x7f; }),
          "the token for the server has a blank or a control character in it");
  if (!options.ca_bundle.empty()) split_trust_bundle(options.ca_bundle);
}

bool is_repeatable(HttpMethod method) { return method != HttpMethod::post && method != HttpMethod::patch; }

bool is_passing(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

std::string_view name_of(HttpMethod method) {
  switch (method) {
    case HttpMethod::get:
      return "GET";
    case HttpMethod::head:
      return "HEAD";
    case HttpMethod::put:
      return "PUT";
    case HttpMethod::post:
      return "POST";
    case HttpMethod::patch:
      return "PATCH";
    case HttpMethod::remove:
      return "DELETE";
  }
  return "GET";
}

/// libcurl reads from our memory, which outlives every handle.
curl_blob blob_of(ByteView bytes) {
  return {.data = const_cast<std::uint8_t*>(bytes.data()), .len = bytes.size(), .flags = CURL_BLOB_NOCOPY};
}

void set_blob(CURL* handle, CURLoption option, ByteView bytes) {
  curl_blob blob = blob_of(bytes);
  set_option(handle, option, &blob);
}

void set_proxy(CURL* handle, const HttpProxy& proxy) {
  if (proxy.mode == HttpProxy::Mode::none) set_option(handle, CURLOPT_PROXY, "");
  if (proxy.mode == HttpProxy::Mode::given) {
    set_option(handle, CURLOPT_PROXY, proxy.url.c_str());
    set_option(handle, CURLOPT_NOPROXY, "");  // or the environment's exceptions would hold
  }
  set_option(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

/// What is the same in every request and at first contact.
void set_connection_options(CURL* handle, const HttpClientOptions& options) {
  set_option(handle, CURLOPT_PROTOCOLS_STR, "https");
  set_option(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set_option(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set_option(handle, CURLOPT_PATH_AS_IS, 1L);
  set_option(handle, CURLOPT_NOSIGNAL, 1L);
  set_option(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set_option(handle, CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_timeout.count()));
  set_option(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set_option(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_timeout.count()));
  set_option(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  set_proxy(handle, options.proxy);
}

void set_identity(CURL* handle, const HttpClientOptions& options) {
  set_option(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set_option(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_bundle.empty()) {
    set_blob(handle, CURLOPT_CAINFO_BLOB, as_bytes(options.ca_bundle));
    // The folder of the system's authorities would be trusted beside the bundle.
    set_option(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!options.certificate.empty()) {
    set_option(handle, CURLOPT_SSLCERTTYPE, "PEM");
    set_blob(handle, CURLOPT_SSLCERT_BLOB, as_bytes(options.certificate));
    set_option(handle, CURLOPT_SSLKEYTYPE, "PEM");
    set_blob(handle, CURLOPT_SSLKEY_BLOB, options.private_key.view());
  }
  if (!options.bearer_token.empty()) {
    set_option(handle, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
    const std::string token(as_text(options.bearer_token.view()));
    set_option(handle, CURLOPT_XOAUTH2_BEARER, token.c_str());
  }
}

}  // namespace

class HttpClient::Connections {
 public:
  explicit Connections(HttpClientOptions options)
      : options_(std::move(options)),
        address_(parse_base_url(options_.base_url)),
        upload_(options_.bytes_per_second),
        download_(options_.bytes_per_second) {
    check_options(options_);
  }

  HttpResponse request(const HttpRequest& request);
  const std::string& base_url() const { return address_.base_url; }

 private:
  struct Attempt {
    HttpResponse response;
    std::optional<Error> failure;
    bool may_repeat = false;
    seconds wanted_delay{0};
  };

  Attempt attempt(const HttpRequest& request, const std::string& url);
  void configure(CURL* handle, HttpExchange& exchange, const std::string& url) const;
  CurlHandle borrow();
  bool pause(std::chrono::nanoseconds duration) const;

  const HttpClientOptions options_;
  const HttpAddress address_;
  RateLimit upload_;
  RateLimit download_;
  Locked<std::vector<CurlHandle>> idle_;
};

CurlHandle HttpClient::Connections::borrow() {
  auto idle = idle_.lock();
  if (idle->empty()) return new_curl_handle();
  CurlHandle handle = std::move(idle->back());  // the one whose connection was used last
  idle->pop_back();
  return handle;
}

bool HttpClient::Connections::pause(std::chrono::nanoseconds duration) const {
  while (true) {
    if (options_.stop && options_.stop()) return false;
    if (duration <= std::chrono::nanoseconds(0)) return true;
    const auto step = std::min<std::chrono::nanoseconds>(duration, kStep);
    if (options_.sleep) {
      options_.sleep(std::chrono::ceil<milliseconds>(step));
    } else {
      std::this_thread::sleep_for(step);
    }
    duration -= step;
  }
}

void HttpClient::Connections::configure(CURL* handle, HttpExchange& exchange, const std::string& url) const {
  set_connection_options(handle, options_);
  set_identity(handle, options_);
  set_option(handle, CURLOPT_BUFFERSIZE, std::min<long>(kReceiveBuffer, static_cast<long>(download_.piece())));
  set_option(handle, CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
  exchange.prepare(handle, url, options_.headers);
}

HttpClient::Connections::Attempt HttpClient::Connections::attempt(const HttpRequest& request, const std::string& url) {
  HttpExchange exchange(
      request, {.upload = upload_, .download = download_, .pause = [this](auto duration) { return pause(duration); }});
  CurlHandle handle = borrow();
  configure(handle.get(), exchange, url);
  const CURLcode code = exchange.perform(handle.get());
  Attempt result;
  result.response.times_sent = exchange.times_sent();
  if (code != CURLE_OK) {
    const HttpFailure failure = failure_of(code, handle.get(), exchange.failure(), address_.server);
    result.failure = failure.error;
    result.may_repeat =
        failure.may_pass && !exchange.has_given() && (is_repeatable(request.method) || exchange.times_sent() == 0);
  } else {
    result.response = exchange.take_response();
    result.may_repeat = is_repeatable(request.method) && is_passing(result.response.status);
    curl_off_t delay = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RETRY_AFTER, &delay);
    result.wanted_delay = seconds(std::clamp<curl_off_t>(delay, 0, kLongestDelay.count()));
  }
  curl_easy_reset(handle.get());  // keeps the connection, and nothing that points to this attempt
  idle_.lock()->push_back(std::move(handle));
  return result;
}

HttpResponse HttpClient::Connections::request(const HttpRequest& request) {
  const std::string url = make_url(address_.base_url, request.path, request.query);
  int times_sent = 0;
  for (int retries_left = options_.retries;; --retries_left) {
    Attempt result = attempt(request, url);
    times_sent += result.response.times_sent;
    if (result.may_repeat && retries_left > 0) {
      if (!pause(std::max(options_.retry_delay, result.wanted_delay))) {
        throw Error(ErrorCode::cancelled, "the transfer was stopped");
      }
      continue;
    }
    const int status = result.response.status;
    if (!result.failure && ((status >= 200 && status < 300) || std::ranges::count(request.expected, status) > 0)) {
      result.response.times_sent = times_sent;
      return std::move(result.response);
    }
    Error error = result.failure ? *result.failure : problem_of(result.response, address_.server);
    if (retries_left < options_.retries) {
      error.add_context("after " + std::to_string(options_.retries - retries_left + 1) + " attempts");
    }
    throw error.add_context(std::string(name_of(request.method)) + " " +
                            printable(url.substr(address_.base_url.size(), kLongestPathShown)));
  }
}

HttpClient::HttpClient(HttpClientOptions options) : connections_(std::make_unique<Connections>(std::move(options))) {}
HttpClient::~HttpClient() = default;
HttpResponse HttpClient::request(const HttpRequest& request) { return connections_->request(request); }
const std::string& HttpClient::base_url() const { return connections_->base_url(); }

std::string fetch_pinned_certificate(const HttpClientOptions& options, std::string_view fingerprint) {
  const HttpAddress address = parse_base_url(options.base_url);
  const CurlHandle handle = new_curl_handle();
  char failure[CURL_ERROR_SIZE] = {};
  set_connection_options(handle.get(), options);
  set_option(handle.get(), CURLOPT_URL, address.base_url.c_str());
  set_option(handle.get(), CURLOPT_ERRORBUFFER, &failure[0]);
  // The handshake is all that happens: what is trusted afterwards is the caller's fingerprint alone.
  set_option(handle.get(), CURLOPT_CONNECT_ONLY, 1L);
  set_option(handle.get(), CURLOPT_CERTINFO, 1L);
  set_option(handle.get(), CURLOPT_SSL_VERIFYPEER, 0L);
  set_option(handle.get(), CURLOPT_SSL_VERIFYHOST, 0L);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code != CURLE_OK) throw failure_of(code, handle.get(), &failure[0], address.server).error;
  for (const std::string& certificate : presented_chain(handle.get())) {
    if (certificate_fingerprint(certificate) == fingerprint) return certificate;
  }
  throw Error(ErrorCode::refused, "no certificate that " + address.server + " presents has the expected fingerprint " +
                                      printable(fingerprint.substr(0, kLongestPathShown)) +
                                      ": compare it with the one the site's administrator gave out; if they are the "
                                      "same, this is another server in its place");
}

}  // namespace rehome::transport
