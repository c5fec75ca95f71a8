# What the kit links; read by its own build and by find_package(spanhound).
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(opentelemetry-cpp CONFIG)  # brings gRPC, protobuf and abseil
find_dependency(spdlog CONFIG)
find_dependency(CURL)
find_dependency(ZLIB)
find_dependency(nlohmann_json CONFIG)
find_dependency(Boost 1.81)  # headers only, for spanhound::http
find_dependency(PkgConfig)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET GLOBAL hiredis)  # for spanhound::redis
