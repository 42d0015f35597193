# SPDX-License-Identifier: Apache-2.0
# How every library, test and fuzz target of picket is built. One folder under src/ is one library;
# files are found by their ending, so adding a file needs no edit here:
#   x.cc       part of the library            x_test.cc   unit test (one program per library)
#   x_fuzz.cc  fuzz target of its own         x_bench.cc  micro benchmark of its own
include_guard(GLOBAL)
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# -O3 brings nothing measurable here and costs a fifth of the build.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Precompiled headers are cached only when their times are not taken for content.
  set(launcher "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${launcher}")
  set(CMAKE_C_COMPILER_LAUNCHER "${launcher}")
endif()

# A quicker linker where there is one. Only a convenience: the default linker must do as well.
option(PICKET_QUICK_LINKER "Link with mold or lld when installed" ON)
if(PICKET_QUICK_LINKER)
  include(CheckLinkerFlag)
  foreach(linker mold lld)
    check_linker_flag(CXX "-fuse-ld=${linker}" PICKET_LINKS_WITH_${linker})
    if(PICKET_LINKS_WITH_${linker})
      add_link_options("-fuse-ld=${linker}")
      break()
    endif()
  endforeach()
endif()

# std::expected of libstdc++ 12 needs a compiler that says __cpp_concepts >= 202002: g++ 12, clang 19.
if(CMAKE_CXX_COMPILER_ID MATCHES Clang AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "clang ${CMAKE_CXX_COMPILER_VERSION} has no std::expected here. "
    "Use clang 19 (CC=clang-19 CXX=clang++-19) or g++ 12.")
endif()

set(PICKET_SANITIZE "" CACHE STRING "Sanitizers for everything, e.g. address,undefined or thread")
if(PICKET_SANITIZE)
  # -O1 is what the sanitizers' authors advise; it compiles in half the time of -O2.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -DNDEBUG")
  set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O1 -g1 -DNDEBUG")
  add_compile_options(-fsanitize=${PICKET_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PICKET_SANITIZE})
endif()
if(PICKET_FUZZ)
  add_custom_target(fuzzers)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()

include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

add_library(picket_flags INTERFACE)
target_compile_options(picket_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -fno-omit-frame-pointer
  $<$<CONFIG:Release,RelWithDebInfo>:-fstack-protector-strong>)
# _GLIBCXX_ASSERTIONS: an index out of bounds ends the program instead of reading on.
# _REENTRANT is what -pthread defines: everywhere, so that precompiled headers fit every target.
target_compile_definitions(picket_flags INTERFACE PICKET_VERSION="${PROJECT_VERSION}"
  _GLIBCXX_ASSERTIONS _REENTRANT)
target_link_options(picket_flags INTERFACE -Wl,-z,relro,-z,now)
target_include_directories(picket_flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_options(picket_flags INTERFACE -Wthread-safety)
else()
  # g++ 12 sees overlapping and oversized copies in std::string, and optionals read while empty, that
  # are not there (GCC bugs 105651, 105329, 80635). clang and the sanitizers look for the real ones.
  target_compile_options(picket_flags INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict;-Wno-maybe-uninitialized>)
  # Private parts of a class that use what only its own source sees: seen from a united source (see
  # PICKET_UNITY) that looks like another one's.
  target_compile_options(picket_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)
  # Collecting garbage less often is a tenth of the build's time, for memory every builder has.
  target_compile_options(picket_flags INTERFACE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread;--param;ggc-min-heapsize=400000>)
endif()
if(NOT PICKET_SANITIZE AND NOT PICKET_FUZZ)
  target_compile_definitions(picket_flags INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
endif()
# Tests and fuzz replays of a release build: quick to compile matters more than quick to run.
add_library(picket_test_flags INTERFACE)
if(NOT PICKET_SANITIZE AND NOT PICKET_FUZZ)
  target_compile_options(picket_test_flags INTERFACE $<$<CONFIG:Release>:-O0;-U_FORTIFY_SOURCE>)
endif()
# The standard headers that most sources read, read once for libraries and once for unit tests (with
# GoogleTest). A target whose macros differ reads them itself.
set(CMAKE_PCH_WARN_INVALID OFF)
option(PICKET_PRECOMPILE "Precompile the standard headers" ON)
function(picket_precompile target)
  target_compile_options(${target} PRIVATE -fpch-preprocess)
  target_precompile_headers(${target} ${ARGN})
endfunction()
if(PICKET_PRECOMPILE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  set(standard_headers <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <cstring> <deque>
    <expected> <filesystem> <fstream> <functional> <map> <memory> <mutex> <optional> <ranges> <span>
    <string> <string_view> <unordered_map> <unordered_set> <utility> <variant> <vector>)
  file(WRITE "${CMAKE_BINARY_DIR}/precompiled/main.cc.in" "int main() {}\n")
  configure_file("${CMAKE_BINARY_DIR}/precompiled/main.cc.in" "${CMAKE_BINARY_DIR}/precompiled/main.cc" COPYONLY)
  add_library(picket_headers STATIC "${CMAKE_BINARY_DIR}/precompiled/main.cc")
  target_link_libraries(picket_headers PRIVATE picket_flags Threads::Threads)
  picket_precompile(picket_headers PRIVATE ${standard_headers})
  if(PICKET_TESTS)
    find_package(GTest REQUIRED)
    add_executable(picket_test_headers "${CMAKE_BINARY_DIR}/precompiled/main.cc")
    target_link_libraries(picket_test_headers PRIVATE picket_flags picket_test_flags
      Threads::Threads GTest::gmock GTest::gtest)
    picket_precompile(picket_test_headers PRIVATE <gtest/gtest.h> <gmock/gmock.h>
      ${standard_headers})
  endif()
endif()
# Several sources compiled as one: the headers they share are read once, which halves a clean build.
# Names in anonymous namespaces must then differ within a folder. Folders of alike files that each
# have the same few names (a keyword, a behaviour) are left out: picket_library(... SEPARATE dir|file).
set(PICKET_UNITY_DEFAULT OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  set(PICKET_UNITY_DEFAULT ON)  # clang (make fuzz) reads every source by itself
endif()
option(PICKET_UNITY "Compile several sources of a folder at once" ${PICKET_UNITY_DEFAULT})
set(PICKET_UNITY_BATCH 8)
function(picket_unite target)
  if(PICKET_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${PICKET_UNITY_BATCH})
  endif()
endfunction()
if(PICKET_TESTS AND NOT PICKET_FUZZ)
  add_library(picket_fuzz_replay OBJECT "${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc")
  target_link_libraries(picket_fuzz_replay PRIVATE picket_flags picket_test_flags)
endif()

# picket_library(<folder name> [DEPENDS lib...] [SUBDIRS dir...] [SEPARATE dir|file...]): the library
# picket_<name> of this folder (and the named folders below it), its unit tests, fuzz targets and
# benchmarks. Those of SEPARATE are compiled one by one.
function(picket_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;SUBDIRS;SEPARATE" ${ARGN})
  set(sources "")
  set(tests "")
  set(fuzzers "")
  set(benches "")
  foreach(dir . ${ARG_SUBDIRS})
    file(GLOB found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cc")
    foreach(file ${found})
      if(file MATCHES "_test\\.cc$")
        list(APPEND tests "${file}")
      elseif(file MATCHES "_fuzz\\.cc$")
        list(APPEND fuzzers "${file}")
      elseif(file MATCHES "_bench\\.cc$")
        list(APPEND benches "${file}")
      else()
        list(APPEND sources "${file}")
        get_filename_component(file_name "${file}" NAME)
        if(dir IN_LIST ARG_SEPARATE OR file_name IN_LIST ARG_SEPARATE)
          set_source_files_properties("${file}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
        endif()
      endif()
    endforeach()
  endforeach()
  set(lib picket_${name})
  if(sources)
    add_library(${lib} STATIC ${sources})
    if(TARGET picket_headers)
      picket_precompile(${lib} REUSE_FROM picket_headers)
    endif()
    picket_unite(${lib})
    target_link_libraries(${lib} PUBLIC picket_flags ${ARG_DEPENDS} Threads::Threads)
  else()
    add_library(${lib} INTERFACE)
    target_link_libraries(${lib} INTERFACE picket_flags ${ARG_DEPENDS})
  endif()
  if(PICKET_TESTS AND tests)
    find_package(GTest REQUIRED)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${lib} picket_test_flags GTest::gmock GTest::gtest_main)
    picket_unite(${name}_test)
    if(TARGET picket_test_headers)
      picket_precompile(${name}_test REUSE_FROM picket_test_headers)
    endif()
    add_test(NAME unit.${name} COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 300)
  endif()
  foreach(file ${fuzzers})
    get_filename_component(target "${file}" NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" topic "${target}")
    if(PICKET_FUZZ)
      add_executable(${target} "${file}")
      target_link_libraries(${target} PRIVATE ${lib})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      add_dependencies(fuzzers ${target})
      # tools/fuzz.sh reads this list: topic, then program.
      set_property(GLOBAL APPEND_STRING PROPERTY PICKET_FUZZ_LIST "${topic} $<TARGET_FILE:${target}>\n")
    elseif(PICKET_TESTS)
      # Without libFuzzer the target becomes a program that replays the files it is given.
      add_executable(${target} "${file}")
      target_link_libraries(${target} PRIVATE ${lib} picket_fuzz_replay picket_test_flags)
      if(TARGET picket_test_headers)
        target_compile_definitions(${target} PRIVATE GTEST_HAS_PTHREAD=1)  # as the headers were read
        picket_precompile(${target} REUSE_FROM picket_test_headers)
      endif()
      add_test(NAME fuzz.${topic} COMMAND ${target} "${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${topic}")
      set_tests_properties(fuzz.${topic} PROPERTIES LABELS fuzz TIMEOUT 300)
    endif()
  endforeach()
  if(PICKET_BENCH)
    find_package(benchmark REQUIRED)
    foreach(file ${benches})
      get_filename_component(target "${file}" NAME_WE)
      add_executable(${target} "${file}")
      target_link_libraries(${target} PRIVATE ${lib} benchmark::benchmark)
    endforeach()
  endif()
endfunction()
