# Compiler and linker flags shared by every target of this tree.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Werror -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict)  # false alarms on string concatenation, GCC bug 105651
endif()
# Keeps absolute paths out of __FILE__, so a build does not depend on where the tree lies.
add_compile_options(-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
add_compile_options(-fstack-protector-strong)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    add_compile_options(-fcf-protection)
  endif()
endif()
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)

find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(SPANHOUND_SANITIZE)
  # -g1: reports need lines, not variables, and it compiles a fifth faster.
  add_compile_options(-g1 -fsanitize=${SPANHOUND_SANITIZE})
  # With the sanitizers' own code in between, GCC sees uninitialized members in Boost's headers.
  add_compile_options(-Wno-maybe-uninitialized)
  add_link_options(-fsanitize=${SPANHOUND_SANITIZE})
  if(SPANHOUND_SANITIZE MATCHES "undefined")
    # A null pointer is found by AddressSanitizer as well; the checks are a sixth of compiling.
    add_compile_options(-fno-sanitize-recover=all -fno-sanitize=null,vptr,object-size)
  endif()
endif()
# What is tested is optimised and checked in full; the tests themselves need not be fast, and only be
# checked for addresses or races. Compiling them is most of a build: a store test takes 8 s at -O1
# instead of 12, scan_test.cc with sanitizers 20 s at -O0 instead of 44.
set(SPANHOUND_TEST_OPTIONS "")
if(SPANHOUND_SANITIZE)
  set(SPANHOUND_TEST_OPTIONS -O0 -fno-sanitize=undefined)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(SPANHOUND_TEST_OPTIONS -O1)
endif()
if(SPANHOUND_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
