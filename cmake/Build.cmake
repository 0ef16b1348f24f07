# SPDX-License-Identifier: Apache-2.0
# How every target is compiled: language, warnings, sanitizers, and what makes the build quick.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(REHOME_SANITIZE "" CACHE STRING "address,undefined or thread")
option(REHOME_FUZZ "build the fuzz targets" OFF)

find_program(REHOME_CCACHE ccache)
if(REHOME_CCACHE)
  # Without these words ccache refuses everything that uses a precompiled header, and tells clones in two folders apart.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
    "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${REHOME_CCACHE}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  else()
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()
find_program(REHOME_MOLD mold)
if(REHOME_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Line tables and names are enough for a backtrace; full debug information would double the build and the program.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
if(REHOME_SANITIZE)
  set(CMAKE_CXX_FLAGS_DEBUG "-g1")
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor
                    -Wold-style-cast -Woverloaded-virtual -Wnull-dereference)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside the standard library's own optimised code; clang checks them properly.
  add_compile_options(-Wno-null-dereference -Wno-restrict -Wno-maybe-uninitialized
                      -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(REHOME_SANITIZE)
  add_compile_options(-fsanitize=${REHOME_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all -O1)
  add_link_options(-fsanitize=${REHOME_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong)
  add_compile_definitions($<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(LibXml2 REQUIRED)
find_package(CURL 7.85 REQUIRED)  # over OpenSSL, which takes certificates and keys from memory
find_package(Protobuf REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(libarchive REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)

# soci has no package description in Debian 12.
add_library(Rehome::Soci INTERFACE IMPORTED)
target_link_libraries(Rehome::Soci INTERFACE soci_postgresql soci_sqlite3 soci_core PkgConfig::libpq)

# Parsing the standard library takes longer than compiling most of our files: it is done once for all folders and once for
# all tests.
add_library(rehome_pch OBJECT cmake/precompiled.cpp)
target_precompile_headers(rehome_pch PRIVATE
  <algorithm> <array> <cstdint> <expected> <functional> <map> <memory> <optional> <set> <span> <string> <string_view>
  <utility> <vector>)
