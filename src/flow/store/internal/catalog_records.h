// SPDX-License-Identifier: Apache-2.0
#pragma once
// The nouns of a capture as catalog records and back. In: nouns. Out: bytes that can be put one after another, each
// with its length before it; and for bytes read from a store, nouns whose every number was checked. The only place that
// knows the schema (catalog.proto).

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/core/bytes.h"
#include "flow/store/internal/ids.h"
#include "model/capture.h"
#include "model/object.h"
#include "model/outcome.h"

namespace rehome::store {

/// A pack and the number by which the chunks of a segment refer to it.
struct NumberedPack {
  std::uint32_t number = 0;
  PackId pack;
  bool operator==(const NumberedPack&) const = default;
};

/// An account that has a number in the vault.
struct KnownAccount {
  AccountNumber number = kSystemAccount;
  std::string name;
  std::string sid;
  bool operator==(const KnownAccount&) const = default;
};

void append_record(Bytes& out, const Object& object);
void append_record(Bytes& out, const Finding& finding);
void append_record(Bytes& out, const NumberedPack& pack);
void append_record(Bytes& out, const KnownAccount& account);
/// Without capture_id, kind, started and finished: those are in the manifest.
void append_record(Bytes& out, const CaptureInfo& info);

/// monostate: a record of a later program that this one passes over.
using CatalogRecord = std::variant<std::monostate, Object, Finding, NumberedPack, KnownAccount, CaptureInfo>;

/// Reads the records of one segment. Throws Error(corrupt) for what is no record of ours.
class RecordReader {
 public:
  /// `raw` is a segment's opened content; `account` is the segment's.
  RecordReader(ByteView raw, AccountNumber account) : raw_(raw), account_(account) {}
  /// Where the next record begins.
  std::size_t position() const { return position_; }
  void seek(std::size_t position) { position_ = position; }
  /// nullopt at the end.
  std::optional<CatalogRecord> next();

 private:
  std::uint64_t read_length();

  ByteView raw_;
  AccountNumber account_;
  std::size_t position_ = 0;
};

/// What `info` says about one account: the part of it that goes into that account's own segments.
CaptureInfo part_of_account(const CaptureInfo& info, AccountNumber account);

}  // namespace rehome::store
