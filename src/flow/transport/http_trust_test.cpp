// SPDX-License-Identifier: Apache-2.0
// Whom the client trusts, and how it shows who it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "base/core/error.h"
#include "flow/transport/internal/testing/http_client_fixture.h"

namespace rehome::transport {
namespace {

using ::testing::HasSubstr;

TEST_F(HttpClientTest, TrustsOnlyItsAuthority) {
  const HttpStoreServer foreign;
  HttpClientOptions wrong = options();
  wrong.base_url = foreign.url();
  HttpClient client(std::move(wrong));
  const Error error = error_of(client);
  EXPECT_EQ(error.code(), ErrorCode::refused);
  EXPECT_THAT(error.message(), HasSubstr("127.0.0.1:" + std::to_string(foreign.port())));
  EXPECT_EQ(slept_ms_, 0) << "trying again changes nothing";
  HttpClientOptions by_system = options();
  by_system.ca_bundle.clear();
  HttpClient with_the_system(std::move(by_system));
  EXPECT_EQ(error_of(with_the_system).code(), ErrorCode::refused);
  EXPECT_EQ(server_.requests(), 0U);
}

TEST_F(HttpClientTest, ABundleOfTwoAuthoritiesIsTrustedWhole) {
  HttpStoreServer other;
  for (const std::string& url : {server_.url(), other.url()}) {
    HttpClientOptions both = options();
    both.base_url = url;
    both.ca_bundle = other.authority().certificate() + server_.authority().certificate();
    HttpClient client(std::move(both));
    EXPECT_EQ(echo(client, "x"), "x");
  }
}

TEST_F(HttpClientTest, TheCertificateMustHaveTheServersName) {
  const HttpStoreServer other({.names = {.hosts = {"smp.example.org"}, .addresses = {}}});
  HttpClientOptions by_address = options();
  by_address.base_url = other.url();
  by_address.ca_bundle = other.authority().certificate();
  HttpClient client(std::move(by_address));
  EXPECT_EQ(error_of(client).code(), ErrorCode::refused);
}

TEST_F(HttpClientTest, ShowsItsOwnCertificate) {
  for (const bool tls_1_2 : {false, true}) {
    HttpStoreServer strict({.wants_client_certificate = true, .tls_1_2 = tls_1_2});
    CertificateRequest agent = make_certificate_request("pc-1");
    HttpClientOptions with = options();
    with.base_url = strict.url();
    with.ca_bundle = strict.authority().certificate();
    with.certificate = strict.authority().issue_client(agent.request, "pc-1", 1);
    with.private_key = std::move(agent.private_key);
    HttpClient client(std::move(with));
    EXPECT_EQ(echo(client, "x"), "x");
  }
}

TEST_F(HttpClientTest, AServerThatDoesNotTakeItsCertificateIsNotAskedAgain) {
  const auto error_without = [&](const HttpStoreServer& strict) {
    HttpClientOptions without = options();
    without.base_url = strict.url();
    without.ca_bundle = strict.authority().certificate();
    HttpClient stranger(std::move(without));
    return error_of(stranger);
  };
  const Error error = error_without(HttpStoreServer({.wants_client_certificate = true, .tls_1_2 = true}));
  EXPECT_EQ(error.code(), ErrorCode::permission_denied) << error.what();
  EXPECT_EQ(slept_ms_, 0);
  // With TLS 1.3 the server refuses after the client believes to be connected; whether its reason is seen is a race.
  const Error newer = error_without(HttpStoreServer({.wants_client_certificate = true}));
  EXPECT_THAT(newer.message(), HasSubstr("certificate")) << newer.what();
}

TEST_F(HttpClientTest, FirstContactTakesTheCertificateWithTheFingerprintAndNoOther) {
  HttpClientOptions first = options();
  first.ca_bundle.clear();
  const std::string authority = server_.authority().certificate();
  EXPECT_EQ(fetch_pinned_certificate(first, certificate_fingerprint(authority)), authority);
  std::string wrong = certificate_fingerprint(authority);
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const std::string& fingerprint : {wrong, wrong.substr(0, 63), std::string()}) {
    EXPECT_EQ(error_of([&] { fetch_pinned_certificate(first, fingerprint); }).code(), ErrorCode::refused);
  }
  EXPECT_EQ(server_.requests(), 0U) << "nothing may be sent before the server is known";
  first.ca_bundle = fetch_pinned_certificate(first, certificate_fingerprint(authority));
  HttpClient client(std::move(first));
  EXPECT_EQ(echo(client, "x"), "x");
}

}  // namespace
}  // namespace rehome::transport
