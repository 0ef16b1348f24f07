// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/http_blob_store.h"

#include <charconv>
#include <utility>

#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "flow/transport/content_digest.h"
#include "flow/transport/internal/http_problem.h"
#include "model/outcome.h"

namespace rehome::transport {
namespace {

constexpr std::size_t kMostOnPage = 10'000;
constexpr std::uint64_t kMostPageBytes = std::uint64_t{4} << 20;  // of kMostOnPage names of 200 bytes, with room
constexpr std::size_t kMostListed = 10'000'000;
constexpr std::size_t kLongestName = 200;
constexpr std::int64_t kLargestBlob = std::int64_t{1} << 50;
constexpr std::size_t kLongestShown = 100;

[[noreturn]] void refuse_answer(const std::string& why) {
  throw Error(ErrorCode::corrupt, "the server's answer is wrong: " + why);
}

std::string header_of(const HttpResponse& response, std::string_view name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? std::string() : found->second;
}

void require_status(const HttpResponse& response, int status) {
  if (response.status == status) return;
  refuse_answer("it has status " + std::to_string(response.status) + " instead of " + std::to_string(status));
}

/// What `read` makes of a hostile JSON text, whose mistakes are the server's.
template <typename Read>
auto read_answer(const HttpResponse& response, const JsonLimits& limits, Read read) {
  try {
    const Json value = parse_json(as_text(response.body), "the answer", limits);
    JsonFields fields(value, "answer");
    return read(fields);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::corrupt) throw;
    refuse_answer(printable(error.message()));
  }
}

class HttpBlobStore final : public BlobStore {
 public:
  HttpBlobStore(HttpClient& client, std::string prefix) : client_(client), prefix_(std::move(prefix)) {}

  void put(std::string_view name, ByteView content) override;
  Bytes get(std::string_view name, std::uint64_t size_limit) override;
  Bytes get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) override;
  std::optional<std::uint64_t> size_of(std::string_view name) override;
  std::vector<BlobInfo> list(std::string_view prefix) override;
  std::optional<std::uint64_t> free_bytes() override;
  std::string display_name() const override { return client_.base_url() + prefix_; }

 private:
  std::string path_of(std::string_view name) const { return prefix_ + "/blobs/" + std::string(name); }
  bool add_page(std::vector<BlobInfo>& found, std::string_view prefix);
  void check_end(std::string_view name, std::uint64_t offset, std::uint64_t length);
  Error about(std::string_view name, Error error) const;

  HttpClient& client_;
  std::string prefix_;
};

Error HttpBlobStore::about(std::string_view name, Error error) const {
  error.add_context("blob \"" + std::string(name) + "\" of " + display_name());
  return error;
}

/// Where an answer was lost and the request sent again, the name may be taken by this very blob.
bool is_stored_by_us(const HttpResponse& response, const Digest& digest) {
  return response.times_sent > 1 && parse_content_digest(header_of(response, "content-digest")) == digest;
}

void HttpBlobStore::put(std::string_view name, ByteView content) {
  check_blob_name(name);
  const Digest digest = sha256(content);
  HttpRequest request{.method = HttpMethod::put, .path = path_of(name)};
  request.headers = {
      {"If-None-Match", "*"}, {"Content-Digest", content_digest(digest)}, {"Content-Type", "application/octet-stream"}};
  request.body.bytes = content;
  request.expected = {409, 412};
  try {
    const HttpResponse response = client_.request(request);
    if (response.status != 409 && response.status != 412) return require_status(response, 201);
    const Error problem = problem_of(response, client_.base_url());
    if (problem.code() != ErrorCode::already_exists) throw problem;
    if (!is_stored_by_us(response, digest)) throw problem;
  } catch (const Error& error) {
    throw about(name, error);
  }
}

Bytes HttpBlobStore::get(std::string_view name, std::uint64_t size_limit) {
  check_blob_name(name);
  HttpRequest request{.method = HttpMethod::get, .path = path_of(name)};
  request.most_response_bytes = size_limit;
  try {
    HttpResponse response = client_.request(request);
    require_status(response, 200);
    const std::string field = header_of(response, "content-digest");
    const std::optional<Digest> announced = parse_content_digest(field);
    if (announced && *announced != sha256(response.body)) refuse_answer("the content does not have its digest");
    return std::move(response.body);
  } catch (const Error& error) {
    throw about(name, error);
  }
}

/// Throws unless the blob has these bytes, by its size alone.
void HttpBlobStore::check_end(std::string_view name, std::uint64_t offset, std::uint64_t length) {
  const std::optional<std::uint64_t> size = size_of(name);
  if (!size) throw Error(ErrorCode::not_found, "there is no such blob");
  if (offset > *size || length > *size - offset) {
    throw Error(ErrorCode::corrupt, "the blob has only " + std::to_string(*size) + " bytes: it was cut short");
  }
}

/// "bytes 3-6/10" for 3 and 4.
bool is_content_range(std::string_view field, std::uint64_t offset, std::uint64_t length) {
  const std::string wanted = "bytes " + std::to_string(offset) + "-" + std::to_string(offset + length - 1) + "/";
  return field.starts_with(wanted) && field.size() > wanted.size();
}

Bytes HttpBlobStore::get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) {
  check_blob_name(name);
  HttpRequest request{.method = HttpMethod::get, .path = path_of(name)};
  try {
    // Neither can be said in a Range, and no server has the second.
    const bool beyond = offset > kLargestBlob || length > kLargestBlob;
    if (length == 0 || beyond) {
      check_end(name, offset, length);
      if (length == 0) return {};
      refuse_answer("it tells of a blob larger than any can be");
    }
    request.headers = {{"Range", "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + length - 1)}};
    request.most_response_bytes = length;
    request.expected = {416};
    HttpResponse response = client_.request(request);
    if (response.status == 416)
      throw Error(ErrorCode::corrupt, "the blob ends before its expected end: it was cut short");
    require_status(response, 206);
    const std::string field = header_of(response, "content-range");
    if (!is_content_range(field, offset, length) || response.body.size() != length) {
      refuse_answer("it holds the range \"" + printable(field.substr(0, kLongestShown)) + "\" with " +
                    std::to_string(response.body.size()) + " bytes");
    }
    return std::move(response.body);
  } catch (const Error& error) {
    throw about(name, error);
  }
}

std::optional<std::uint64_t> HttpBlobStore::size_of(std::string_view name) {
  check_blob_name(name);
  HttpRequest request{.method = HttpMethod::head, .path = path_of(name)};
  request.expected = {404};
  const HttpResponse response = client_.request(request);
  if (response.status == 404) return std::nullopt;
  require_status(response, 200);
  const std::string field = header_of(response, "content-length");
  std::uint64_t size = 0;
  const auto read = std::from_chars(field.data(), field.data() + field.size(), size);
  if (read.ec != std::errc() || read.ptr != field.data() + field.size()) refuse_answer("it has no Content-Length");
  return size;
}

/// Adds the next page and says whether there are more.
bool HttpBlobStore::add_page(std::vector<BlobInfo>& found, std::string_view prefix) {
  constexpr JsonLimits kLimits{.bytes = kMostPageBytes, .depth = 8, .values = 4 * kMostOnPage};
  HttpRequest request{.method = HttpMethod::get, .path = prefix_ + "/blobs"};
  request.query = {{"prefix", std::string(prefix)}, {"after", found.empty() ? std::string() : found.back().name}};
  request.most_response_bytes = kMostPageBytes;
  const HttpResponse response = client_.request(request);
  require_status(response, 200);
  const std::string folder = prefix.empty() ? std::string() : std::string(prefix) + "/";
  return read_answer(response, kLimits, [&](JsonFields& answer) {
    const std::size_t before = found.size();
    for (JsonFields& blob : answer.objects("blobs", kMostOnPage)) {
      std::string name = blob.text("name", kLongestName);
      if (!is_blob_name(name) || !name.starts_with(folder))
        refuse_answer(blob.path() + ".name is none that was asked for");
      if (!found.empty() && name <= found.back().name) refuse_answer(blob.path() + ".name is out of order");
      const std::int64_t size = blob.integer("size", 0, kLargestBlob);
      found.push_back({.name = std::move(name), .size = static_cast<std::uint64_t>(size)});
    }
    const bool more = answer.boolean("more");
    if (more && found.size() == before) refuse_answer("a page of a list is empty, and more is to follow");
    return more;
  });
}

std::vector<BlobInfo> HttpBlobStore::list(std::string_view prefix) {
  if (!prefix.empty()) check_blob_name(prefix);
  std::vector<BlobInfo> found;
  while (add_page(found, prefix)) {
    if (found.size() > kMostListed) {
      throw Error(ErrorCode::limit_exceeded, display_name() + " lists more than " + std::to_string(kMostListed) +
                                                 " blobs, more than any vault has");
    }
  }
  return found;
}

std::optional<std::uint64_t> HttpBlobStore::free_bytes() {
  const HttpRequest request{.method = HttpMethod::get, .path = prefix_ + "/space"};
  const HttpResponse response = client_.request(request);
  require_status(response, 200);
  return read_answer(response, {}, [](JsonFields& answer) -> std::optional<std::uint64_t> {
    const auto free = answer.optional_integer("free_bytes", 0, INT64_MAX);
    return free ? std::optional(static_cast<std::uint64_t>(*free)) : std::nullopt;
  });
}

}  // namespace

std::unique_ptr<BlobStore> open_http_blob_store(HttpClient& client, std::string path_prefix) {
  if (!path_prefix.empty() && (path_prefix.front() != '/' || path_prefix.back() == '/')) {
    throw Error(ErrorCode::invalid_argument,
                "the path of a store on a server begins with '/' and does not end with it");
  }
  return std::make_unique<HttpBlobStore>(client, std::move(path_prefix));
}

}  // namespace rehome::transport
