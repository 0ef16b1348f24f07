// SPDX-License-Identifier: Apache-2.0
// The proof as JSON. Names and paths are bytes, so they stand there as hexadecimal digits.
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
constexpr std::size_t kLongestText = 256;
constexpr std::size_t kLongestPath = 2 * 64 * 1024;  // digits
constexpr std::size_t kLongestRules = 2 * kLargestCaptureRules;
constexpr std::size_t kMostAccounts = 10'000;
constexpr std::size_t kMostFiles = 1000;

constexpr std::array kPlaces = {std::pair{StorePlace::protected_folder, "protected-folder"},
                                std::pair{StorePlace::other_volume, "other-volume"}, std::pair{StorePlace::site, "site"}};

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

StoreKind kind_of(const std::string& name) {
  for (const StoreKind kind : {StoreKind::compressed, StoreKind::uncompressed, StoreKind::hard_link}) {
    if (name == rehome::name_of(kind)) return kind;
  }
  throw Error(ErrorCode::invalid_argument, "the proof names a kind of store that is not known here");
}

Json hex(std::string_view bytes) { return to_hex(as_bytes(bytes)); }

std::string bytes_of(const std::string& digits) { return std::string(as_text(from_hex(digits))); }

std::string bytes_in(JsonFields& fields, std::string_view name, std::size_t most_digits = kLongestPath) {
  return bytes_of(fields.text(name, most_digits));
}

std::string digits_in(JsonFields& fields, std::string_view name, std::size_t count) {
  std::string digits = fields.text(name, count);
  if (digits.size() == count && digits.find_first_not_of("0123456789abcdef") == std::string::npos) return digits;
  throw Error(ErrorCode::invalid_argument, fields.path() + "." + std::string(name) + " is no hexadecimal number");
}

Json::List hex_list(const std::vector<std::string>& texts) {
  Json::List list;
  for (const std::string& text : texts) list.push_back(hex(text));
  return list;
}

std::vector<std::string> bytes_list(JsonFields& fields, std::string_view name, std::size_t most) {
  std::vector<std::string> texts = fields.texts(name, most, kLongestPath);
  for (std::string& text : texts) text = bytes_of(text);
  return texts;
}

Json to_json(const CapturedAccount& captured) {
  const Account& account = captured.account;
  return Json::Object{{"number", captured.number},
                      {"name", hex(account.name)},
                      {"domain", account.kind == AccountKind::domain},
                      {"uid", account.uid},
                      {"gid", account.gid},
                      {"home", hex(account.home)},
                      {"canonical_home", hex(captured.canonical_home)}};
}

CapturedAccount account_of(JsonFields& fields) {
  CapturedAccount captured;
  captured.number = static_cast<AccountNumber>(fields.integer("number", 1, UINT32_MAX));
  captured.account.name = bytes_in(fields, "name");
  captured.account.kind = fields.boolean("domain") ? AccountKind::domain : AccountKind::local;
  captured.account.uid = static_cast<std::uint32_t>(fields.integer("uid", 0, UINT32_MAX));
  captured.account.gid = static_cast<std::uint32_t>(fields.integer("gid", 0, UINT32_MAX));
  captured.account.home = bytes_in(fields, "home");
  captured.canonical_home = bytes_in(fields, "canonical_home");
  return captured;
}

Json to_json(const CaptureRules& rules) {
  Json::List files;
  for (const CaptureRules::File& file : rules.files) {
    files.push_back(Json::Object{{"name", hex(file.name)}, {"text", hex(file.text)}});
  }
  return Json::Object{{"files", std::move(files)},
                      {"also_volumes", hex_list(rules.also_volumes)},
                      {"keeps_tagged_caches", rules.keeps_tagged_caches}};
}

CaptureRules rules_of(JsonFields fields) {
  CaptureRules rules;
  for (JsonFields& file : fields.objects("files", kMostFiles)) {
    rules.files.push_back({.name = bytes_in(file, "name"), .text = bytes_in(file, "text", kLongestRules)});
    file.refuse_unknown();
  }
  rules.also_volumes = bytes_list(fields, "also_volumes", kMostFiles);
  rules.keeps_tagged_caches = fields.boolean("keeps_tagged_caches");
  fields.refuse_unknown();
  return rules;
}

}  // namespace

Json to_json(const Proof& proof) {
  Json::List accounts;
  for (const CapturedAccount& account : proof.accounts) accounts.push_back(to_json(account));
  return Json::Object{{"format", kFormat},
                      {"id", proof.id},
                      {"volume", proof.volume_uuid},
                      {"system", proof.system},
                      {"protected", hex(proof.protected_name)},
                      {"vault", proof.vault},
                      {"capture", proof.capture},
                      {"kind", rehome::name_of(proof.kind)},
                      {"encrypted", proof.encrypted},
                      {"place", name_of(proof.place)},
                      {"store", hex(proof.store)},
                      {"accounts", std::move(accounts)},
                      {"rules", to_json(proof.rules)},
                      {"known_errors", hex_list(proof.known_errors)},
                      {"objects", proof.objects_digest}};
}

Proof proof_of(const Json& json) {
  JsonFields fields(json, "proof");
  if (fields.integer("format", 0, INT32_MAX) != kFormat) {
    throw Error(ErrorCode::unsupported_version, "the proof was written by another version of this program");
  }
  Proof proof{.id = digits_in(fields, "id", kIdDigits),
              .volume_uuid = fields.text("volume", kLongestText),
              .system = digits_in(fields, "system", 2 * kIdDigits),
              .protected_name = bytes_in(fields, "protected", 2 * kLongestText),
              .vault = digits_in(fields, "vault", kIdDigits),
              .capture = digits_in(fields, "capture", kIdDigits),
              .kind = kind_of(fields.text("kind", kLongestText)),
              .encrypted = fields.boolean("encrypted"),
              .place = place_named(fields.text("place", kLongestText)),
              .store = bytes_in(fields, "store"),
              .accounts = {},
              .rules = rules_of(fields.object("rules")),
              .known_errors = bytes_list(fields, "known_errors", kMostAccounts),
              .objects_digest = digits_in(fields, "objects", 2 * kIdDigits)};
  for (JsonFields& account : fields.objects("accounts", kMostAccounts)) {
    proof.accounts.push_back(account_of(account));
    account.refuse_unknown();
  }
  fields.refuse_unknown();
  return proof;
}

}  // namespace rehome::volume
