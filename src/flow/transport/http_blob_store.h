// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage four, remote: blobs on a state migration point. In: names and bytes. Out: the same, over this wire (all paths
// below `path_prefix`):
//
//   PUT  /blobs/<name>   If-None-Match: *, Content-Digest (RFC 9530, sha-256) → 201; 412 or 409 where the name is taken
//   GET  /blobs/<name>   → 200 with Content-Length; with Range: bytes=a-b → 206 with Content-Range, or 416
//   HEAD /blobs/<name>   → 200 with Content-Length, or 404
//   GET  /blobs?prefix=<folder>&after=<name>  → {"blobs": [{"name": …, "size": …}], "more": true | false}, by name
//   GET  /space          → {"free_bytes": n | null}
//
// Whatever the server answers is checked: names, sizes, ranges, digests, and the number of blobs. Any thread may call.

#include <memory>
#include <string>

#include "flow/transport/http_client.h"
#include "model/blob_store.h"

namespace rehome::transport {

/// `path_prefix` is "" or begins with '/'. The client must outlive the store.
std::unique_ptr<BlobStore> open_http_blob_store(HttpClient& client, std::string path_prefix);

}  // namespace rehome::transport
