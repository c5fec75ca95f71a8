# spanhound-<name>.pc from the libraries a target of the kit links, for builds without CMake:
#
#   c++ main.cc $(pkg-config --cflags --libs spanhound-setup)
#
# The archives are static, so what they link privately is Libs or Requires just the same.
set(spanhound_pc_of_spdlog::spdlog spdlog)
set(spanhound_pc_of_CURL::libcurl libcurl)
set(spanhound_pc_of_gRPC::grpc++ grpc++)
set(spanhound_pc_of_ZLIB::ZLIB zlib)
foreach(part api common resources trace logs)  # the exporters have no pkg-config files
  set(spanhound_pc_of_opentelemetry-cpp::${part} opentelemetry_${part})
endforeach()

function(spanhound_pkg_config name links)
  set(requires "")
  set(libs "-pthread")
  foreach(item ${links})
    if(DEFINED spanhound_pc_of_${item})
      list(APPEND requires ${spanhound_pc_of_${item}})
    elseif(item MATCHES "^PkgConfig::(.*)$")
      list(APPEND requires ${CMAKE_MATCH_1})
    elseif(item MATCHES "^spanhound::(.*)$")
      list(APPEND requires spanhound-${CMAKE_MATCH_1})
    elseif(item MATCHES "^opentelemetry-cpp::")
      string(APPEND libs " -l:$<TARGET_FILE_NAME:${item}>")
      if(item STREQUAL opentelemetry-cpp::proto)
        list(APPEND requires protobuf)
      endif()
    endif()
  endforeach()
  get_target_property(type spanhound_sdk_${name} TYPE)
  if(NOT type STREQUAL INTERFACE_LIBRARY)
    set(libs "-L\${libdir} -lspanhound_${name} ${libs}")
  endif()
  list(JOIN requires " " requires)
  file(GENERATE OUTPUT ${spanhound_sdk_BINARY_DIR}/pkgconfig/spanhound-${name}.pc CONTENT
"prefix=\${pcfiledir}/../..
libdir=\${prefix}/${CMAKE_INSTALL_LIBDIR}
includedir=\${prefix}/include

Name: spanhound-${name}
Description: ${name} of the Spanhound instrumentation kit
Version: ${spanhound_sdk_VERSION}
Requires: ${requires}
Libs: ${libs}
Cflags: -I\${includedir}
")
  install(FILES ${spanhound_sdk_BINARY_DIR}/pkgconfig/spanhound-${name}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT spanhound_sdk)
endfunction()
