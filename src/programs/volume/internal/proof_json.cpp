// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/codec/json_fields.h"
#include "base/core/bytes.h"
#include "base/core/error.h"
#include "programs/volume/internal/proof.h"

namespace rehome::volume {

namespace {

using sequence::StorePlace;

constexpr std::int64_t kFormat = 1;
constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kLongestText = 512;
constexpr std::size_t kLongestPath = 2 * 64 * 1024;  // digits

constexpr std::array kPlaces = {std::pair{StorePlace::protected_folder, "protected-folder"},
                                std::pair{StorePlace::other_volume, "other-volume"},
                                std::pair{StorePlace::site, "site"}};

std::string_view name_of(StorePlace place) {
  for (const auto& [known, name] : kPlaces) {
    if (known == place) return name;
  }
  throw Error(ErrorCode::invalid_argument, "a store that does not survive the wipe proves nothing");
}

StorePlace place_named(const std::string& name) {
  for (const auto& [place, known] : kPlaces) {
    if (name == known) return place;
  }
  throw Error(ErrorCode::invalid_argument, "the proof names a place of the store that is not known here");
}

}  // namespace

Json to_json(const Proof& proof) {
  return Json::Object{{"format", kFormat},
                      {"id", proof.id},
                      {"volume", proof.volume_uuid},
                      {"system", proof.system},
                      {"protected", to_hex(as_bytes(proof.protected_name))},
                      {"place", name_of(proof.place)},
                      {"store", to_hex(as_bytes(proof.store))},
                      {"evidence", cli::to_json(proof.evidence)},
                      {"objects", proof.objects_digest}};
}

Proof proof_of(const Json& json) {
  JsonFields fields(json, "proof");
  if (fields.integer("format", 0, INT32_MAX) != kFormat) {
    throw Error(ErrorCode::unsupported_version, "the proof was written by another version of this program");
  }
  Proof proof{.id = cli::digits_in(fields, "id", kIdDigits),
              .volume_uuid = fields.text("volume", kLongestText),
              .system = cli::digits_in(fields, "system", kDigestDigits),
              .protected_name = cli::bytes_in(fields, "protected", kLongestText),
              .place = place_named(fields.text("place", kLongestText)),
              .store = cli::bytes_in(fields, "store", kLongestPath),
              .evidence = cli::evidence_of(fields.object("evidence")),
              .objects_digest = cli::digits_in(fields, "objects", kDigestDigits)};
  fields.refuse_unknown();
  if (proof.evidence.rules) return proof;
  throw Error(ErrorCode::invalid_argument, "the proof does not say by which rules the capture was made");
}

}  // namespace rehome::volume
