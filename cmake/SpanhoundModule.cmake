# One directory of src/ = one static library spanhound_<name>.
#
#   spanhound_module(store DEPENDS base model LINK zstd)
#
# Every *.cc of the directory tree is built: *_test.cc into one GoogleTest binary <name>_test,
# each *_fuzz.cc into one libFuzzer binary, *_bench.cc into one Google Benchmark binary
# <name>_bench, the rest into the library. A file that no target builds therefore cannot exist.

function(spanhound_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  set(fuzzers ${sources})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")
  set(benches ${sources})
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cc$")

  if(NOT sources)  # headers only
    add_library(spanhound_${name} INTERFACE)
    return()
  endif()
  add_library(spanhound_${name} STATIC ${sources})
  target_include_directories(spanhound_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND spanhound_)
  target_link_libraries(spanhound_${name} PUBLIC ${ARG_DEPENDS} Threads::Threads
                        PRIVATE ${ARG_LINK})

  if(tests AND BUILD_TESTING AND NOT SPANHOUND_FUZZ)
    find_package(GTest REQUIRED)
    add_executable(${name}_test ${tests})
    target_compile_options(${name}_test PRIVATE ${SPANHOUND_TEST_OPTIONS})
    target_link_libraries(${name}_test PRIVATE spanhound_${name} ${ARG_LINK} GTest::gtest_main
                          GTest::gmock)
    add_test(NAME ${name}_test COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name}_test PROPERTIES LABELS unit TIMEOUT 1800)
  endif()
  if(benches AND NOT SPANHOUND_FUZZ AND NOT SPANHOUND_SANITIZE)
    find_package(benchmark REQUIRED)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE spanhound_${name} ${ARG_LINK}
                          benchmark::benchmark_main)
  endif()
  if(SPANHOUND_FUZZ)
    foreach(fuzzer ${fuzzers})
      get_filename_component(target ${fuzzer} NAME_WE)
      add_executable(${target} ${fuzzer})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer,address,undefined)
      target_link_libraries(${target} PRIVATE spanhound_${name})
    endforeach()
  endif()
endfunction()
