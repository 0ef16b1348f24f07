// SPDX-License-Identifier: Apache-2.0
#include "sequence/deployment_policy.h"

#include <algorithm>

#include "base/core/error.h"
#include "sequence/deployable.h"

namespace rehome::sequence {

namespace {

constexpr const char* kFile = "sequence.yaml";

std::optional<std::string> reason_of_address(const Statement& statement, const Receiver& receiver) {
  if (statement.site != receiver.site) return "it is a deployment of the site " + statement.site;
  if (std::ranges::find(statement.computers, receiver.computer) == statement.computers.end()) {
    return "it is not for this computer";
  }
  if (receiver.now < statement.from) return "its time has not come yet";
  if (receiver.now > statement.until) return "its time is over";
  return std::nullopt;
}

/// `needs_one`: it would be refused without a signature.
std::optional<std::string> reason_of_signature(const Deployment& deployment, const DeploymentPolicy& policy,
                                               bool needs_one) {
  if (!needs_one) return std::nullopt;
  if (!deployment.signature) {
    return "it is not signed, which this computer asks for: deploy it with --signing-key";
  }
  if (policy.signers.empty())
    return "this computer trusts no signer: pin one as \"sequence_signers\" in its config.json";
  const bool is_signed = std::ranges::any_of(policy.signers, [&](const SignerKey& signer) {
    return is_signed_by(signer, deployment.statement, *deployment.signature);
  });
  if (is_signed) return std::nullopt;
  return "its signature is of none of the signers that this computer trusts, or was made for something else";
}

std::optional<std::string> reason_of_steps(const Sequence& sequence, const DeploymentPolicy& policy) {
  for (const std::string_view kind : step_kinds(sequence)) {
    if (std::ranges::find(policy.forbidden_steps, kind) != policy.forbidden_steps.end()) {
      return "this computer's own settings forbid " + std::string(kind);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> reason_to_refuse(const Deployment& deployment, const DeploymentPolicy& policy,
                                            const Receiver& receiver) {
  if (policy.accepts == Accepts::none) return "this computer's own settings allow no sequences of a site";
  const Statement& statement = deployment.statement;
  try {
    (void)canonical_text(statement);
  } catch (const Error& error) {
    return error.message();
  }
  if (auto reason = reason_of_address(statement, receiver)) return reason;
  const ReadSequence read = read_deployed(kFile, statement.text, statement.variables);
  if (std::string errors = errors_in(read.diagnostics); !errors.empty()) return errors;
  const bool needs_one = policy.accepts == Accepts::signed_only || needs_signature(read.sequence);
  if (auto reason = reason_of_signature(deployment, policy, needs_one)) return reason;
  return reason_of_steps(read.sequence, policy);
}

}  // namespace rehome::sequence
