// SPDX-License-Identifier: Apache-2.0
#include "base/core/bytes.h"
#include "base/core/error.h"
#include "programs/migration/capture_evidence.h"
#include "programs/migration/store_access.h"

namespace rehome::cli {

namespace {

constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kLongestText = 256;
constexpr std::size_t kLongestPath = 2 * 64 * 1024;  // digits
constexpr std::size_t kLongestRules = 2 * kLargestCaptureRules;
constexpr std::size_t kMostAccounts = 10'000;
constexpr std::size_t kMostFiles = 1000;

Json hex(std::string_view bytes) { return to_hex(as_bytes(bytes)); }

std::string bytes_of(const std::string& digits) { return std::string(as_text(from_hex(digits))); }

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
  captured.account.name = bytes_in(fields, "name", kLongestPath);
  captured.account.kind = fields.boolean("domain") ? AccountKind::domain : AccountKind::local;
  captured.account.uid = static_cast<std::uint32_t>(fields.integer("uid", 0, UINT32_MAX));
  captured.account.gid = static_cast<std::uint32_t>(fields.integer("gid", 0, UINT32_MAX));
  captured.account.home = bytes_in(fields, "home", kLongestPath);
  captured.canonical_home = bytes_in(fields, "canonical_home", kLongestPath);
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
    rules.files.push_back(
        {.name = bytes_in(file, "name", kLongestPath), .text = bytes_in(file, "text", kLongestRules)});
    file.refuse_unknown();
  }
  rules.also_volumes = bytes_list(fields, "also_volumes", kMostFiles);
  rules.keeps_tagged_caches = fields.boolean("keeps_tagged_caches");
  fields.refuse_unknown();
  return rules;
}

Json errors_of(const CaptureEvidence& evidence) {
  Json::List errors;
  for (const CaptureError& error : evidence.errors) {
    errors.push_back(Json::Object{{"path", hex(error.path)}, {"message", hex(error.message)}});
  }
  return errors;
}

}  // namespace

std::string bytes_in(JsonFields& fields, std::string_view name, std::size_t most_digits) {
  return bytes_of(fields.text(name, most_digits));
}

std::string digits_in(JsonFields& fields, std::string_view name, std::size_t count) {
  std::string digits = fields.text(name, count);
  if (digits.size() == count && digits.find_first_not_of("0123456789abcdef") == std::string::npos) return digits;
  throw Error(ErrorCode::invalid_argument, fields.path() + "." + std::string(name) + " is no hexadecimal number");
}

Json to_json(const CaptureEvidence& evidence) {
  Json::List accounts;
  for (const CapturedAccount& account : evidence.accounts) accounts.push_back(to_json(account));
  return Json::Object{{"vault", evidence.vault},
                      {"capture", evidence.capture},
                      {"kind", name_of(evidence.kind)},
                      {"encrypted", evidence.encrypted},
                      {"recovery_slot", evidence.has_recovery_slot},
                      {"passphrase_slot", evidence.has_passphrase_slot},
                      {"key_file_slot", evidence.has_key_file_slot},
                      {"accounts", std::move(accounts)},
                      {"rules", evidence.rules ? to_json(*evidence.rules) : Json()},
                      {"errors", errors_of(evidence)},
                      {"more_errors", evidence.more_errors}};
}

CaptureEvidence evidence_of(JsonFields fields) {
  CaptureEvidence evidence;
  evidence.vault = digits_in(fields, "vault", kIdDigits);
  evidence.capture = digits_in(fields, "capture", kIdDigits);
  evidence.kind = store_kind_named(fields.text("kind", kLongestText));
  evidence.encrypted = fields.boolean("encrypted");
  evidence.has_recovery_slot = fields.boolean("recovery_slot");
  evidence.has_passphrase_slot = fields.boolean("passphrase_slot");
  evidence.has_key_file_slot = fields.boolean("key_file_slot");
  for (JsonFields& account : fields.objects("accounts", kMostAccounts)) {
    evidence.accounts.push_back(account_of(account));
    account.refuse_unknown();
  }
  if (auto rules = fields.optional_object("rules")) evidence.rules = rules_of(std::move(*rules));
  for (JsonFields& error : fields.objects("errors", kMostKeptErrors)) {
    evidence.errors.push_back(
        {.path = bytes_in(error, "path", kLongestPath), .message = bytes_in(error, "message", kLongestPath)});
    error.refuse_unknown();
  }
  evidence.more_errors = static_cast<std::uint64_t>(fields.integer("more_errors", 0, INT64_MAX));
  fields.refuse_unknown();
  return evidence;
}

}  // namespace rehome::cli
