// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/password_hash.h"

#include <array>
#include <crypt.h>
#include <memory>

#include "base/core/error.h"

namespace rehome {

std::string hash_account_password(std::string_view password, Random& random) {
  if (password.empty() || password.size() > CRYPT_MAX_PASSPHRASE_SIZE ||
      password.find('\0') != std::string_view::npos) {
    throw Error(ErrorCode::invalid_argument, "a password has 1 to 512 bytes, none of them NUL");
  }
  std::array<std::uint8_t, 32> salt{};
  random.fill(salt);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  const auto work = std::make_unique<crypt_data>();
  const std::string text(password);
  const char* hash = nullptr;
  if (::crypt_gensalt_rn("$y$", 0, reinterpret_cast<const char*>(salt.data()), salt.size(), setting.data(),
                         setting.size()) != nullptr) {
    hash = ::crypt_r(text.c_str(), setting.data(), work.get());
  }
  if (hash == nullptr || hash[0] == '*') throw Error(ErrorCode::unsupported, "this system's libcrypt has no yescrypt");
  return hash;
}

}  // namespace rehome
