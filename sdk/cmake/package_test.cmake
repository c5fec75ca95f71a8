# The package as a user gets it: install into an empty prefix, build the smallest example against it
# with find_package, run it.
set(work ${build}/package_test)
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nfailed with ${code}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${build} --component spanhound_sdk --prefix ${work}/prefix)
run(${CMAKE_COMMAND} -S ${examples} -B ${work}/examples -G ${generator}
    -D CMAKE_PREFIX_PATH=${work}/prefix -D CMAKE_BUILD_TYPE=${config}
    -D CMAKE_CXX_COMPILER_LAUNCHER=${launcher})
run(${CMAKE_COMMAND} --build ${work}/examples --target sdk_example_minimal)
run(${CMAKE_COMMAND} -E env OTEL_TRACES_EXPORTER=console ${work}/examples/sdk_example_minimal)
if(NOT output MATCHES "name +: hello-span")
  message(FATAL_ERROR "the example printed no span:\n${output}")
endif()
