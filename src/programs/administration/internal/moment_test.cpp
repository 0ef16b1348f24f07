// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/moment.h"

#include <cstdlib>
#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::administration {
namespace {

TEST(Moment, IsADateOrATimeFromNow) {
  EXPECT_EQ(parse_moment("2026-01-01T12:00Z", "--from", 0), 1'767'268'800);
  EXPECT_EQ(parse_moment("2026-01-01T12:00:07Z", "--from", 0), 1'767'268'807);
  EXPECT_EQ(parse_moment("12h", "--from", 1000), 1000 + 12 * 3600);
  EXPECT_EQ(parse_moment("0", "--from", 1000), 1000);
}

TEST(Moment, IsLocalWithoutZ) {
  ::setenv("TZ", "EET-2", 1);  // two hours before Greenwich
  EXPECT_EQ(parse_moment("2026-01-01T14:00", "--from", 0), 1'767'268'800);
  ::unsetenv("TZ");
}

TEST(Moment, EverythingElseIsNone) {
  for (const char* bad : {"", "soon", "2026-02-31T00:00Z", "2026-13-01T00:00", "2026-01-01", "2026-01-01T24:00",
                          "2026-01-01T12:00:60", "2026-01-01T12:00Zx", "-5m", "12", "1969-12-31T23:59Z"}) {
    EXPECT_THROW(parse_moment(bad, "--from", 0), Error) << bad;
  }
}

}  // namespace
}  // namespace rehome::administration
