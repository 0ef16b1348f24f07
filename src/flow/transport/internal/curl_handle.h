// SPDX-License-Identifier: Apache-2.0
#pragma once
// libcurl's handles, owned. A CurlHandle is used by one thread at a time and keeps its connection for the next request.

#include <curl/curl.h>
#include <memory>
#include <string>

#include "base/core/check.h"
#include "base/core/error.h"

namespace rehome::transport {

struct CurlFree {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, CurlFree>;
using CurlList = std::unique_ptr<curl_slist, CurlFree>;

/// Starts libcurl when it is the first; from any thread.
inline CurlHandle new_curl_handle() {
  // This libcurl guards its own start and its end at exit (CURL_VERSION_THREADSAFE); OpenSSL is its TLS.
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  CurlHandle handle(kStarted == CURLE_OK ? curl_easy_init() : nullptr);
  if (handle == nullptr) throw Error(ErrorCode::unsupported, "libcurl cannot be started on this computer");
  return handle;
}

inline void append(CurlList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  check(longer != nullptr, "memory for a header is there");
  [[maybe_unused]] const curl_slist* start = list.release();  // `longer` begins with it now, or it was nothing
  list.reset(longer);
}

/// Sets one option; a bug or a libcurl that was built without it.
template <typename Value>
void set_option(CURL* handle, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  if (code != CURLE_OK) {
    throw Error(ErrorCode::unsupported, "libcurl on this computer does not take option " + std::to_string(option) +
                                            ": " + curl_easy_strerror(code));
  }
}

}  // namespace rehome::transport
