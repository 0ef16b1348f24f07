// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an administrator signs who deploys a sequence, so that a site that is hostile or broken can neither change it
// nor give it to other computers, at other times, or twice. In: a sequence's text and what it is deployed with. Out: a
// statement as text, its signature, and whether a sequence needs one. Pure; any thread.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/secret.h"
#include "base/codec/signature.h"
#include "sequence/run_state.h"
#include "sequence/sequence.h"

namespace rehome::sequence {

/// Of a text that a site keeps and agents take.
constexpr std::size_t kLargestDeployedText = std::size_t{256} * 1024;
constexpr std::size_t kMostDeployedComputers = 5000;
constexpr std::size_t kMostDeployedVariables = 200;
constexpr std::size_t kLongestDeployedValue = 4096;
constexpr std::int64_t kLongestWindow = std::int64_t{366} * 86400;

struct Statement {
  std::string deployment = {};              // 32 hexadecimal digits, from random numbers of who deploys it
  std::string site = {};                    // its code
  std::vector<std::string> computers = {};  // their ids
  std::int64_t from = 0, until = 0;         // seconds since 1970, both inside
  std::string text = {};
  Values variables = {};
};

/// The bytes that are signed; the order of computers and variables is no part of it. Throws Error(invalid_argument) for
/// what no deployment has: ids that are none, one twice, a variable twice, times the wrong way round; and
/// Error(limit_exceeded).
std::string canonical_text(const Statement& statement);
/// Throws as canonical_text().
Signature sign(const Statement& statement, const Secret& secret_key);
/// Throws as canonical_text().
bool is_signed_by(const SignerKey& signer, const Statement& statement, const Signature& signature);

/// "run-command", "wipe-volume" …: every kind of step that stands in it, disabled ones and those in disabled groups
/// too, since what runs depends on more than the file.
std::set<std::string_view> step_kinds(const Sequence& sequence);
bool is_step_kind(std::string_view name);
/// Whether it has more than the four state steps, restarts and assignments.
bool needs_signature(const Sequence& sequence);

bool is_deployment_id(std::string_view text);

}  // namespace rehome::sequence
