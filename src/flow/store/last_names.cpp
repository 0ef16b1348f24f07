// SPDX-License-Identifier: Apache-2.0
#include "flow/store/last_names.h"

#include <map>
#include <utility>
#include <vector>

#include "base/core/error.h"
#include "flow/store/internal/damage.h"

namespace rehome::store {

namespace {

class Count final : FindingSink {
 public:
  void add(const CapturedState& capture) {
    std::vector<AccountNumber> accounts;
    std::map<AccountNumber, std::string> names;
    for (const CapturedAccount& account : capture.info().accounts) {
      accounts.push_back(account.number);
      names.emplace(account.number, account.account.name);
    }
    accounts.push_back(kSystemAccount);
    names.emplace(kSystemAccount, "system");
    capture.visit(accounts, *this, [&](const Object& object) {
      if (holds_content(object)) count(capture, object, names[object.location.account]);
    });
  }
  LastNames take() { return std::move(last_); }

 private:
  static bool holds_content(const Object& object) {
    return object.kind == NodeKind::file && (object.link_group == 0 || object.leads_link_group);
  }

  void count(const CapturedState& capture, const Object& object, const std::string& account) {
    const std::optional<NodeInfo> file = linked_file(capture, object);
    if (!file) return;
    const auto [entry, is_new] = names_left_.try_emplace({file->device, file->inode}, file->link_count);
    if (--entry->second > 0) return;
    ++last_.files;
    last_.bytes += file->size;
    if (last_.example.empty()) last_.example = to_text(object.location, account);
  }

  /// nullopt also for what is not in the store any more: nobody can remove that.
  static std::optional<NodeInfo> linked_file(const CapturedState& capture, const Object& object) {
    try {
      return capture.stored_file(object);
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
      return std::nullopt;
    }
  }

  void record(Finding finding) override { throw Error(ErrorCode::corrupt, finding.message); }

  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> names_left_;  // by device and inode
  LastNames last_;
};

}  // namespace

LastNames find_last_names(Vault& vault, const std::string& capture_id) {
  Count count;
  if (vault.info().kind != StoreKind::hard_link) return count.take();
  for (const CaptureSummary& summary : vault.captures()) {
    const bool is_meant = capture_id.empty() || summary.capture_id == capture_id;
    if (summary.complete && is_meant) count.add(*vault.open_capture(summary.capture_id));
  }
  return count.take();
}

}  // namespace rehome::store
