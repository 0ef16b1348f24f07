// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/internal/http_failure.h"

#include "model/outcome.h"

namespace rehome::transport {
namespace {

constexpr std::size_t kLongestDetail = 300;
constexpr int kMostInChain = 16;

/// With TLS 1.3 a client may learn no more than this of a server that refused its certificate.
constexpr const char* kCut =
    "the connection was cut; where that is so each time, the server may not take this computer's certificate";

struct Meaning {
  CURLcode code;
  ErrorCode error;
  bool may_pass;
  const char* remedy;
};

constexpr Meaning kMeanings[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ErrorCode::unreachable, true, "check its name and this computer's name servers"},
    {CURLE_COULDNT_RESOLVE_PROXY, ErrorCode::unreachable, true, "check the proxy's name"},
    {CURLE_COULDNT_CONNECT, ErrorCode::unreachable, true, "check that the server runs and that no firewall is between"},
    {CURLE_OPERATION_TIMEDOUT, ErrorCode::unreachable, true, "the network or the server is too slow or gone"},
    {CURLE_PARTIAL_FILE, ErrorCode::unreachable, true, "the connection was cut"},
    {CURLE_GOT_NOTHING, ErrorCode::unreachable, true, "the server closed the connection without an answer"},
    {CURLE_SEND_ERROR, ErrorCode::unreachable, true, kCut},
    {CURLE_RECV_ERROR, ErrorCode::unreachable, true, kCut},
    {CURLE_SSL_CONNECT_ERROR, ErrorCode::unreachable, true, "check that this port speaks TLS 1.2 or newer"},
    {CURLE_PEER_FAILED_VERIFICATION, ErrorCode::refused, false,
     "its certificate is not trusted: check the address, this computer's clock, and the authority it was enrolled "
     "with"},
    {CURLE_SSL_CERTPROBLEM, ErrorCode::invalid_argument, false,
     "this computer's own certificate or key cannot be used"},
    {CURLE_SSL_CACERT_BADFILE, ErrorCode::invalid_argument, false, "the certificates to trust cannot be used"},
    {CURLE_PROXY, ErrorCode::unreachable, true, "check the proxy"},
};

/// The server ended the handshake itself, by a TLS alert: sending again changes nothing.
bool is_refusal_by_server(CURLcode code, std::string_view detail) {
  return (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR) &&
         detail.find(" alert ") != std::string_view::npos;
}

}  // namespace

HttpFailure failure_of(CURLcode code, CURL* handle, std::string_view detail, std::string_view server) {
  Meaning meaning{code, ErrorCode::unreachable, false, "check the address"};
  for (const Meaning& row : kMeanings) {
    if (row.code == code) meaning = row;
  }
  if (is_refusal_by_server(code, detail)) {
    meaning = {code, ErrorCode::permission_denied, false,
               "the server wants a certificate of this computer, or another one: enrol it, or renew its certificate"};
  }
  long system_code = 0;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &system_code);
  const std::string_view cause = detail.empty() ? curl_easy_strerror(code) : detail;
  return {.error = Error(meaning.error,
                         "cannot speak with " + std::string(server) + ": " +
                             printable(cause.substr(0, kLongestDetail)) + ": " + meaning.remedy,
                         static_cast<int>(system_code)),
          .may_pass = meaning.may_pass};
}

std::vector<std::string> presented_chain(CURL* handle) {
  constexpr std::string_view kCertificate = "Cert:";
  std::vector<std::string> chain;
  curl_certinfo* info = nullptr;
  if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &info) != CURLE_OK || info == nullptr) return chain;
  for (int place = 0; place < info->num_of_certs && place < kMostInChain; ++place) {
    for (const curl_slist* line = info->certinfo[place]; line != nullptr; line = line->next) {
      const std::string_view text(line->data);
      if (text.starts_with(kCertificate)) chain.emplace_back(text.substr(kCertificate.size()));
    }
  }
  return chain;
}

}  // namespace rehome::transport
