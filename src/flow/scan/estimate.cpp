// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/estimate.h"

#include <utility>

#include "base/core/error.h"
#include "base/core/locked.h"

namespace rehome::scan {

namespace {

/// Files below this size are counted as dense: opening each to look for holes would cost more than it tells.
constexpr std::uint64_t kWorthOpening = std::uint64_t{1} << 20;

class CountingSink final : public CaptureSink {
 public:
  CountingSink(FindingSink& findings, const std::function<bool(const NodeInfo&)>& owns)
      : findings_(findings), owns_(owns) {}

  Estimate result() { return *estimate_.lock(); }

  /// The job's accounts have numbers already: scan() does not ask.
  AccountNumber number_of(const Account& account) override {
    throw Error(ErrorCode::unsupported, "an estimate gives no number to account " + account.name);
  }
  bool reuse(Object& object) override { return object.size < kWorthOpening; }
  void keep_content(Object& object, FileSource& source) override {
    object.extents = source.file().data_extents();
    if (object.extents.empty()) object.extents = {Extent{}};  // all of it is a hole
  }
  void record(Object object) override {
    const bool has_content = object.link_group == 0 || object.leads_link_group;
    auto estimate = estimate_.lock();
    for (Amount* amount : {&estimate->accounts[object.location.account], &estimate->total}) {
      ++amount->objects;
      if (!has_content) continue;
      amount->content_bytes += data_bytes(object);
    }
  }
  void record(Finding finding) override { findings_.record(std::move(finding)); }
  bool owns(const NodeInfo& folder) const override { return owns_ && owns_(folder); }

 private:
  FindingSink& findings_;
  const std::function<bool(const NodeInfo&)>& owns_;
  Locked<Estimate> estimate_;
};

}  // namespace

Estimate estimate(const ScanJob& job, FindingSink& findings, Progress& progress,
                  const std::function<bool(const NodeInfo&)>& owns) {
  CountingSink sink(findings, owns);
  scan(job, sink, progress);
  return sink.result();
}

}  // namespace rehome::scan
