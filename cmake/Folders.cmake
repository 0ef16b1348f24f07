# SPDX-License-Identifier: Apache-2.0
# The include table: one library per folder, and its link list is what it may include. tests/include_table.py reads
# this same file and fails on an include that is not listed here, on a third-party header outside its owner folder,
# and on a cycle. `DEPENDS` are folders; `LIBRARIES` are third-party targets; `HEADERS` are the include prefixes that
# only this folder may use.

function(rehome_folder path)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES;HEADERS" ${ARGN})
  string(REPLACE "/" "_" name "${path}")
  set(target "rehome_${name}")
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${path}/*.cpp"
                                      "${CMAKE_SOURCE_DIR}/src/${path}/internal/*.cpp"
                                      "${CMAKE_SOURCE_DIR}/src/${path}/platform/*.cpp")
  file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${path}/*.h"
                                      "${CMAKE_SOURCE_DIR}/src/${path}/internal/*.h"
                                      "${CMAKE_SOURCE_DIR}/src/${path}/platform/*.h")
  file(GLOB protos CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${path}/*.proto")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")
  if(NOT sources AND NOT headers)
    return()
  endif()
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} "${CMAKE_SOURCE_DIR}/src")
  foreach(dependency IN LISTS arg_DEPENDS)
    string(REPLACE "/" "_" dependency_name "${dependency}")
    target_link_libraries(${target} ${scope} "rehome_${dependency_name}")
  endforeach()
  if(sources)
    # Public, so that internal headers can be compiled alone; who may include what is the include table's matter.
    target_link_libraries(${target} PUBLIC ${arg_LIBRARIES} Threads::Threads)
    target_precompile_headers(${target} REUSE_FROM rehome_pch)
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
    if(headers)
      target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}/src" FILES ${headers})
    endif()
  endif()
  if(protos)
    rehome_protobuf(${target} "${path}" "${protos}")
  endif()
  set_property(GLOBAL APPEND PROPERTY REHOME_TARGETS ${target})
endfunction()

# Generated code is not ours to warn about, and only the folder that owns the schema sees it.
function(rehome_protobuf target path protos)
  set(out "${CMAKE_BINARY_DIR}/generated")
  foreach(proto IN LISTS protos)
    get_filename_component(stem "${proto}" NAME_WE)
    set(generated "${out}/${path}/${stem}.pb.cc")
    add_custom_command(OUTPUT "${generated}" "${out}/${path}/${stem}.pb.h"
      COMMAND ${CMAKE_COMMAND} -E make_directory "${out}"
      COMMAND protobuf::protoc --cpp_out=lite:${out} -I "${CMAKE_SOURCE_DIR}/src" "${proto}"
      DEPENDS "${proto}" VERBATIM)
    set_source_files_properties("${generated}" PROPERTIES COMPILE_OPTIONS "-w" SKIP_LINTING ON)
    target_sources(${target} PRIVATE "${generated}" "${out}/${path}/${stem}.pb.h")
  endforeach()
  target_include_directories(${target} SYSTEM PUBLIC "${out}")
endfunction()

rehome_folder(base/core LIBRARIES fmt::fmt HEADERS fmt/)
rehome_folder(base/codec DEPENDS base/core
  LIBRARIES OpenSSL::Crypto PkgConfig::sodium PkgConfig::zstd LibXml2::LibXml2 nlohmann_json::nlohmann_json
            yaml-cpp
  HEADERS openssl/ sodium zstd libxml/ nlohmann/ yaml-cpp/)
rehome_folder(base/http_server DEPENDS base/codec base/core
  LIBRARIES OpenSSL::SSL OpenSSL::Crypto HEADERS boost/ openssl/)
rehome_folder(base/database DEPENDS base/core LIBRARIES Rehome::Soci HEADERS soci/)
rehome_folder(base/machine DEPENDS base/core)
rehome_folder(base/machine/linux DEPENDS base/machine base/core LIBRARIES crypt HEADERS crypt.h)
rehome_folder(base/machine/memory DEPENDS base/machine base/core)
# libarchive unpacks and packs; what an archive holds is read by the folder itself.
rehome_folder(base/archive DEPENDS base/machine/linux base/machine base/core
  LIBRARIES PkgConfig::libarchive HEADERS archive)
rehome_folder(base/boot DEPENDS base/archive base/machine/linux base/machine base/core)
rehome_folder(model DEPENDS base/machine base/core)
rehome_folder(flow/rules DEPENDS model base/machine base/codec base/core)
rehome_folder(flow/scan DEPENDS model base/machine base/core)
rehome_folder(flow/store DEPENDS model base/machine base/codec base/core
  LIBRARIES protobuf::libprotobuf-lite HEADERS google/protobuf)
rehome_folder(flow/transport DEPENDS model base/machine base/codec base/core
  LIBRARIES CURL::libcurl HEADERS curl/)
rehome_folder(flow/load DEPENDS model base/machine base/core)
rehome_folder(sequence DEPENDS model base/machine base/codec base/core)
rehome_folder(site DEPENDS flow/store model base/database base/machine base/codec base/core)
rehome_folder(programs/command DEPENDS model base/machine/linux base/machine base/codec base/core
  LIBRARIES CLI11::CLI11 HEADERS CLI/)
rehome_folder(programs/migration
  DEPENDS programs/site_client programs/command flow/rules flow/scan flow/store flow/transport flow/load model
          base/machine base/codec base/core)
rehome_folder(programs/site_client DEPENDS flow/transport model base/codec base/core)
rehome_folder(programs/cli
  DEPENDS programs/migration programs/site_client programs/command flow/rules flow/scan flow/store flow/transport
          flow/load model base/machine base/codec base/core)
rehome_folder(programs/administration
  DEPENDS programs/migration programs/site_client programs/command sequence flow/transport model base/codec
          base/core)
rehome_folder(programs/agent
  DEPENDS programs/migration programs/site_client programs/command sequence flow/store flow/transport model base/boot
          base/machine/linux base/machine base/codec base/core)
rehome_folder(programs/server
  DEPENDS programs/migration programs/command sequence site base/http_server base/database flow/store flow/transport model
          base/machine/linux base/machine base/codec base/core)
rehome_folder(programs/other_root DEPENDS programs/command base/boot base/machine base/codec base/core)
rehome_folder(programs/task_sequence
  DEPENDS programs/migration programs/command sequence base/boot model base/machine base/codec base/core)
# What the agent's steps captured is what a volume is held to.
rehome_folder(programs/volume
  DEPENDS programs/agent programs/migration programs/site_client programs/command sequence flow/scan flow/store model
          base/archive base/boot base/machine/linux base/machine base/codec base/core)
# Only main.cpp, which makes one program of all.
rehome_folder(programs/rehome
  DEPENDS programs/cli programs/administration programs/agent programs/server programs/other_root programs/task_sequence
          programs/volume programs/command base/codec base/core)

# The Linux rule pack is part of the program: a stick with one file on it can capture a computer.
file(READ "${CMAKE_SOURCE_DIR}/rules/linux.xml" REHOME_LINUX_RULES)
configure_file(cmake/built_in_rules.cpp.in "${CMAKE_BINARY_DIR}/generated/built_in_rules.cpp" @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/rules/linux.xml")
target_sources(rehome_programs_migration PRIVATE "${CMAKE_BINARY_DIR}/generated/built_in_rules.cpp")
target_compile_definitions(rehome_programs_command PUBLIC REHOME_VERSION="${PROJECT_VERSION}")

add_executable(rehome src/programs/rehome/main.cpp)
target_link_libraries(rehome PRIVATE rehome_programs_cli rehome_programs_administration rehome_programs_agent
                                     rehome_programs_server rehome_programs_other_root
                                     rehome_programs_task_sequence rehome_programs_volume)
