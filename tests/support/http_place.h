// SPDX-License-Identifier: Apache-2.0
#pragma once
// A blob store over HTTP in the shape of an owned one, so that one suite tries them all: what clients do goes over the
// wire to the test's server, what only the owner does goes to the folder behind it.

#include <memory>
#include <utility>

#include "base/machine/linux/linux_file_tree.h"
#include "flow/transport/folder_blob_store.h"
#include "flow/transport/http_blob_store.h"
#include "tests/support/http_store_server.h"

namespace rehome::testing {

inline transport::HttpClientOptions client_options(const HttpStoreServer& server) {
  transport::HttpClientOptions options;
  options.base_url = server.url();
  options.ca_bundle = server.authority().certificate();
  options.retries = 0;
  return options;
}

class OwnedOverHttp final : public OwnedBlobStore {
 public:
  explicit OwnedOverHttp(const HttpStoreServer& server)
      : client_(client_options(server)),
        remote_(transport::open_http_blob_store(client_, "")),
        tree_(open_linux_file_tree(server.folder())),
        owner_(transport::open_folder_blob_store(tree_->open_for_writing("/"), server.folder())) {}

  void put(std::string_view name, ByteView content) override { remote_->put(name, content); }
  Bytes get(std::string_view name, std::uint64_t limit) override { return remote_->get(name, limit); }
  Bytes get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) override {
    return remote_->get_range(name, offset, length);
  }
  std::optional<std::uint64_t> size_of(std::string_view name) override { return remote_->size_of(name); }
  std::vector<BlobInfo> list(std::string_view prefix) override { return remote_->list(prefix); }
  std::optional<std::uint64_t> free_bytes() override { return remote_->free_bytes(); }
  std::string display_name() const override { return remote_->display_name(); }
  void remove(std::string_view name) override { owner_->remove(name); }
  std::unique_ptr<BlobStoreLock> lock() override { return owner_->lock(); }
  void clean() override { owner_->clean(); }

 private:
  transport::HttpClient client_;
  std::unique_ptr<BlobStore> remote_;
  std::unique_ptr<FileTree> tree_;
  std::unique_ptr<OwnedBlobStore> owner_;
};

}  // namespace rehome::testing
