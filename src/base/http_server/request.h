// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a client asks for, as a handler sees it: everything in it is hostile but within the server's limits, except the
// certificate, which one of the trusted authorities signed. Belongs to the thread that runs the handler.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/codec/certificate.h"
#include "base/core/bytes.h"
#include "base/http_server/target.h"

namespace rehome::http {

/// Names in lower case; what came in several fields of one name is joined with ", ".
using Headers = std::map<std::string, std::string, std::less<>>;

/// A body as it arrives.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// As announced; nullopt where the client did not say.
  virtual std::optional<std::uint64_t> size() const = 0;
  /// Waits for at least one byte and returns how many; 0 only at the end, which is where it was announced. Throws
  /// Error(incomplete) where the body ends early or stalls, and Error(limit_exceeded) above the route's limit.
  virtual std::size_t read(std::span<std::uint8_t> out) = 0;
  /// What is left of it, as text. For bodies that the route's limit keeps small.
  std::string read_all();
};

/// A certificate that the client has shown and holds the key of.
struct ClientCertificate {
  std::string pem;
  CertificateInfo info;
};

struct Request {
  std::string method;  // as sent: "GET"
  Target target;
  Headers headers;
  std::string peer_address;                        // "192.0.2.7", without the port
  const ClientCertificate* certificate = nullptr;  // null where none was shown
  BodyReader& body;

  /// "" where there is no such field.
  std::string_view header(std::string_view lower_case_name) const;
};

}  // namespace rehome::http
