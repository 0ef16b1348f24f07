// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/names.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace rehome::store {
namespace {

const CaptureId kCapture{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255}};
const PackId kPack{{255, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1}};

TEST(Names, EveryNameIsAllowedByThePort) {
  for (const Copy copy : {Copy::first, Copy::second}) {
    EXPECT_NO_THROW(check_blob_name(header_name(copy)));
    EXPECT_NO_THROW(check_blob_name(segment_name(kCapture, UINT32_MAX, UINT32_MAX, copy)));
    EXPECT_NO_THROW(check_blob_name(complete_name(kCapture, copy)));
  }
  EXPECT_NO_THROW(check_blob_name(pack_name(UINT32_MAX, kPack)));
  EXPECT_NO_THROW(check_blob_name(damage_mark_name(UINT32_MAX, kPack)));
  EXPECT_NO_THROW(check_blob_name(started_name(kCapture)));
}

TEST(Names, APackIsFoundByItsName) {
  EXPECT_EQ(parse_pack_name(pack_name(7, kPack)), (PackPlace{7, kPack}));
  EXPECT_EQ(parse_pack_name(damage_mark_name(7, kPack)), (PackPlace{7, kPack}));
}

TEST(Names, ASegmentIsFoundByItsName) {
  const auto blob = parse_capture_blob(segment_name(kCapture, 3, 12, Copy::second));
  ASSERT_TRUE(blob);
  EXPECT_EQ(blob->capture, kCapture);
  EXPECT_EQ(blob->what, CaptureBlob::What::segment_copy);
  EXPECT_EQ(blob->account, 3U);
  EXPECT_EQ(blob->segment, 12U);
  EXPECT_EQ(parse_capture_blob(segment_name(kCapture, 3, 12, Copy::first))->what, CaptureBlob::What::segment);
}

TEST(Names, TheMarksOfACaptureAreToldApart) {
  EXPECT_EQ(parse_capture_blob(started_name(kCapture))->what, CaptureBlob::What::started);
  EXPECT_EQ(parse_capture_blob(complete_name(kCapture, Copy::first))->what, CaptureBlob::What::complete);
  EXPECT_EQ(parse_capture_blob(complete_name(kCapture, Copy::second))->what, CaptureBlob::What::complete_copy);
}

TEST(Names, OtherSpellingsAreStrangers) {
  const std::string hex = to_hex(kPack);
  for (const std::string& name : std::vector<std::string>{
           "packs/07/" + hex, "packs/-1/" + hex, "packs/4294967296/" + hex, "packs/7/" + hex + "0",
           "packs/7/FF" + hex.substr(2), "packs//" + hex, std::string("packs/7"), "captures/" + hex}) {
    EXPECT_EQ(parse_pack_name(name), std::nullopt) << name;
  }
  const std::string folder = "captures/" + to_hex(kCapture) + "/";
  for (const std::string_view rest : {"1.2c", "1.", ".2", "1.02", "started.b", "1.2.3", ""}) {
    EXPECT_EQ(parse_capture_blob(folder + std::string(rest))->what, CaptureBlob::What::stranger) << rest;
  }
  EXPECT_EQ(parse_capture_blob("captures/1/started"), std::nullopt);
}

}  // namespace
}  // namespace rehome::store
