# Third-party libraries. Each is linked by the one module that may see it.
set(MPI_CXX_SKIP_MPICXX ON)  # the C++ bindings were removed from the standard
find_package(MPI REQUIRED COMPONENTS C CXX)
find_package(Boost 1.74 REQUIRED COMPONENTS mpi serialization)
find_package(NLopt 2.7 CONFIG REQUIRED)
find_package(HDF5 1.10 REQUIRED COMPONENTS C HL)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_path(NUDIPOLE_RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED
  DOC "Random123 (Debian: librandom123-dev): headers only")
if(NUDIPOLE_BUILD_TESTS)
  find_package(Catch2 REQUIRED)  # 2.13 and 3 are both accepted
endif()
if(NUDIPOLE_BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
if(NUDIPOLE_BUILD_PYTHON)
  find_package(pybind11 2.9 REQUIRED)
endif()
