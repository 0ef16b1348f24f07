// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the blobs of a vault are called, and back from a listing to what a blob is.
//
//   header  header.2
//   packs/<account>/<pack>                  damaged/<account>/<pack>
//   captures/<capture>/started
//   captures/<capture>/<account>.<segment>  captures/<capture>/<account>.<segment>b
//   captures/<capture>/complete.b  captures/<capture>/complete

#include <cstdint>
#include <optional>
#include <string_view>

#include "flow/store/internal/ids.h"
#include "model/blob_store.h"
#include "model/location.h"

namespace rehome::store {

/// What is written twice has these two names; the second is read when the first is damaged or gone.
enum class Copy { first, second };

BlobName header_name(Copy copy);
BlobName pack_name(AccountNumber account, const PackId& pack);
/// An empty blob: `verify` found damage in that pack, so no later capture refers to it.
BlobName damage_mark_name(AccountNumber account, const PackId& pack);
BlobName started_name(const CaptureId& capture);
BlobName segment_name(const CaptureId& capture, AccountNumber account, std::uint32_t segment, Copy copy);
/// Either copy makes a capture complete: both are written after everything that they list, the second before the first,
/// and removed before anything else, in the same order.
BlobName complete_name(const CaptureId& capture, Copy copy);

struct PackPlace {
  AccountNumber account = kSystemAccount;
  PackId pack;
  auto operator<=>(const PackPlace&) const = default;
};
/// Of "packs/…" and "damaged/…"; nullopt for every other name.
std::optional<PackPlace> parse_pack_name(std::string_view name);

struct CaptureBlob {
  enum class What { started, segment, segment_copy, complete, complete_copy, stranger };
  CaptureId capture;
  What what = What::stranger;
  AccountNumber account = kSystemAccount;  // of a segment
  std::uint32_t segment = 0;
};
/// Of "captures/…"; nullopt for every other name.
std::optional<CaptureBlob> parse_capture_blob(std::string_view name);

}  // namespace rehome::store
