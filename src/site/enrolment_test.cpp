// SPDX-License-Identifier: Apache-2.0
#include "site/enrolment.h"

#include "base/codec/certificate.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::HasSubstr;

class EnrolmentTest : public SiteTest {
 protected:
  EnrolmentRequest request(const std::string& token, const std::string& name = "PC-1") {
    return {token, make_certificate_request("whatever").request, name, "Debian 12", "1.0"};
  }
  std::string token_for(const std::optional<std::string>& computer = {}, std::int64_t life = 3600) {
    return make_enrolment_token(site(), computer, life, kAlice).token;
  }
};

TEST_P(EnrolmentTest, GivesAnIdentityOfTheSitesChoice) {
  const Enrolment enrolled = enrol(site(), request(token_for()));
  EXPECT_EQ(inspect_certificate(enrolled.certificate).common_name, enrolled.computer.id);
  EXPECT_TRUE(enrolled.computer.enrolled);
  EXPECT_EQ(enrolled.computer.fingerprint, certificate_fingerprint(enrolled.certificate));
  EXPECT_EQ(reason_not_trusted(enrolled.certificate, enrolled.authorities, CertificateUse::client, world().clock.now()),
            std::nullopt);
  const auto known = computer_of_certificate(site(), enrolled.certificate);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->id, enrolled.computer.id);
}

TEST_P(EnrolmentTest, RefusesForgedUsedAndExpiredTokens) {
  EXPECT_EQ(code_of([&] { enrol(site(), request(std::string(64, 'a'))); }), ErrorCode::refused);
  const std::string token = token_for();
  enrol(site(), request(token));
  EXPECT_THAT(message_of([&] { enrol(site(), request(token)); }), HasSubstr("was used"));
  const std::string late = token_for({}, 60);
  world().pass(61);
  EXPECT_THAT(message_of([&] { enrol(site(), request(late)); }), HasSubstr("expired"));
  EXPECT_EQ(list_computers(site(), {}).items.size(), 1U);
}

// Who enrols as a computer gets what is kept of it and for it, now or later.
TEST_P(EnrolmentTest, ATokenForAnEnrolledComputerNeedsTheRecoveryRight) {
  const Computer planned = import_computer(site(), {.name = "planned"}, kAdmin);
  EXPECT_EQ(enrol(site(), request(make_enrolment_token(site(), planned.id, 3600, kOscar).token)).computer.id,
            planned.id);
  for (const Account& without : {kOscar, kBob}) {
    EXPECT_EQ(code_of([&] { make_enrolment_token(site(), planned.id, 3600, without); }), ErrorCode::refused);
  }
  EXPECT_EQ(enrol(site(), request(token_for(planned.id))).computer.id, planned.id);
  make_return_token(site(), planned.id);  // it asks for itself
}

TEST_P(EnrolmentTest, ATokenIsNotUsedUpByARequestThatFails) {
  const std::string token = token_for();
  EnrolmentRequest broken = request(token);
  broken.request = "nonsense";
  EXPECT_EQ(code_of([&] { enrol(site(), broken); }), ErrorCode::invalid_argument);
  EXPECT_TRUE(enrol(site(), request(token)).computer.enrolled);
}

TEST_P(EnrolmentTest, TokensAreNotInTheRecords) {
  const std::string token = token_for();
  world().database().read([&](Transaction& transaction) {
    EXPECT_NE(transaction.query("SELECT hash FROM enrolment_tokens").at(0).text(0), token);
  });
}

TEST_P(EnrolmentTest, ABoundTokenEnrolsItsRecord) {
  const Computer planned = import_computer(site(), {.name = "planned", .note = "kept"}, kAdmin);
  const Enrolment enrolled = enrol(site(), request(token_for(planned.id), "PC-9"));
  EXPECT_EQ(enrolled.computer.id, planned.id);
  EXPECT_EQ(enrolled.computer.note, "kept");
  EXPECT_EQ(enrolled.computer.name, "PC-9");
}

// C-A7 is not so here: never by name or address of its network card. A second computer that says the same name is
// another one.
TEST_P(EnrolmentTest, TheSameNameIsNotTheSameComputer) {
  const Enrolment first = enrol(site(), request(token_for(), "PC-1"));
  const Enrolment second = enrol(site(), request(token_for(), "PC-1"));
  EXPECT_NE(first.computer.id, second.computer.id);
  EXPECT_TRUE(computer_of_certificate(site(), first.certificate));
}

TEST_P(EnrolmentTest, AReinstalledComputerKeepsItsRecordAndLosesItsOldCertificate) {
  const Enrolment before = enrol(site(), request(token_for()));
  const Token back = make_return_token(site(), before.computer.id);
  const Enrolment after = enrol(site(), request(back.token, "PC-1-new"));
  EXPECT_EQ(after.computer.id, before.computer.id);
  EXPECT_FALSE(computer_of_certificate(site(), before.certificate));
  EXPECT_TRUE(computer_of_certificate(site(), after.certificate));
  EXPECT_EQ(code_of([&] { enrol(site(), request(back.token)); }), ErrorCode::refused);
}

// What a computer fetched before and did not need is nobody's way in.
TEST_P(EnrolmentTest, ItsOtherTokensEndWithTheReturn) {
  const Enrolment before = enrol(site(), request(token_for()));
  const Token first = make_return_token(site(), before.computer.id);
  const Token second = make_return_token(site(), before.computer.id);
  const Enrolment after = enrol(site(), request(second.token));
  EXPECT_EQ(code_of([&] { enrol(site(), request(first.token)); }), ErrorCode::refused);
  EXPECT_TRUE(computer_of_certificate(site(), after.certificate));
}

TEST_P(EnrolmentTest, TheOldCertificateIsGoodUntilTheNewOneWasSeen) {
  const Enrolment before = enrol(site(), request(token_for()));
  const Enrolment after = renew_certificate(site(), before.computer.id, make_certificate_request("x").request);
  EXPECT_TRUE(computer_of_certificate(site(), before.certificate));
  EXPECT_TRUE(computer_of_certificate(site(), after.certificate));
  EXPECT_FALSE(computer_of_certificate(site(), before.certificate));
}

TEST_P(EnrolmentTest, TwoAuthoritiesAreTrustedWhileTheSiteChangesThem) {
  const Enrolment before = enrol(site(), request(token_for()));
  make_authority(site(), kAdmin);
  EXPECT_EQ(split_trust_bundle(trusted_authorities(site())).size(), 2U);
  EXPECT_TRUE(computer_of_certificate(site(), before.certificate));
  const std::vector<AuthorityInfo> both = list_authorities(site());
  ASSERT_EQ(both.size(), 2U);
  EXPECT_TRUE(both[0].signs && both[0].number == 2 && both[0].computers == 0);
  EXPECT_TRUE(!both[1].signs && both[1].number == 1 && both[1].computers == 1);
  EXPECT_EQ(both[0].fingerprint, certificate_fingerprint(current_authority(site()).certificate()));
  EXPECT_GT(both[0].expires, both[0].created);
  EXPECT_THAT(message_of([&] { retire_authorities(site(), false, kAdmin); }), HasSubstr("1 computers"));
  const Enrolment after = renew_certificate(site(), before.computer.id, make_certificate_request("x").request);
  EXPECT_EQ(retire_authorities(site(), false, kAdmin), 0);
  EXPECT_EQ(trusted_authorities(site()), current_authority(site()).certificate());
  EXPECT_FALSE(computer_of_certificate(site(), before.certificate));
  EXPECT_TRUE(computer_of_certificate(site(), after.certificate));
}

TEST_P(EnrolmentTest, StrangersAndRemovedComputersAreNobody) {
  const Enrolment enrolled = enrol(site(), request(token_for()));
  const auto stranger = CertificateAuthority::make("LAB", {world().clock, world().random});
  EXPECT_FALSE(computer_of_certificate(
      site(), stranger.issue_client(make_certificate_request("x").request, enrolled.computer.id, 30)));
  remove_computer(site(), enrolled.computer.id, kAdmin);
  EXPECT_FALSE(computer_of_certificate(site(), enrolled.certificate));
}

REHOME_OVER_BOTH_DATABASES(EnrolmentTest);

}  // namespace
}  // namespace rehome::site
