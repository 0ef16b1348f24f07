// SPDX-License-Identifier: Apache-2.0
#include "programs/administration/internal/password.h"

#include "base/core/error.h"
#include "programs/command/host.h"

namespace rehome::administration {

Secret password(const std::string& file, const std::string& question, cli::Surroundings& surroundings) {
  if (!file.empty()) return cli::read_secret_line(file);
  std::optional<Secret> typed = surroundings.ask_secret(question);
  if (!typed) throw Error(ErrorCode::wrong_key, "there is no terminal to ask for the password: give --password-file");
  return std::move(*typed);
}

Secret new_password(const std::string& file, const std::string& question, cli::Surroundings& surroundings) {
  Secret first = password(file, question, surroundings);
  if (!file.empty()) return first;
  const Secret second = password(file, "The same again: ", surroundings);
  if (as_text(first.view()) != as_text(second.view())) {
    throw Error(ErrorCode::wrong_key, "the two passwords are not the same; nothing was changed, try again");
  }
  return first;
}

}  // namespace rehome::administration
