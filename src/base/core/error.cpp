// SPDX-License-Identifier: Apache-2.0
#include "base/core/error.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace rehome {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::already_exists:
      return "already_exists";
    case ErrorCode::permission_denied:
      return "permission_denied";
    case ErrorCode::no_space:
      return "no_space";
    case ErrorCode::read_only:
      return "read_only";
    case ErrorCode::busy:
      return "busy";
    case ErrorCode::io:
      return "io";
    case ErrorCode::unreachable:
      return "unreachable";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::incomplete:
      return "incomplete";
    case ErrorCode::unsupported_version:
      return "unsupported_version";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::wrong_key:
      return "wrong_key";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::limit_exceeded:
      return "limit_exceeded";
  }
  return "unknown";
}

Error::Error(ErrorCode code, std::string message, int system_code)
    : code_(code), system_code_(system_code), message_(std::move(message)), whole_(message_) {}

Error& Error::add_context(std::string context) {
  whole_ += "; " + context;
  context_.push_back(std::move(context));
  return *this;
}

namespace {

ErrorCode code_of_errno(int value) {
  switch (value) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EEXIST:
    case ENOTEMPTY:
      return ErrorCode::already_exists;
    case EACCES:
    case EPERM:
      return ErrorCode::permission_denied;
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::no_space;
    case EROFS:
      return ErrorCode::read_only;
    case EBUSY:
    case ETXTBSY:
      return ErrorCode::busy;
    case EOPNOTSUPP:
    case ENOSYS:
    case EXDEV:
    case EFBIG:  // of one file: of the volume, or as `ulimit -f` says
      return ErrorCode::unsupported;
    case EINVAL:
    case ENAMETOOLONG:
      return ErrorCode::invalid_argument;
    default:
      return ErrorCode::io;
  }
}

}  // namespace

Error system_error(int errno_value, std::string_view attempt) {
  return Error(code_of_errno(errno_value),
               std::string("cannot ") + std::string(attempt) + ": " + std::generic_category().message(errno_value),
               errno_value);
}

}  // namespace rehome
