// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/internal/response_head.h"

#include <stdexcept>
#include <string_view>

namespace rehome::http {
namespace {

struct StatusText {
  int status;
  std::string_view text;
};

constexpr StatusText kTexts[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
    {507, "Insufficient Storage"},
};

std::string_view text_of(int status) {
  for (const StatusText& row : kTexts) {
    if (row.status == status) return row.text;
  }
  return "Other";
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
  // Else whoever chose the text could answer in the server's name.
  if (name.find_first_of("\r\n:") != std::string_view::npos || value.find_first_of("\r\n") != std::string_view::npos) {
    throw std::invalid_argument("a header field of a response has more than one line");
  }
  head.append(name).append(": ").append(value).append("\r\n");
}

void append_length(std::string& head, const Response& response) {
  if (response.status == 204 || response.status == 304) return;
  if (const auto* text = std::get_if<std::string>(&response.body)) {
    append_field(head, "Content-Length", std::to_string(text->size()));
  } else if (const auto* pulled = std::get_if<PulledBody>(&response.body)) {
    append_field(head, "Content-Length", std::to_string(pulled->size));
  } else {
    append_field(head, "Content-Type", "text/event-stream");
    append_field(head, "Cache-Control", "no-store");
  }
}

}  // namespace

std::string response_head(const Response& response, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(text_of(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers) append_field(head, name, value);
  append_length(head, response);
  append_field(head, "Connection", keep_alive ? "keep-alive" : "close");
  return head + "\r\n";
}

}  // namespace rehome::http
