// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a computer runs what a site deployed to it. In: the deployment as it came, hostile; what this computer's own
// administrator allows; who and when it is. Out: why not. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sequence/signature.h"

namespace rehome::sequence {

enum class Accepts : std::uint8_t {
  none,         // no sequence of a site
  state_steps,  // without a signature only what does not need one (needs_signature())
  signed_only,  // every sequence needs the signature of a pinned signer
};

struct DeploymentPolicy {
  Accepts accepts = Accepts::state_steps;
  std::vector<SignerKey> signers = {};  // whom this computer pins; a signature of anybody else counts for nothing
  std::vector<std::string> forbidden_steps = {};  // kinds, whoever signed
};

struct Deployment {
  Statement statement = {};
  std::optional<Signature> signature = {};
};

struct Receiver {
  std::string site = {}, computer = {};  // as this computer itself knows them
  std::int64_t now = 0;                  // seconds since 1970
};

/// nullopt where it may run. That it comes for the first time is for the caller to know.
std::optional<std::string> reason_to_refuse(const Deployment& deployment, const DeploymentPolicy& policy,
                                            const Receiver& receiver);

}  // namespace rehome::sequence
