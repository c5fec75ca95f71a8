# cpack -G DEB --config <build>/CPackConfig.cmake makes libspanhound-dev: headers, archives, CMake
# and pkg-config files, examples and the API reference.
set(CPACK_OUTPUT_CONFIG_FILE ${CMAKE_CURRENT_BINARY_DIR}/CPackConfig.cmake)
set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS ${CMAKE_CURRENT_BINARY_DIR} spanhound_sdk spanhound_sdk /)
set(CPACK_PACKAGE_NAME libspanhound-dev)
set(CPACK_PACKAGE_VERSION ${spanhound_sdk_VERSION})
set(CPACK_PACKAGE_CONTACT "Spanhound developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Instrumentation kit for C++ services on opentelemetry-cpp")
set(CPACK_PACKAGE_FILE_NAME libspanhound-dev_${spanhound_sdk_VERSION})
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/package)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
# The archives name no versions of what they link, so the package does.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "opentelemetry-cpp-dev (>= 1.19), opentelemetry-cpp-dev (<< 1.20), libabsl-dev, libgrpc++-dev, \
libprotobuf-dev, protobuf-compiler-grpc, libspdlog-dev, libcurl4-openssl-dev, zlib1g-dev, nlohmann-json3-dev, pkg-config")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
    "libboost1.81-dev, libcpp-httplib-dev, libhiredis-dev, protobuf-compiler")
include(CPack)
