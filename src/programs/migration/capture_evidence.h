// SPDX-License-Identifier: Apache-2.0
#pragma once
// What one capture is evidence of: who is in it, by which rules it was made, what it could not take, which keys open
// it, and every object as it was. In: an open vault. Out: values that can be kept where the store cannot be read. The
// wipe guard holds a volume to them. For one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/codec/json.h"
#include "base/codec/json_fields.h"
#include "flow/store/vault.h"
#include "model/capture.h"
#include "programs/migration/object_table.h"

namespace rehome::cli {

constexpr std::size_t kMostKeptErrors = 1000;

struct CaptureError {
  std::string path;
  std::string message;
};

struct CaptureEvidence {
  std::string vault, capture;
  StoreKind kind = StoreKind::compressed;
  bool encrypted = false;
  bool has_recovery_slot = false, has_passphrase_slot = false, has_key_file_slot = false;
  std::vector<CapturedAccount> accounts;  // of those kept as JSON: number, name, kind, ids and homes
  std::optional<CaptureRules> rules;
  std::vector<CaptureError> errors;
  std::uint64_t more_errors = 0;
  std::vector<std::string> damages;  // of the catalog itself; not kept as JSON
  ObjectTable objects;               // not kept as JSON
};

/// Reads the catalog of the capture (the newest for ""). Throws what Vault::open_capture() throws.
CaptureEvidence read_evidence(store::Vault& vault, const std::string& capture);

/// Names and paths are bytes, so they stand there as hexadecimal digits.
Json to_json(const CaptureEvidence& evidence);
/// Throws Error(invalid_argument), Error(limit_exceeded).
CaptureEvidence evidence_of(JsonFields fields);
/// For the JSON that holds one.
constexpr JsonLimits kEvidenceLimits{.bytes = std::size_t{32} << 20, .depth = 8, .values = 1'000'000};

/// A field of exactly so many hexadecimal digits.
std::string digits_in(JsonFields& fields, std::string_view name, std::size_t count);
/// A field of hexadecimal digits, as what they stand for.
std::string bytes_in(JsonFields& fields, std::string_view name, std::size_t most_digits);

}  // namespace rehome::cli
