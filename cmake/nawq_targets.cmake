# The three kinds of target: a folder's library, its tests, its fuzzers. All share one set of warnings.

find_package(Threads REQUIRED)

add_library(nawq_options INTERFACE)
target_compile_options(nawq_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
                                              -ffp-contract=off)
target_include_directories(nawq_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(nawq_options INTERFACE Threads::Threads)

# nawq_library(graph SOURCES a.cc b.cc DEPS base): target nawq_graph.
function(nawq_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND nawq_)
  add_library(nawq_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(nawq_${name} PUBLIC nawq_options ${ARG_DEPS})
endfunction()

# nawq_test(psnr SOURCES psnr_test.cc DEPS image [LABELS slow] [ENVIRONMENT A=b]): one program psnr_test, its cases known to
# ctest.
# Tests that read the shared data find it in NAWQSR_SHARED.
function(nawq_test name)
  if(NOT NAWQ_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS;ENVIRONMENT" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND nawq_)
  if(NOT ARG_LABELS)
    set(ARG_LABELS fast)
  endif()
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE nawq_options ${ARG_DEPS} GTest::gtest_main)
  target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR})
  gtest_discover_tests(${name}_test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 900 ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()

# nawq_fuzzer(onnx SOURCES onnx_fuzz.cc DEPS onnx): libFuzzer program onnx_fuzz.
function(nawq_fuzzer name)
  if(NOT NAWQ_BUILD_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND nawq_)
  add_executable(${name}_fuzz ${ARG_SOURCES})
  target_link_libraries(${name}_fuzz PRIVATE nawq_options ${ARG_DEPS})
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
endfunction()
