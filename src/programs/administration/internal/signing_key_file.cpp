// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/signing_key_file.h"

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"
#include "sequence/signing_key.h"

namespace rehome::administration {

Secret read_signing_key_file(const std::string& path) {
  const Secret line = cli::read_secret_line(path);
  std::optional<Secret> key = sequence::secret_in(as_text(line.view()));
  if (!key) {
    throw Error(ErrorCode::invalid_argument,
                printable(path) +
                    " holds no secret half of a signing key; `rehome sequence keygen FILE` makes both: "
                    "the secret half in FILE, the public half in FILE.pub");
  }
  return std::move(*key);
}

}  // namespace rehome::administration
