// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/watched_source.h"

#include <algorithm>
#include <utility>

namespace rehome::scan {

template <typename Action>
auto WatchedSource::watch(const Action& action) {
  recorder_.check_stop();
  try {
    return action();
  } catch (const Error& error) {
    failure_ = error;
    throw;
  }
}

class WatchedSource::WatchedFile final : public ReadableFile {
 public:
  WatchedFile(WatchedSource& source, std::unique_ptr<ReadableFile> file) : source_(source), file_(std::move(file)) {}

  std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    const std::size_t count = source_.watch([&] { return file_->read_at(offset, out); });
    source_.count(offset, count);
    return count;
  }
  NodeInfo inspect() override {
    return source_.watch([&] { return file_->inspect(); });
  }
  void read_attributes(Metadata& metadata) override {
    source_.watch([&] { file_->read_attributes(metadata); });
  }
  std::vector<Extent> data_extents() override {
    return source_.watch([&] { return file_->data_extents(); });
  }

 private:
  WatchedSource& source_;
  std::unique_ptr<ReadableFile> file_;
};

WatchedSource::~WatchedSource() { recorder_.progress().bytes -= counted_; }

ReadableFile& WatchedSource::file() {
  if (!file_) {
    file_ = std::make_unique<WatchedFile>(*this, watch([&] { return folder().open_file(name()); }));
  }
  return *file_;
}

void WatchedSource::count(std::uint64_t offset, std::uint64_t length) {
  const std::uint64_t end = offset + length;
  if (end <= reached_) return;  // read once more
  const std::uint64_t fresh = std::min(length, end - reached_);
  reached_ = end;
  counted_ += fresh;
  recorder_.progress().bytes += fresh;
}

void WatchedSource::settle_progress(std::uint64_t size) {
  recorder_.progress().bytes += size - counted_;
  counted_ = 0;
}

}  // namespace rehome::scan
