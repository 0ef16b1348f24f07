// SPDX-License-Identifier: Apache-2.0
#pragma once
// Speaks HTTP/1.1 over TLS with one server of a site. In: requests of our own making. Out: responses, hostile but
// within limits, or an Error that names the server, the cause and the remedy. Every connection is TLS 1.2 or newer and
// the server's certificate and name are always verified; no redirect is followed. Any number of threads may call at
// once: each has a connection, which is kept and used again.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/codec/secret.h"
#include "base/core/bytes.h"

namespace rehome::transport {

struct HttpProxy {
  enum class Mode { none, from_environment, given };
  Mode mode = Mode::from_environment;  // https_proxy and no_proxy, as other programs understand them
  std::string url;                     // where given: "http://user:password@proxy.example.org:3128"
};

struct HttpClientOptions {
  std::string base_url;     // "https://smp.example.org:8443", a path may follow
  std::string ca_bundle;    // PEM of the authorities to trust, and no others; empty: those this computer trusts
  std::string certificate;  // PEM of this client's own, with private_key; empty: none is shown
  Secret private_key;
  Secret bearer_token;                                       // empty: none is sent
  std::vector<std::pair<std::string, std::string>> headers;  // of every request, besides its own
  HttpProxy proxy;
  std::chrono::seconds connect_timeout{30};
  std::chrono::seconds stall_timeout{60};  // without a single byte in either direction
  std::uint64_t bytes_per_second = 0;      // of all connections together and each direction; 0: no limit
  int retries = 4;                         // 0 to 30, after the first attempt
  std::chrono::seconds retry_delay{5};     // 0 to 600; a server may ask for more, up to 600
  std::string user_agent = "rehome";
  /// Asked at least once a second from every thread that waits; true ends the request with Error(cancelled).
  std::function<bool()> stop;
  /// How a short pause is made; empty: this_thread::sleep_for. For tests.
  std::function<void(std::chrono::milliseconds)> sleep;
};

enum class HttpMethod { get, head, put, post, patch, remove };

/// What a request carries: bytes of the caller, which are not copied, or a reader for what is not in memory.
struct HttpBody {
  ByteView bytes{};
  /// Fills all of `out` from that offset and returns its size. Called again from 0 when the request is sent again.
  std::function<std::size_t(std::uint64_t offset, std::span<std::uint8_t> out)> read{};
  std::uint64_t size = 0;  // of all that `read` gives
};

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string path{};                                        // below the base URL, from its '/', not yet escaped
  std::vector<std::pair<std::string, std::string>> query{};  // not yet escaped
  std::vector<std::pair<std::string, std::string>> headers{};
  HttpBody body{};
  std::uint64_t most_response_bytes = std::uint64_t{1} << 20;
  /// Where set, the body of a success is given to it as it arrives and is not kept; it may be without end, and
  /// most_response_bytes is not asked. False ends the request, which then counts as done; what it throws is thrown.
  /// Once it was given something the request is not sent again.
  std::function<bool(ByteView piece)> take{};
  /// Statuses besides 200 to 299 that the caller looks at itself; every other one is thrown as an Error.
  std::vector<int> expected{};
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  Bytes body;
  /// How often the request went out. Above 1 the server may have acted on an earlier one whose answer was lost.
  int times_sent = 0;
};

class HttpClient {
 public:
  /// Throws Error(invalid_argument) for options that make no sense. Does not connect.
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();

  /// Sends the request, again where a failure is one that may pass (no connection, a lost one, 429, 502, 503, 504) and
  /// sending twice does no harm: all methods but post and patch, which are repeated only where nothing was sent. The
  /// server's own explanation, {"error": "<name of the code>", "message": "..."}, becomes an Error of that code;
  /// without one the status decides. A connection that fails is Error(unreachable), a certificate that is not trusted
  /// Error(refused), a certificate of ours that the server does not take Error(permission_denied).
  HttpResponse request(const HttpRequest& request);

  /// The base URL without a '/' at its end.
  const std::string& base_url() const;

 private:
  class Connections;
  std::unique_ptr<Connections> connections_;
};

/// First contact, when the site's authority is not known yet, only its fingerprint (see certificate_fingerprint()):
/// connects, sends nothing, and returns the one certificate of the chain the server presents that has exactly this
/// fingerprint, as PEM. Throws Error(refused) where none has. It is public, so this proves nothing: give it to a client
/// as ca_bundle, which verifies that the server belongs to it before anything is sent. The options' ca_bundle,
/// certificate and token are not used.
std::string fetch_pinned_certificate(const HttpClientOptions& options, std::string_view fingerprint);

}  // namespace rehome::transport
