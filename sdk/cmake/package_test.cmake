# The package as a user gets it: the .deb, unpacked into an empty prefix, and against that prefix
# every example built with find_package and run, and the smallest one built with pkg-config. Also
# the same files by cmake --install.
set(work ${build}/package_test)
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nfailed with ${code}:\n${output}${errors}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(files_below directory result)
  file(GLOB_RECURSE files RELATIVE ${directory} ${directory}/*)
  list(SORT files)
  set(${result} "${files}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${build} --component spanhound_sdk --prefix ${work}/installed)
set(prefix ${work}/installed)
find_program(DPKG_DEB dpkg-deb)
if(DPKG_DEB)
  run(${CMAKE_CPACK_COMMAND} -G DEB --config ${build}/CPackConfig.cmake -B ${work})
  file(GLOB package ${work}/libspanhound-dev_*.deb)
  run(${DPKG_DEB} --field ${package} Depends)
  if(NOT output MATCHES "opentelemetry-cpp-dev \\(>= 1.19\\)")
    message(FATAL_ERROR "the package depends on: ${output}")
  endif()
  run(${DPKG_DEB} --extract ${package} ${work}/unpacked)
  set(prefix ${work}/unpacked/usr)
  files_below(${prefix} packaged)
  files_below(${work}/installed installed)
  if(NOT packaged STREQUAL installed)
    message(FATAL_ERROR "the .deb has\n${packaged}\ncmake --install gives\n${installed}")
  endif()
else()
  message("skipped: no dpkg-deb, the .deb is not looked at")
endif()

# The examples as they come with the package.
run(${CMAKE_COMMAND} -S ${prefix}/share/doc/spanhound/examples -B ${work}/examples -G ${generator}
    -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_BUILD_TYPE=${config} -D BUILD_TESTING=ON
    -D CMAKE_CXX_COMPILER_LAUNCHER=${launcher})
run(${CMAKE_COMMAND} --build ${work}/examples --parallel 2)
run(${CMAKE_CTEST_COMMAND} --test-dir ${work}/examples --no-tests=error --output-on-failure)

set(ENV{PKG_CONFIG_PATH} ${prefix}/lib/pkgconfig)
run(pkg-config --cflags --libs spanhound-setup)
separate_arguments(flags UNIX_COMMAND "${output}")
run(${launcher} ${compiler} -std=c++20 -c ${prefix}/share/doc/spanhound/examples/minimal.cc
    -o ${work}/minimal.o ${flags})
run(${compiler} ${work}/minimal.o -o ${work}/minimal ${flags})
run(${CMAKE_COMMAND} -E env OTEL_TRACES_EXPORTER=console ${work}/minimal)
if(NOT output MATCHES "hello-span")
  message(FATAL_ERROR "built with pkg-config, the example printed no span:\n${output}")
endif()
foreach(component http httplib curl grpc redis)
  run(pkg-config --print-errors --exists spanhound-${component})
endforeach()
