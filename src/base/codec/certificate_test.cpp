// SPDX-License-Identifier: Apache-2.0
#include "base/codec/certificate.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "base/codec/certificate_authority.h"
#include "base/codec/hash.h"
#include "base/codec/system_random.h"
#include "base/core/error.h"
#include "base/machine/memory/manual_clock.h"

namespace rehome {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kDay = 86'400;

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_FALSE(error.message().empty());
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::cancelled;
}

/// The DER bytes in PEM text, decoded without OpenSSL.
Bytes der_of(const std::string& pem) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t start = pem.find('\n') + 1;
  Bytes der;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char digit : pem.substr(start, pem.find("-----END") - start)) {
    const std::size_t value = kDigits.find(digit);
    if (value == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    der.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  return der;
}

class CertificateTest : public testing::Test {
 protected:
  CertificateAuthority make_authority(std::string_view site = "LAB") {
    return CertificateAuthority::make(site, {clock_, random_});
  }
  Timestamp in(std::int64_t seconds) const { return {clock_.now().seconds + seconds, 0}; }
  std::string client_of(const CertificateAuthority& authority, std::string_view name = "pc-1", int days = 30) {
    return authority.issue_client(make_certificate_request(name).request, name, days);
  }

  ManualClock clock_;
  SystemRandom random_;
};

TEST_F(CertificateTest, AnAuthorityIsNamedAfterItsSiteAndLastsTenYears) {
  const CertificateAuthority authority = make_authority("XYZ");
  const CertificateInfo info = inspect_certificate(authority.certificate());
  EXPECT_EQ(info.common_name, "Rehome site XYZ");
  EXPECT_EQ(info.expires, in(3650 * kDay));
  EXPECT_LT(info.not_before, clock_.now());
  EXPECT_GE(info.not_before, in(-600));
  EXPECT_EQ(info.serial.size(), 32U);
}

TEST_F(CertificateTest, TheFingerprintIsTheHashOfTheDerForm) {
  const std::string pem = make_authority().certificate();
  EXPECT_EQ(certificate_fingerprint(pem), to_hex(sha256(der_of(pem))));
  EXPECT_EQ(inspect_certificate(pem).fingerprint, certificate_fingerprint("a note of the administrator\n" + pem));
}

TEST_F(CertificateTest, AServerIsTrustedAsServerOnlyAndInItsTime) {
  const CertificateAuthority authority = make_authority();
  const CertifiedKey server = authority.issue_server({.hosts = {"smp.example.org"}, .addresses = {"::1"}}, 30);
  const std::string& bundle = authority.certificate();
  const auto reason = [&](CertificateUse use, Timestamp when) {
    return reason_not_trusted(server.certificate, bundle, use, when).value_or("trusted");
  };
  EXPECT_EQ(reason(CertificateUse::server, clock_.now()), "trusted");
  EXPECT_EQ(reason(CertificateUse::server, in(-60)), "trusted") << "a clock a minute behind";
  EXPECT_EQ(reason(CertificateUse::server, in(30 * kDay - 1)), "trusted");
  EXPECT_THAT(reason(CertificateUse::server, in(30 * kDay + 1)), HasSubstr("expired"));
  EXPECT_THAT(reason(CertificateUse::server, in(-kDay)), HasSubstr("not yet valid"));
  EXPECT_THAT(reason(CertificateUse::client, clock_.now()), HasSubstr("purpose"));
}

TEST_F(CertificateTest, AClientIsTrustedAsClientOnly) {
  const CertificateAuthority authority = make_authority();
  const std::string client = client_of(authority);
  EXPECT_EQ(reason_not_trusted(client, authority.certificate(), CertificateUse::client, clock_.now()), std::nullopt);
  EXPECT_NE(reason_not_trusted(client, authority.certificate(), CertificateUse::server, clock_.now()), std::nullopt);
}

TEST_F(CertificateTest, AnotherAuthorityOfTheSameNameIsNoAuthority) {
  const CertificateAuthority ours = make_authority();
  const CertificateAuthority foreign = make_authority();
  EXPECT_NE(reason_not_trusted(client_of(foreign), ours.certificate(), CertificateUse::client, clock_.now()),
            std::nullopt);
}

TEST_F(CertificateTest, AClientsCertificateIsNoAuthority) {
  const CertificateAuthority authority = make_authority();
  const std::string client = client_of(authority);
  const CertificateRequest agent = make_certificate_request("pc-1");
  const std::string own = authority.issue_client(agent.request, "pc-1", 30);
  EXPECT_EQ(code_of([&] { CertificateAuthority::load(own, agent.private_key.clone(), {clock_, random_}); }),
            ErrorCode::invalid_argument);
  EXPECT_NE(reason_not_trusted(client, own, CertificateUse::client, clock_.now()), std::nullopt);
}

TEST_F(CertificateTest, ABundleOfTwoAuthoritiesTrustsBoth) {
  const CertificateAuthority old_one = make_authority();
  const CertificateAuthority new_one = make_authority();
  const std::string bundle = old_one.certificate() + "the new one:\n" + new_one.certificate();
  for (const CertificateAuthority* authority : {&old_one, &new_one}) {
    EXPECT_EQ(reason_not_trusted(client_of(*authority), bundle, CertificateUse::client, clock_.now()), std::nullopt);
  }
  EXPECT_THAT(split_trust_bundle(bundle), testing::ElementsAre(old_one.certificate(), new_one.certificate()));
  EXPECT_EQ(code_of([&] { inspect_certificate(bundle); }), ErrorCode::invalid_argument);
}

TEST_F(CertificateTest, TheAuthorityChoosesTheNameWhateverTheRequestAsksFor) {
  const CertificateAuthority authority = make_authority();
  const CertificateRequest agent = make_certificate_request("administrator");
  const CertificateInfo info = inspect_certificate(authority.issue_client(agent.request, "pc-7", 30));
  EXPECT_EQ(info.common_name, "pc-7");
  EXPECT_EQ(info.expires, in(30 * kDay));
}

TEST_F(CertificateTest, SerialNumbersDiffer) {
  const CertificateAuthority authority = make_authority();
  EXPECT_NE(inspect_certificate(client_of(authority)).serial, inspect_certificate(client_of(authority)).serial);
}

TEST_F(CertificateTest, NothingOutlivesItsAuthority) {
  const CertificateAuthority authority = make_authority();
  const Timestamp end = inspect_certificate(authority.certificate()).expires;
  clock_.set({end.seconds - kDay, 0});
  EXPECT_EQ(inspect_certificate(client_of(authority)).expires, end);
  clock_.set(end);
  EXPECT_EQ(code_of([&] { client_of(authority); }), ErrorCode::refused);
}

TEST_F(CertificateTest, ALoadedAuthorityGoesOnWhereItEnded) {
  const CertificateAuthority first = make_authority();
  const CertificateAuthority again =
      CertificateAuthority::load("kept by\n" + first.certificate(), first.private_key().clone(), {clock_, random_});
  EXPECT_EQ(again.certificate(), first.certificate());
  EXPECT_EQ(reason_not_trusted(client_of(again), first.certificate(), CertificateUse::client, clock_.now()),
            std::nullopt);
  const CertificateAuthority other = make_authority();
  EXPECT_EQ(
      code_of([&] { CertificateAuthority::load(first.certificate(), other.private_key().clone(), {clock_, random_}); }),
      ErrorCode::invalid_argument);
}

TEST_F(CertificateTest, ARequestMustProveThatItHoldsItsKey) {
  const CertificateAuthority authority = make_authority();
  const std::string request = make_certificate_request("pc-1").request;
  // Every byte of the DER form counts: flip one in each line of the Base64 text.
  for (std::size_t line = request.find('\n') + 1; request[line] != '-'; line = request.find('\n', line) + 1) {
    std::string damaged = request;
    damaged[line + 2] = damaged[line + 2] == 'A' ? 'B' : 'A';
    EXPECT_EQ(code_of([&] { authority.issue_client(damaged, "pc-1", 1); }), ErrorCode::invalid_argument) << damaged;
  }
}

TEST_F(CertificateTest, AKeyOfAnotherKindIsRefused) {
  // openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -subj /CN=x
  constexpr std::string_view kOnP384 = R"(-----BEGIN CERTIFICATE REQUEST-----
MIIBAzCBiwIBADAMMQowCAYDVQQDDAF4MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE
b79dhI6AWEbCCAgUBg2psJ4qDV88mvLH0Q814VD8NxKSWEE3DR+8jumf3sm9Ja1Q
Ima0EU6NidGTOBq5GklUcfRosUr9ySzSfFP/lwCpLq4ZjmYt5/fcciCo2V/vTNYS
oAAwCgYIKoZIzj0EAwIDZwAwZAIwayAT1hUt1ZJaRJxIN2eNXIOESSlkxwPAFi4L
cWbESTFyVqrNkEVmVNsmrYkp+bXEAjAPWYjykfAMqCDMnpBWSt78i/CopcKJ37xi
2LggHiMk7fRK4qq6igRcYlf3fsNLEPY=
-----END CERTIFICATE REQUEST-----
)";
  const CertificateAuthority authority = make_authority();
  try {
    authority.issue_client(kOnP384, "pc-1", 1);
    FAIL() << "a key on P-384 was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.message(), HasSubstr("P-256"));
  }
}

TEST_F(CertificateTest, NoBytesMakeItDoAnythingButThrow) {
  const CertificateAuthority authority = make_authority();
  const std::string good = authority.certificate();
  const std::string begin = "-----BEGIN CERTIFICATE-----\n", end = "-----END CERTIFICATE-----\n";
  for (const std::string& pem : {std::string(), std::string("\0\0", 2), begin, begin + end, begin + "AAAA\n" + end,
                                 good.substr(0, good.size() / 2), good + begin + "MIIB\n" + end}) {
    EXPECT_EQ(code_of([&] { inspect_certificate(pem); }), ErrorCode::invalid_argument) << pem;
    EXPECT_EQ(code_of([&] { split_trust_bundle(pem); }), ErrorCode::invalid_argument) << pem;
    EXPECT_EQ(code_of([&] { authority.issue_client(pem, "x", 1); }), ErrorCode::invalid_argument) << pem;
    EXPECT_EQ(code_of([&] { CertificateAuthority::load(good, Secret(as_bytes(pem)), {clock_, random_}); }),
              ErrorCode::invalid_argument)
        << pem;
  }
  std::string many;
  for (std::size_t i = 0; i <= kMostCertificatesInBundle; ++i) many += good;
  EXPECT_EQ(code_of([&] { split_trust_bundle(many); }), ErrorCode::limit_exceeded);
  EXPECT_EQ(code_of([&] { inspect_certificate(good + std::string(kLargestPem, ' ')); }), ErrorCode::limit_exceeded);
}

TEST_F(CertificateTest, AKeyWithAPassphraseIsToldAndNothingIsAsked) {
  // openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:x
  constexpr std::string_view kEncrypted = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiV2HR0hjlU7QICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAROT2hq10PqpTwnnAn3yCoEgZBk
W1OSnupir9eDxxYJeLw3wvd7G1ntHDt+jsl4AdiLfun64EAAuP7sFmLxijyLqG13
Jw4Ze8PtMVfOrMbp6Hhi6/ZW/jFjb+sxkBtu39ydxsN64Kv4dxAD7smrpgnia/4Z
BPDEBax7YBduc7fimZXyMdXUFe9t0tk+EK6cUiv038b146qMjjJRGhSZvDcgH+g=
-----END ENCRYPTED PRIVATE KEY-----
)";
  const CertificateAuthority authority = make_authority();
  try {
    CertificateAuthority::load(authority.certificate(), Secret(as_bytes(kEncrypted)), {clock_, random_});
    FAIL() << "an encrypted key was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("without a passphrase"));
  }
}

TEST_F(CertificateTest, NamesAndDaysAreChecked) {
  const CertificateAuthority authority = make_authority();
  const std::string request = make_certificate_request("pc-1").request;
  for (const std::string& name :
       {std::string(), std::string(65, 'n'), std::string("a\0b", 3), std::string("a\nb"), std::string("\xff\xfe")}) {
    EXPECT_EQ(code_of([&] { authority.issue_client(request, name, 1); }), ErrorCode::invalid_argument) << name;
  }
  EXPECT_EQ(inspect_certificate(authority.issue_client(request, std::string(64, 'n'), 1)).common_name,
            std::string(64, 'n'));
  EXPECT_EQ(inspect_certificate(authority.issue_client(request, "Büro-1", 1)).common_name, "Büro-1");
  for (const int days : {-1, 0, 3651}) {
    EXPECT_EQ(code_of([&] { authority.issue_client(request, "n", days); }), ErrorCode::invalid_argument) << days;
  }
  for (const char* host : {"", "a b", "a,DNS:b", "*.a", "-a", "a-", "a..b", "a\nb", "\xc3\xbc"}) {
    EXPECT_EQ(code_of([&] { authority.issue_server({.hosts = {host}, .addresses = {}}, 1); }),
              ErrorCode::invalid_argument)
        << host;
  }
  for (const char* address : {"", "1.2.3", "1.2.3.4.5", "::g", "host"}) {
    EXPECT_EQ(code_of([&] { authority.issue_server({.hosts = {}, .addresses = {address}}, 1); }),
              ErrorCode::invalid_argument)
        << address;
  }
  EXPECT_EQ(code_of([&] { authority.issue_server({}, 1); }), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace rehome
