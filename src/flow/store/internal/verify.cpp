// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/verify.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/core/error.h"
#include "base/core/locked.h"
#include "base/core/worker_pool.h"
#include "flow/store/internal/damage.h"
#include "flow/store/internal/data_stream.h"
#include "flow/store/internal/limits.h"
#include "flow/store/internal/pack_audit.h"
#include "flow/store/internal/pack_reader.h"

namespace rehome::store {

namespace {

constexpr std::size_t kQueuePerThread = 4;

class Verification final : FindingSink {
 public:
  Verification(const VaultContext& vault, Progress& progress) : vault_(vault), progress_(progress) {}

  VerifyReport run(const Captures& captures, bool content) {
    verify_header();
    for (const auto& capture : captures) {
      verify_marks(*capture);
      verify_segments(*capture);
      verify_packs(*capture);
      verify_objects(*capture, content);
    }
    mark_damaged_packs();
    return std::move(*report_.lock());
  }

 private:
  struct Audits {
    std::map<PackPlace, PackAudit> by_place;
  };

  void record(Finding finding) override { damage(std::move(finding.message), ""); }
  void damage(std::string what, std::string path) {
    report_.lock()->damages.push_back({std::move(what), std::move(path)});
  }
  void stop_if_cancelled() const {
    if (progress_.cancelled) throw Error(ErrorCode::cancelled, "the verification was stopped");
  }

  /// Runs `check` and notes as damage of `what` what it throws.
  template <typename Check>
  void expect_whole(const std::string& what, const Check& check);
  void verify_header();
  void verify_marks(const CaptureReader& capture);
  void verify_segments(const CaptureReader& capture);
  void verify_segment(const SegmentPlace& place, const StoredSegment& stored);
  void verify_packs(const CaptureReader& capture);
  void verify_objects(const CaptureReader& capture, bool content);
  void verify_object(const CaptureReader& capture, const Object& object, bool content);
  void verify_packed(const CaptureReader& capture, const Object& object);
  void mark_damaged_packs();
  static WorkerPool::Options pool_options() {
    return {
        .name = "store-verify", .threads = usable_processors(), .queue_limit = usable_processors() * kQueuePerThread};
  }

  const VaultContext& vault_;
  Progress& progress_;
  Locked<VerifyReport> report_;
  Locked<Audits> audits_;
};

template <typename Check>
void Verification::expect_whole(const std::string& what, const Check& check) {
  stop_if_cancelled();
  try {
    check();
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    damage(what + ": " + error.message(), "");
  }
}

void Verification::verify_header() {
  for (const Copy copy : {Copy::first, Copy::second}) {
    expect_whole(header_name(copy), [&] { decode_header(vault_.blobs.get(header_name(copy), kLargestHeader)); });
  }
}

void Verification::verify_marks(const CaptureReader& capture) {
  const CaptureId& id = capture.manifest().start.capture;
  for (const Copy copy : {Copy::first, Copy::second}) {
    const BlobName manifest = complete_name(id, copy);
    expect_whole(manifest, [&] { decode_manifest(vault_.blobs.get(manifest, kLargestManifest), id); });
  }
  expect_whole(started_name(id), [&] { decode_start(vault_.blobs.get(started_name(id), kLargestMark), id); });
}

void Verification::verify_segments(const CaptureReader& capture) {
  for (const ManifestAccount& account : capture.manifest().accounts) {
    if (!vault_.keys.opens(account.account)) continue;
    for (std::uint32_t number = 0; number < account.segments.size(); ++number) {
      verify_segment({capture.manifest().start.capture, account.account, number}, account.segments[number]);
    }
  }
}

void Verification::verify_segment(const SegmentPlace& place, const StoredSegment& stored) {
  for (const Copy copy : {Copy::first, Copy::second}) {
    const BlobName name = segment_name(place.capture, place.account, place.number, copy);
    expect_whole(name, [&] {
      const Bytes blob = vault_.blobs.get(name, kLargestSegmentBlob);
      if (blob.size() != stored.size || sha256(blob) != stored.digest) {
        throw Error(ErrorCode::corrupt, "it is not what the manifest lists");
      }
      decode_segment(vault_, place, blob);
    });
  }
}

/// Those that no capture before listed.
void Verification::verify_packs(const CaptureReader& capture) {
  WorkerPool pool(pool_options());
  for (const ManifestAccount& account : capture.manifest().accounts) {
    if (!vault_.keys.opens(account.account)) continue;
    for (const PackId& pack : account.packs) {
      if (audits_.lock()->by_place.contains({account.account, pack})) continue;
      pool.submit([this, place = PackPlace{account.account, pack}] {
        stop_if_cancelled();
        PackAudit audit = audit_pack(vault_, place);
        progress_.bytes += audit.bytes;
        for (const std::string& problem : audit.problems) damage(problem, "");
        {
          auto report = report_.lock();
          report->frames += audit.frame_sizes.size();
          report->bytes += audit.bytes;
        }
        audits_.lock()->by_place.emplace(place, std::move(audit));
      });
    }
  }
  pool.finish();
}

/// Of all accounts that the sealed record names, whatever the manifest says.
void Verification::verify_objects(const CaptureReader& capture, bool content) {
  std::vector<AccountNumber> accounts = {kSystemAccount};
  for (const CapturedAccount& account : capture.info().accounts) accounts.push_back(account.number);
  WorkerPool pool(pool_options());
  capture.visit(accounts, *this, [&](Object object) {
    stop_if_cancelled();
    pool.submit([this, &capture, content, object = std::move(object)] { verify_object(capture, object, content); });
  });
  pool.finish();
}

void Verification::verify_object(const CaptureReader& capture, const Object& object, bool content) {
  ++progress_.objects;
  ++report_.lock()->objects;
  try {
    check_object(object, capture.info().flavour);
    if (object.kind != NodeKind::file || (object.link_group != 0 && !object.leads_link_group)) return;
    if (vault_.header.kind == StoreKind::compressed) {
      verify_packed(capture, object);
    } else {
      const ContentCheck check = capture.content().verify(object, content);
      progress_.bytes += check.bytes;
      auto report = report_.lock();
      report->bytes += check.bytes;
      if (!check.is_proven) ++report->linked;
    }
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled || error.code() == ErrorCode::unreachable) throw;
    const std::string owner =
        object.location.account == kSystemAccount ? "system" : capture.name_of_account(object.location.account);
    damage(error.what(), to_text(object.location, owner));
  }
}

/// Every frame was opened already, so it is enough to look whether this file's frames were whole.
void Verification::verify_packed(const CaptureReader& capture, const Object& object) {
  check_shape(object);
  auto audits = audits_.lock();
  for (const ChunkRef& chunk : object.chunks) {
    const std::optional<PackId> pack = capture.packs().find(object.location.account, chunk.pack);
    const auto audit = audits->by_place.find({object.location.account, pack.value_or(PackId())});
    if (audit == audits->by_place.end() || !audit->second.holds(chunk)) {
      const std::string where =
          pack ? describe(PackPlace{object.location.account, *pack}) : "a pack that is not listed";
      throw Error(ErrorCode::corrupt, "frame " + std::to_string(chunk.frame) + " of " + where + " is damaged");
    }
  }
}

void Verification::mark_damaged_packs() {
  for (auto audits = audits_.lock(); const auto& [place, audit] : audits->by_place) {
    if (audit.problems.empty()) continue;
    try {
      vault_.blobs.put(damage_mark_name(place.account, place.pack), {});
    } catch (const Error&) {
      // Marked already, or the store can only be read: then this was all that can be done about it.
    }
  }
}

}  // namespace

VerifyReport verify_captures(const VaultContext& vault, const Captures& captures, bool content, Progress& progress) {
  return Verification(vault, progress).run(captures, content);
}

}  // namespace rehome::store
