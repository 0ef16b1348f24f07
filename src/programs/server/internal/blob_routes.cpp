// SPDX-License-Identifier: Apache-2.0
// The blobs of vaults, as flow/transport/http_blob_store.h says. Who has no lease on a vault sees nothing of it,
// but for administrators who recover.
#include <algorithm>
#include <array>

#include "base/codec/hash.h"
#include "base/core/error.h"
#include "flow/transport/content_digest.h"
#include "programs/server/internal/bodies.h"
#include "programs/server/internal/byte_range.h"
#include "programs/server/internal/route.h"

namespace rehome::server {
namespace {

constexpr std::uint64_t kLargestBlob = std::uint64_t{256} << 20;  // packs have 64 MiB at most, segments less
constexpr std::size_t kPiece = std::size_t{128} * 1024;
constexpr std::size_t kMostOnPage = 5000;

[[noreturn]] void not_there() { throw Error(ErrorCode::not_found, "there is no such blob"); }

using Pass = std::shared_ptr<const BlobPass>;

Pass require_pass(Call& call) {
  const std::string& vault = call.arguments[0];
  auto pass = call.account.user.empty()
                  ? call.world.blobs.pass(call.client, std::string(call.request.header("rehome-lease")), vault)
                  : call.world.blobs.recovery_pass(call.account, vault);
  if (pass == nullptr) not_there();
  return pass;
}

/// What fails on disk is told without the path of the folder.
template <http::Response (*Answer)(Call& call, const Pass& pass)>
http::Response with_pass(Call& call) {
  const Pass pass = require_pass(call);
  return in_folder(pass->grant.place, [&] { return Answer(call, pass); });
}

Digest digest_of(ReadableFile& file) {
  Sha256 hash;
  Bytes piece(kPiece);
  std::uint64_t offset = 0;
  while (const std::size_t count = file.read_at(offset, piece)) {
    hash.update(ByteView(piece).first(count));
    offset += count;
  }
  return hash.finish();
}

/// Whose answer was lost can see in the digest that it is its own blob.
http::Response taken(const BlobPass& pass, const std::string& blob) {
  http::Response response = http::problem(412, Error(ErrorCode::already_exists, "the blob is there already"));
  const Digest digest = digest_of(*pass.blobs->open_blob(blob));
  response.headers.emplace_back("Content-Digest", transport::content_digest(digest));
  return response;
}

/// What must be known before the first byte is stored.
struct Announced {
  Digest digest;
  std::uint64_t size = 0;
};
Announced require_announced(const http::Request& request, const std::string& blob) {
  const auto digest = transport::parse_content_digest(request.header("content-digest"));
  if (!digest) throw Error(ErrorCode::invalid_argument, "the request needs a field Content-Digest with a sha-256");
  const auto size = request.body.size();
  if (!size) throw Error(ErrorCode::invalid_argument, "the request needs a field Content-Length");
  if (*size > store::largest_size_of(blob)) {
    throw Error(ErrorCode::limit_exceeded, "no blob of that name is so large: nobody could read it");
  }
  return {.digest = *digest, .size = *size};
}

/// What arrives comes in records of 16 KiB, which are small for a file.
ByteView fill(http::BodyReader& body, std::span<std::uint8_t> room) {
  std::size_t filled = 0;
  while (filled < room.size()) {
    const std::size_t count = body.read(room.subspan(filled));
    if (count == 0) break;
    filled += count;
  }
  return room.first(filled);
}

void store_body(http::BodyReader& body, transport::BlobWriter& writer, const Announced& announced,
                HashHelpers& helpers) {
  ParallelHash hash(helpers, announced.size);
  for (ByteView bytes = fill(body, hash.room()); !bytes.empty(); bytes = fill(body, hash.room())) {
    hash.update(bytes);
    writer.write(bytes);
  }
  if (hash.finish() != announced.digest) {
    throw Error(ErrorCode::invalid_argument,
                "the content does not have the announced digest: it was changed on its way");
  }
  writer.finish();
}

http::Response put_blob(Call& call, const Pass& pass) {
  const std::string& blob = call.arguments[1];
  if (!pass->grant.may_put) not_there();
  if (!store::is_vault_blob(blob)) throw Error(ErrorCode::invalid_argument, "no vault has a blob of that name");
  const Announced announced = require_announced(call.request, blob);
  const auto writing = call.world.writes.begin(pass->grant, announced.size);
  call.world.blobs.note_put(call.client, *pass, blob);
  try {
    const auto writer = pass->blobs->begin_put(blob);
    store_body(call.request.body, *writer, announced, call.world.hash_helpers);
    writing->keep();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::already_exists) return taken(*pass, blob);
    throw;
  }
  return {.status = 201};
}

http::Response range_response(std::shared_ptr<ReadableFile> file, const ByteRange& range, std::uint64_t size) {
  http::Response response{.headers = {{"Content-Type", "application/octet-stream"}, {"Accept-Ranges", "bytes"}}};
  if (!range.is_whole) {
    response.status = 206;
    response.headers.emplace_back("Content-Range", content_range(range, size));
  }
  response.body = http::PulledBody{
      .size = range.length,
      .read = [file = std::move(file), start = range.offset](std::uint64_t offset, std::span<std::uint8_t> out) {
        return file->read_at(start + offset, out);
      }};
  return response;
}

http::Response get_blob(Call& call, const Pass& pass) {
  if (!pass->may_read(call.arguments[1])) not_there();
  std::shared_ptr<ReadableFile> file = pass->blobs->open_blob(call.arguments[1]);
  const std::uint64_t size = file->inspect().size;
  const auto range = parse_byte_range(call.request.header("range"), size);
  if (!range) {
    http::Response response = http::problem(416, Error(ErrorCode::corrupt, "the blob has no such bytes"));
    response.headers.emplace_back("Content-Range", "bytes */" + std::to_string(size));
    return response;
  }
  return range_response(std::move(file), *range, size);
}

http::Response list_blobs(Call& call, const Pass& pass) {
  std::vector<BlobInfo> found = pass->blobs->list(call.request.target.parameter("prefix").value_or(""));
  const std::string after = call.request.target.parameter("after").value_or("");
  std::erase_if(found, [&](const BlobInfo& blob) { return blob.name <= after || !pass->may_read(blob.name); });
  const std::size_t count = std::min(found.size(), kMostOnPage);
  const auto page_end = found.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(found.begin(), page_end, found.end(),
                    [](const BlobInfo& a, const BlobInfo& b) { return a.name < b.name; });
  Json::List blobs;
  for (auto blob = found.begin(); blob != page_end; ++blob) {
    blobs.push_back(Json::Object{{"name", blob->name}, {"size", blob->size}});
  }
  return json_response(Json::Object{{"blobs", std::move(blobs)}, {"more", found.size() > count}});
}

http::Response tell_space(Call& call, const Pass& pass) {
  std::optional<std::uint64_t> free = pass->blobs->free_bytes();
  if (const auto left = call.world.writes.quota_left(pass->grant)) free = std::min(free.value_or(UINT64_MAX), *left);
  return json_response(Json::Object{{"free_bytes", free ? Json(*free) : Json()}});
}

}  // namespace

RouteTable blob_routes() {
  static constexpr std::array kRoutes = {
      Route{"PUT", "/api/v1/vaults/{vault}/blobs/{name...}", Who::client, with_pass<put_blob>, kLargestBlob, true},
      Route{"GET", "/api/v1/vaults/{vault}/blobs/{name...}", Who::reader, with_pass<get_blob>},
      Route{"GET", "/api/v1/vaults/{vault}/blobs", Who::reader, with_pass<list_blobs>},
      Route{"GET", "/api/v1/vaults/{vault}/space", Who::reader, with_pass<tell_space>},
  };
  return kRoutes;
}

}  // namespace rehome::server
