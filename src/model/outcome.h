// SPDX-License-Identifier: Apache-2.0
#pragma once
// What happened to single objects: failure as data. A capture and a restore both end with findings and totals; the
// caller's policy decides what they mean.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/location.h"

namespace rehome {

enum class FindingKind : std::uint8_t {
  unreadable = 1,        // error: content or folder could not be read
  changed = 2,           // error: changed while it was captured or since; what was kept is its newest content
  vanished = 3,          // loss: listed but gone before it was read
  damaged = 4,           // error: the store cannot give it back
  not_restored = 5,      // error: could not be written
  refused = 6,           // loss: a rule of the destination forbids it, as a setuid bit or device without trust
  renamed = 7,           // note: something else has its name; it landed under another
  metadata_lost = 8,     // loss: owner, ACL, attribute, flag or time that could not be kept
  not_supported = 9,     // loss: sockets and other kinds that cannot be kept
  left_out = 10,         // note: a volume or folder outside the scope
  left_behind = 11,      // note: user data no rule takes, caches left out by their tag
  account = 12,          // note: made, mapped, missing
  hazard = 13,           // note: a privileged group or a security label that was dropped
  skipped_command = 14,  // note: an external command of a rule that was not run
  copied = 15,           // note: the original refused a hard link, so the store holds a copy
};
std::string_view name_of(FindingKind kind);

enum class FindingLevel : std::uint8_t { note, loss, error };
FindingLevel level_of(FindingKind kind);

struct Finding {
  FindingKind kind = FindingKind::left_out;
  AccountNumber account = kSystemAccount;
  std::string path;     // of the machine it is about; any bytes
  std::string message;  // one sentence without a final stop
  bool operator==(const Finding&) const = default;
};

/// Where stages say what happened. Called from many threads.
class FindingSink {
 public:
  virtual ~FindingSink() = default;
  virtual void record(Finding finding) = 0;
};

struct FindingCounts {
  std::uint64_t notes = 0, losses = 0, errors = 0;
  void add(FindingKind kind);
};

/// `bytes` as something a terminal and a log can show: control bytes and invalid UTF-8 as \xNN, newline as \n.
std::string printable(std::string_view bytes);

}  // namespace rehome
