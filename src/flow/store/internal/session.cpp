// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/session.h"

#include <algorithm>
#include <utility>

#include "base/core/check.h"
#include "base/core/error.h"
#include "flow/store/internal/catalog_records.h"
#include "flow/store/internal/content_factory.h"
#include "flow/store/internal/limits.h"
#include "flow/store/internal/sweep.h"

namespace rehome::store {

namespace {

// An interrupted capture loses no more than one of these.
constexpr std::uint64_t kFlushContentBytes = std::uint64_t{256} << 20;
constexpr std::int64_t kFlushSeconds = 30;
constexpr std::size_t kFlushRecordBytes = std::size_t{16} << 20;
// Above this, whoever brings a record waits for the flush that is running.
constexpr std::size_t kMostRecordBytes = std::size_t{64} << 20;

CaptureStart new_start(const VaultContext& vault, const std::vector<CaptureEntry>& earlier) {
  CaptureSequence newest = 0;
  for (const CaptureEntry& capture : earlier) newest = std::max(newest, capture.start.sequence);
  return {make_id<CaptureId>(vault.random), newest + 1, vault.clock.now()};
}

/// Numbers that something in the store goes by, whether its account is known or not.
std::set<AccountNumber> numbers_in_use(const KnownPacks& packs, const std::vector<CaptureEntry>& captures) {
  std::set<AccountNumber> numbers = packs.accounts();
  for (const CaptureEntry& capture : captures) {
    for (const auto& [account, segments] : capture.segments) numbers.insert(account);
  }
  return numbers;
}

}  // namespace

Session::Session(std::shared_ptr<const VaultContext> vault, std::unique_ptr<BlobStoreLock> lock)
    : vault_(std::move(vault)),
      lock_(std::move(lock)),
      earlier_(list_captures(vault_->blobs)),
      start_(new_start(*vault_, earlier_)),
      known_packs_(vault_->blobs),
      previous_(*vault_, earlier_, known_packs_, packs_),
      numbers_(previous_.accounts(), numbers_in_use(known_packs_, earlier_)),
      catalog_(*vault_, start_.capture, packs_),
      accounts_(std::set<AccountNumber>{kSystemAccount}),
      content_(make_content_writer({*vault_, known_packs_, packs_, *this}, start_.capture, previous_.captures())),
      last_flush_seconds_(start_.started.seconds) {
  for (const KnownAccount& account : numbers_.all()) {
    Bytes record;
    append_record(record, account);
    catalog_.add(kSystemAccount, record);
  }
}

/// The first blob of a capture. A capture that was refused before anything was found leaves none.
void Session::begin() {
  std::call_once(start_written_, [this] {
    vault_->blobs.put(started_name(start_.capture), encode_start(start_));
    has_begun_ = true;
  });
}

Session::~Session() {
  if (finished_ || !has_begun_) return;
  try {
    flush();
  } catch (const std::exception&) {
    // The store or the source failed: what was flushed before is what can be resumed.
  }
}

AccountNumber Session::number_of(const Account& account) {
  const std::vector<KnownAccount> before = numbers_.all();
  const AccountNumber number = numbers_.number_of(account);
  accounts_.lock()->insert(number);
  if (std::ranges::count(before, number, &KnownAccount::number) == 0) {
    Bytes record;
    append_record(record, KnownAccount{number, account.name, account.sid});
    catalog_.add(kSystemAccount, record);
  }
  return number;
}

bool Session::reuse(Object& object) {
  if (object.kind != NodeKind::file) return false;
  const auto previous = previous_.find(object);
  begin();
  if (!previous || !content_->keep_unchanged(object, *previous)) return false;
  object.metadata.flags = previous->metadata.flags;
  object.metadata.attributes = previous->metadata.attributes;
  return true;
}

void Session::keep_content(Object& object, FileSource& source) {
  begin();
  if (unflushed_content_.fetch_add(object.size) + object.size >= kPackTarget) write_numbers();
  content_->keep(object, source);
}

/// Before the first pack: whoever goes on after this process was killed must know whose number it has, or nothing in it
/// could be compared with.
void Session::write_numbers() {
  std::call_once(numbers_written_, [this] { flush(); });
}

void Session::record(Object object) {
  begin();
  {
    auto totals = totals_.lock();
    ++totals->objects;
    if (object.kind == NodeKind::file && (object.link_group == 0 || object.leads_link_group)) {
      totals->content_bytes += data_bytes(object);
    }
  }
  accounts_.lock()->insert(object.location.account);
  Bytes record;
  append_record(record, object);
  catalog_.add(object.location.account, record, object.chunks);
  flush_when_due();
}

void Session::record(Finding finding) {
  begin();
  totals_.lock()->findings.add(finding.kind);
  accounts_.lock()->insert(finding.account);
  Bytes record;
  append_record(record, finding);
  catalog_.add(finding.account, record);
  flush_when_due();
  if (watcher_ != nullptr) watcher_->record(std::move(finding));
}

bool Session::is_due() const {
  return unflushed_content_ >= kFlushContentBytes || catalog_.pending_bytes() >= kFlushRecordBytes ||
         vault_->clock.now().seconds - last_flush_seconds_ >= kFlushSeconds;
}

void Session::flush_when_due() {
  if (!is_due()) return;
  if (flushing_.exchange(true) && catalog_.pending_bytes() < kMostRecordBytes) return;
  unflushed_content_ = 0;
  last_flush_seconds_ = vault_->clock.now().seconds;
  try {
    flush();
  } catch (...) {
    flushing_ = false;
    throw;
  }
  flushing_ = false;
}

void Session::flush() {
  catalog_.flush([this] { content_->make_durable(); });
}

void Session::complete_info(CaptureInfo& info) {
  auto totals = totals_.lock();
  info.capture_id = to_hex(start_.capture);
  info.kind = vault_->header.kind;
  info.started = start_.started;
  info.finished = vault_->clock.now();
  info.objects = totals->objects;
  info.content_bytes = totals->content_bytes;
  info.findings = totals->findings;
}

/// Everything that it lists is durable by now. A site takes the name without a suffix for the end, so it comes last.
void Session::write_manifest(const Manifest& manifest) {
  const Bytes blob = encode_manifest(manifest);
  for (const Copy copy : {Copy::second, Copy::first}) {
    vault_->blobs.put(complete_name(start_.capture, copy), blob);
    manifest_bytes_ += blob.size();
  }
}

std::uint64_t Session::stored_bytes() const {
  return content_->stored_bytes() + catalog_.stored_bytes() + manifest_bytes_;
}

CaptureInfo Session::finish(CaptureInfo info) {
  check(!finished_, "a capture is finished once");
  begin();
  complete_info(info);
  const std::set<AccountNumber> accounts = *accounts_.lock();
  for (const AccountNumber account : accounts) {
    Bytes record;
    append_record(record, account == kSystemAccount ? info : part_of_account(info, account));
    catalog_.add(account, record);
  }
  Manifest manifest{start_, info.finished, {}};
  manifest.accounts = catalog_.finish(accounts, [this] { content_->make_durable(); });
  write_manifest(manifest);
  finished_ = true;
  sweep();
  return info;
}

/// Where the vault is another's, so is this.
void Session::sweep() {
  if (vault_->owner == nullptr) return;
  try {
    sweep_of(*vault_).after_capture(start_);
  } catch (const Error&) {
    // The capture is complete, and what is left over harms nobody and goes the next time.
  }
}

}  // namespace rehome::store
