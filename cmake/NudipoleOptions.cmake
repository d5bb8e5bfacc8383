# Compiler settings shared by all targets.
option(NUDIPOLE_BUILD_TESTS "Build the tests" ON)
option(NUDIPOLE_BUILD_BENCHMARKS "Build the benchmarks (needs Google Benchmark)" ON)
option(NUDIPOLE_WERROR "Treat warnings as errors" OFF)
option(NUDIPOLE_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

# g++ 12 sees an overlap in `std::string + const char*` that is not there (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  set(nudipole_false_warnings -Wno-restrict)
endif()

add_library(nudipole_warnings INTERFACE)
target_compile_options(nudipole_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion ${nudipole_false_warnings}
  $<$<BOOL:${NUDIPOLE_WERROR}>:-Werror>)

# Contraction to fused multiply-adds would make the last bits depend on the processor the program
# was built for; errno after mathematical functions is never read.
add_compile_options(-ffp-contract=off -fno-math-errno)

if(NUDIPOLE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
