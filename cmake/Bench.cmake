# SPDX-License-Identifier: Apache-2.0
# The load generator of bench/wire/run, which builds it: `ninja wire-load`. No part of `all`.

add_executable(wire-load EXCLUDE_FROM_ALL bench/wire/load.cpp bench/wire/connection.cpp)
target_include_directories(wire-load PRIVATE "${CMAKE_SOURCE_DIR}/bench")
target_link_libraries(wire-load PRIVATE OpenSSL::SSL OpenSSL::Crypto CLI11::CLI11 fmt::fmt Threads::Threads)
