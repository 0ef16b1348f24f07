// SPDX-License-Identifier: Apache-2.0
#include "base/codec/internal/openssl.h"

#include <openssl/err.h>
#include <string>

#include "base/core/error.h"

namespace rehome {

void require_openssl(bool done, std::string_view algorithm) {
  if (done) return;
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  throw Error(ErrorCode::unsupported, "OpenSSL on this computer cannot do " + std::string(algorithm) + ": " +
                                          (reason != nullptr ? reason : "no reason given"));
}

}  // namespace rehome
