// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/identity.h"

#include <gtest/gtest.h>

#include "base/codec/certificate.h"
#include "base/core/error.h"
#include "tests/support/http_store_server.h"
#include "tests/support/scratch_folder.h"

namespace rehome::agent {
namespace {

constexpr const char* kComputer = "c-0123456789abcdef";

class IdentityTest : public ::testing::Test {
 protected:
  std::string certificate_for(const std::string& name) {
    return server_.authority().issue_client(make_certificate_request("any").request, name, 30);
  }
  Identity identity() {
    CertificateRequest request = make_certificate_request(kComputer);
    return {.site = server_.url(),
            .computer = kComputer,
            .site_code = "TST",
            .certificate = server_.authority().issue_client(request.request, kComputer, 30),
            .private_key = std::move(request.private_key),
            .authorities = server_.authority().certificate()};
  }
  bool renew(Identity& identity, const std::string& certificate, int days) {
    transport::HttpClientOptions options;
    present(identity, options);
    transport::HttpClient client(std::move(options));
    const Json answer = Json::Object{{"certificate", certificate}, {"authorities", server_.authority().certificate()}};
    server_.fault(to_text(Json::Object{{"kind", "answer"}, {"status", 200}, {"body", to_text(answer)}}));
    Timestamp now = SystemClock().now();
    now.seconds += std::int64_t{days} * 86400;
    return renew_if_due(identity, client, now);
  }

  testing::HttpStoreServer server_;
};

TEST_F(IdentityTest, IsOneFile) {
  const testing::ScratchFolder scratch;
  AgentFolder folder = AgentFolder::open_or_make(scratch.path_of("agent"));
  EXPECT_FALSE(load_identity(folder));
  EXPECT_THROW(require_identity(folder), Error);
  const Identity saved = identity();
  save_identity(folder, saved);
  const Identity loaded = require_identity(folder);
  EXPECT_EQ(loaded.computer, kComputer);
  EXPECT_EQ(loaded.certificate, saved.certificate);
  EXPECT_EQ(as_text(loaded.private_key.view()), as_text(saved.private_key.view()));
}

TEST_F(IdentityTest, IsRenewedAfterTwoThirdsOfItsTime) {
  Identity old = identity();
  const std::string before = old.certificate;
  EXPECT_FALSE(renew(old, certificate_for(kComputer), 19));
  server_.take_log();
  EXPECT_TRUE(renew(old, certificate_for(kComputer), 21));
  EXPECT_NE(old.certificate, before);
}

TEST_F(IdentityTest, KeepsWhatItHasWhereTheNewOneIsOfNoUse) {
  for (const std::string& certificate :
       {certificate_for("c-ffffffffffffffff"), std::string("none"), server_.authority().certificate()}) {
    Identity old = identity();
    const std::string before = old.certificate;
    EXPECT_THROW(renew(old, certificate, 21), Error);
    EXPECT_EQ(old.certificate, before);
  }
}

TEST_F(IdentityTest, ASiteAloneIsNoIdentity) {
  Identity site = trust_site(server_.url(), certificate_fingerprint(server_.authority().certificate()), {});
  EXPECT_EQ(site.authorities, server_.authority().certificate());
  transport::HttpClientOptions options;
  EXPECT_THROW(present(site, options), Error);
}

}  // namespace
}  // namespace rehome::agent
