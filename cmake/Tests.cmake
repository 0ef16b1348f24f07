# SPDX-License-Identifier: Apache-2.0
# One test program per folder from its *_test.cpp files, linked with that folder and the fake machine, plus what crosses
# folders in tests/, linked with everything.

enable_testing()
include(GoogleTest)

# Everything a test may link: all folders of the product.
get_property(rehome_targets GLOBAL PROPERTY REHOME_TARGETS)

add_library(rehome_test_pch OBJECT cmake/precompiled.cpp)
target_link_libraries(rehome_test_pch PRIVATE GTest::gmock GTest::gtest rapidcheck)
# Optimising assertions takes long and gains nothing; the folders under test are compiled as users run them.
set(REHOME_TEST_OPTIONS -O0 -U_FORTIFY_SOURCE)
target_compile_options(rehome_test_pch PRIVATE ${REHOME_TEST_OPTIONS})
target_precompile_headers(rehome_test_pch PRIVATE <gmock/gmock.h> <gtest/gtest.h>)

file(GLOB support_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/support/*.cpp")
add_library(rehome_test_support STATIC ${support_sources})
target_include_directories(rehome_test_support PUBLIC "${CMAKE_SOURCE_DIR}")
target_compile_options(rehome_test_support PRIVATE ${REHOME_TEST_OPTIONS})
set_source_files_properties("${CMAKE_SOURCE_DIR}/tests/support/source_folder.cpp" PROPERTIES
  COMPILE_DEFINITIONS REHOME_SOURCE_DIR="${CMAKE_SOURCE_DIR}")

function(rehome_tests name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LINKS} rehome_test_support GTest::gmock GTest::gtest_main rapidcheck
                                        fmt::fmt)
  target_compile_options(${name} PRIVATE ${REHOME_TEST_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM rehome_test_pch)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 1200)  # under sanitizers, on a busy computer
endfunction()

file(GLOB_RECURSE unit_tests CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/*_test.cpp")
set(tested_folders "")
foreach(test IN LISTS unit_tests)
  get_filename_component(folder "${test}" DIRECTORY)
  file(RELATIVE_PATH folder "${CMAKE_SOURCE_DIR}/src" "${folder}")
  string(REGEX REPLACE "/(internal|platform)$" "" folder "${folder}")
  string(REPLACE "/" "_" folder "${folder}")
  list(APPEND tested_folders "${folder}")
  list(APPEND "tests_of_${folder}" "${test}")
endforeach()
list(REMOVE_DUPLICATES tested_folders)
foreach(folder IN LISTS tested_folders)
  rehome_tests("test_${folder}" SOURCES ${tests_of_${folder}}
    LINKS "rehome_${folder}" rehome_base_machine_memory rehome_base_codec)
endforeach()

# Headers of tests that lie among the product's: they compile alone as well.
file(GLOB_RECURSE testing_headers CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/*.h")
list(FILTER testing_headers INCLUDE REGEX "/testing/")
add_library(rehome_testing_headers INTERFACE)
target_sources(rehome_testing_headers INTERFACE FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}/src"
                                                FILES ${testing_headers})
target_include_directories(rehome_testing_headers INTERFACE "${CMAKE_SOURCE_DIR}")  # of tests/support
target_link_libraries(rehome_testing_headers INTERFACE ${rehome_targets} GTest::gmock GTest::gtest rapidcheck)
set_target_properties(rehome_testing_headers PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)

foreach(kind conformance golden rules flow faults programs regress compat)
  file(GLOB tests CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/${kind}/*_test.cpp")
  if(tests)
    rehome_tests("test_${kind}" SOURCES ${tests} LINKS ${rehome_targets})
    if(TARGET rehome)
      add_dependencies("test_${kind}" rehome)
      target_compile_definitions("test_${kind}" PRIVATE REHOME_PROGRAM="$<TARGET_FILE:rehome>")
    endif()
  endif()
endforeach()

if(REHOME_FUZZ)
  # The product's own code must count its edges, or the fuzzer is blind.
  foreach(target IN LISTS rehome_targets)
    get_target_property(type ${target} TYPE)
    if(NOT type STREQUAL "INTERFACE_LIBRARY")
      target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
  endforeach()
  file(GLOB fuzz_targets CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/fuzz/*_fuzz.cpp")
  foreach(source IN LISTS fuzz_targets)
    get_filename_component(name "${source}" NAME_WE)
    add_executable(${name} "${source}")
    target_link_libraries(${name} PRIVATE ${rehome_targets})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endforeach()
endif()

find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME include_table COMMAND Python3::Interpreter "${CMAKE_SOURCE_DIR}/tests/include_table.py" "${CMAKE_SOURCE_DIR}")
add_test(NAME named_tests COMMAND Python3::Interpreter "${CMAKE_SOURCE_DIR}/tests/named_tests.py" "${CMAKE_SOURCE_DIR}")
add_test(NAME include_table_self_test COMMAND Python3::Interpreter "${CMAKE_SOURCE_DIR}/tests/include_table_self_test.py")

# The real program on real roots; each file is one test.
file(GLOB program_tests CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/programs/*_test.py")
if(TARGET rehome)
  foreach(test IN LISTS program_tests)
    get_filename_component(name "${test}" NAME_WE)
    add_test(NAME "program_${name}" COMMAND Python3::Interpreter "${test}")
    set_tests_properties("program_${name}" PROPERTIES TIMEOUT 1800 ENVIRONMENT
      "REHOME_PROGRAM=$<TARGET_FILE:rehome>;REHOME_SCRATCH=${CMAKE_SOURCE_DIR}/build/scratch")
  endforeach()
endif()
