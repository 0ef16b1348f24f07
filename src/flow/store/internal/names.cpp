// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/names.h"

#include <charconv>
#include <string>

namespace rehome::store {

namespace {

BlobName capture_folder(const CaptureId& capture) { return "captures/" + to_hex(capture) + "/"; }

/// Cuts `prefix` off the front of `text`; false where it is not there.
bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes a number off the front of `text`, as we write it: decimal, no sign, no leading zero.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::size_t digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || (digits > 1 && text.front() == '0')) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

CaptureBlob::What what_is(std::string_view rest, CaptureBlob& blob) {
  if (rest == "started") return CaptureBlob::What::started;
  if (rest == "complete") return CaptureBlob::What::complete;
  if (rest == "complete.b") return CaptureBlob::What::complete_copy;
  const auto account = take_number(rest);
  if (!account || !skip(rest, ".")) return CaptureBlob::What::stranger;
  const auto segment = take_number(rest);
  if (!segment || (!rest.empty() && rest != "b")) return CaptureBlob::What::stranger;
  blob.account = *account;
  blob.segment = *segment;
  return rest.empty() ? CaptureBlob::What::segment : CaptureBlob::What::segment_copy;
}

}  // namespace

BlobName header_name(Copy copy) { return copy == Copy::first ? "header" : "header.2"; }

BlobName pack_name(AccountNumber account, const PackId& pack) {
  return "packs/" + std::to_string(account) + "/" + to_hex(pack);
}

BlobName damage_mark_name(AccountNumber account, const PackId& pack) {
  return "damaged/" + std::to_string(account) + "/" + to_hex(pack);
}

BlobName started_name(const CaptureId& capture) { return capture_folder(capture) + "started"; }

BlobName segment_name(const CaptureId& capture, AccountNumber account, std::uint32_t segment, Copy copy) {
  const BlobName name = capture_folder(capture) + std::to_string(account) + "." + std::to_string(segment);
  return copy == Copy::first ? name : name + "b";
}

BlobName complete_name(const CaptureId& capture, Copy copy) {
  return capture_folder(capture) + (copy == Copy::first ? "complete" : "complete.b");
}

std::optional<PackPlace> parse_pack_name(std::string_view name) {
  if (!skip(name, "packs/") && !skip(name, "damaged/")) return std::nullopt;
  const auto account = take_number(name);
  if (!account || !skip(name, "/")) return std::nullopt;
  const auto pack = id_of_hex<PackId>(name);
  if (!pack) return std::nullopt;
  return PackPlace{*account, *pack};
}

std::optional<CaptureBlob> parse_capture_blob(std::string_view name) {
  if (!skip(name, "captures/")) return std::nullopt;
  const auto capture = id_of_hex<CaptureId>(name.substr(0, name.find('/')));
  if (!capture) return std::nullopt;
  name.remove_prefix(2 * kIdSize);
  if (!skip(name, "/")) return std::nullopt;
  CaptureBlob blob{*capture};
  blob.what = what_is(name, blob);
  return blob;
}

}  // namespace rehome::store
