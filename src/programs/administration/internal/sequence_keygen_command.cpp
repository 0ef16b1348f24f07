// SPDX-License-Identifier: Apache-2.0
// `rehome sequence keygen FILE`: the key with which an administrator signs what he deploys.
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/administration/internal/declarations.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "sequence/signing_key.h"

namespace rehome::administration {

namespace {

void write_secret(const std::string& file, const Secret& secret_key) {
  try {
    cli::write_secret_file(file, sequence::line_of_secret(secret_key).view());
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;
    throw Error(ErrorCode::already_exists, printable(file) +
                                               " is there already and may be a key in use, so it is left alone; "
                                               "name another file");
  }
}

cli::ExitCode keygen(const std::string& file, cli::Context& context) {
  const SigningKeyPair pair = make_signing_key_pair();
  const std::string public_file = file + ".pub", line = sequence::line_of(pair.signer);
  write_secret(file, pair.secret_key);
  cli::write_public_file(public_file, as_bytes(line + "\n"));
  if (context.options.json) {
    cli::print_json(Json::Object{{"secret_file", file}, {"public_file", public_file}, {"signer", line}}, context);
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format(
        "secret key  {}   keep it off the site's server: rehome site deploy --signing-key {}\n"
        "public key  {}   its line goes into the config.json of agents, as one of \"sequence_signers\"\n",
        file, file, public_file);
  }
  return cli::ExitCode::success;
}

}  // namespace

void declare_sequence_keygen(cli::Arguments& arguments) {
  const auto file = std::make_shared<std::string>();
  arguments.required("FILE", *file, "Where the secret half goes; the public half goes to FILE.pub");
  arguments.run([file](cli::Context& context) { return keygen(*file, context); });
}

}  // namespace rehome::administration
