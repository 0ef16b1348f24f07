// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/internal/http_address.h"

#include <curl/curl.h>
#include <memory>

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome::transport {
namespace {

constexpr std::size_t kLongestUrl = 2000;

struct UrlFree {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};

/// Empty where the part is absent.
std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_plain(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '-' ||
         byte == '.' || byte == '_' || byte == '~';
}

void append_escaped(std::string& url, std::string_view text, bool is_path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char byte : text) {
    if (is_plain(byte) || (is_path && byte == '/')) {
      url += byte;
    } else {
      const auto value = static_cast<unsigned char>(byte);
      url += {'%', kDigits[value >> 4], kDigits[value & 15]};
    }
  }
}

}  // namespace

HttpAddress parse_base_url(std::string_view url) {
  const std::string text(url.substr(0, url.find_last_not_of('/') + 1));
  const std::unique_ptr<CURLU, UrlFree> parsed(curl_url());
  const bool good = text.size() <= kLongestUrl &&
                    text.find_first_of(std::string_view("?#@\0", 4)) == std::string::npos &&
                    curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
                    part_of(parsed.get(), CURLUPART_SCHEME) == "https";
  if (!good) {
    throw Error(ErrorCode::invalid_argument, "\"" + printable(url.substr(0, kLongestUrl)) +
                                                 "\" is no address of a server: it must be like "
                                                 "https://smp.example.org:8443, without user, password or query");
  }
  return {.base_url = text,
          .server =
              part_of(parsed.get(), CURLUPART_HOST) + ":" + part_of(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT)};
}

std::string make_url(std::string_view base_url, std::string_view path,
                     const std::vector<std::pair<std::string, std::string>>& query) {
  std::string url(base_url);
  append_escaped(url, path, true);
  char separator = '?';
  for (const auto& [name, value] : query) {
    url += separator;
    append_escaped(url, name, false);
    url += '=';
    append_escaped(url, value, false);
    separator = '&';
  }
  return url;
}

}  // namespace rehome::transport
