# One directory of the kit = one static library spanhound::<name>, installed and exported.
#
#   spanhound_kit(http PUBLIC spanhound::setup PRIVATE Boost::headers TEST GTest::gmock)
#
# Every *.cc beside the CMakeLists.txt is built: *_test.cc into the GoogleTest binary
# sdk_<name>_test, the rest into the library. Without a rest the library is its headers.
function(spanhound_kit name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE;TEST" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")

  set(target spanhound_sdk_${name})
  set(scope PUBLIC)
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PRIVATE ${spanhound_sdk_SOURCE_DIR}/src)
    target_link_libraries(${target} PRIVATE ${ARG_PRIVATE})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(spanhound::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} OUTPUT_NAME spanhound_${name}
                                             POSITION_INDEPENDENT_CODE ON)
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(
    ${target} ${scope} $<BUILD_INTERFACE:${spanhound_sdk_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:include>)
  target_link_libraries(${target} ${scope} ${ARG_PUBLIC})
  if(SPANHOUND_SANITIZE)
    # GCC 12 is wrong about std::regex, which opentelemetry's trace_state.h brings along.
    target_compile_options(${target} ${scope} $<BUILD_INTERFACE:-Wno-maybe-uninitialized>)
  endif()
  install(TARGETS ${target} EXPORT spanhoundTargets ARCHIVE COMPONENT spanhound_sdk)
  spanhound_pkg_config(${name} "${ARG_PUBLIC};${ARG_PRIVATE}")

  if(tests AND BUILD_TESTING)
    find_package(GTest REQUIRED)
    add_executable(sdk_${name}_test ${tests})
    target_compile_options(sdk_${name}_test PRIVATE ${SPANHOUND_TEST_OPTIONS})
    target_include_directories(sdk_${name}_test PRIVATE ${spanhound_sdk_SOURCE_DIR}/src)
    target_link_libraries(sdk_${name}_test PRIVATE ${target} ${ARG_PRIVATE} ${ARG_TEST}
                                                   GTest::gtest_main GTest::gmock)
    add_test(NAME sdk_${name}_test COMMAND sdk_${name}_test)
    set_tests_properties(sdk_${name}_test PROPERTIES LABELS "unit;sdk" TIMEOUT 300)
  endif()
endfunction()
