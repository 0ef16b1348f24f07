// SPDX-License-Identifier: Apache-2.0
// `rehome recovery keygen FILE`: the key pair that opens a store when every other key is lost.
#include <filesystem>
#include <fmt/format.h>
#include <memory>

#include "base/codec/sealed_box.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/recovery_key_file.h"

namespace rehome::cli {

namespace {

ExitCode keygen(const std::string& file, Context& context) {
  const KeyPair pair = make_key_pair();
  const std::string public_file = file + ".pub";
  try {
    write_secret_file(file, text_of_recovery_secret(pair.secret_key).view());
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;
    throw Error(ErrorCode::already_exists, printable(file) +
                                               " is there already and may be a key in use, so it is left "
                                               "alone; name another file");
  }
  try {
    write_public_file(public_file, as_bytes(text_of_public_key(pair.public_key)));
  } catch (const Error&) {
    std::filesystem::remove(file);  // a half that nobody has seen
    throw;
  }
  if (context.options.json) {
    print_json(
        Json::Object{{"secret_file", file}, {"public_file", public_file}, {"public_key", to_hex(pair.public_key)}},
        context);
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format(
        "secret key  {}   keep it off the computers that are captured, in a safe place\n"
        "public key  {}   give it to every capture: --recovery-key {}\n",
        file, public_file, public_file);
  }
  return ExitCode::success;
}

}  // namespace

void declare_recovery_keygen(Arguments& arguments) {
  const auto file = std::make_shared<std::string>();
  arguments.required("FILE", *file, "Where the secret half goes; the public half goes to FILE.pub");
  arguments.run([file](Context& context) { return keygen(*file, context); });
}

}  // namespace rehome::cli
