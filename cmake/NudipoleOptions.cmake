# Compiler settings shared by all targets.

# Tests and benchmarks need packages that users need not have: they are built where those are found.
# A macro: Catch2 adds to the module path, which a function would forget.
macro(nudipole_option_where_found option package what)
  if(NOT DEFINED ${option})
    find_package(${package} QUIET)
  endif()
  option(${option} "Build the ${what} (needs ${package})" ${${package}_FOUND})
  if(${${option}})
    message(STATUS "The ${what} are built")
  else()
    message(STATUS "The ${what} are not built: ${option} is off, as it is by default without ${package}")
  endif()
endmacro()
nudipole_option_where_found(NUDIPOLE_BUILD_TESTS Catch2 tests)
nudipole_option_where_found(NUDIPOLE_BUILD_BENCHMARKS benchmark "benchmarks (part of the tests)")
set(NUDIPOLE_ARCH "" CACHE STRING
  "Instruction set to compile for, as -march names it, e.g. x86-64-v3; empty: that of all processors")
# pybind11's own search stops where Python has no headers: they come first.
find_package(Python3 QUIET COMPONENTS Interpreter OPTIONAL_COMPONENTS Development.Module)
if(Python3_Development.Module_FOUND)
  nudipole_option_where_found(NUDIPOLE_BUILD_PYTHON pybind11 "Python module")
else()
  set(NUDIPOLE_BUILD_PYTHON OFF)
  message(STATUS "The Python module is not built: there are no headers of Python 3 (python3-dev)")
endif()
option(NUDIPOLE_WERROR "Treat warnings as errors" OFF)
option(NUDIPOLE_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)
option(NUDIPOLE_COVERAGE "Count which lines of src run (clang only; tests/support/coverage.py)" OFF)

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

# Files say what they were written with: another instruction set has other last bits (src/README.md).
if(NUDIPOLE_ARCH)
  add_compile_options(-march=${NUDIPOLE_ARCH})
endif()

if(NUDIPOLE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(NUDIPOLE_COVERAGE)
  add_link_options(-fprofile-instr-generate)  # NudipoleModule.cmake: the modules alone are counted
endif()
