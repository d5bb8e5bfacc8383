# nudipole_add_python_test(FILE LABEL label TIMEOUT s [ENVIRONMENT NAME=value...])
# One file of unittest cases as one CTest entry; it finds the program and its helpers by environment.
# Two processors each: the programs run on several ranks, and time-outs should not depend on ctest -j.
include_guard()  # once a folder: the interpreter found is a variable of the folder
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(nudipole_python_support_dir ${CMAKE_CURRENT_LIST_DIR})

function(nudipole_add_python_test file)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "LABEL;TIMEOUT" "ENVIRONMENT")
  get_filename_component(stem ${file} NAME_WE)
  string(REGEX REPLACE "^test_" "" topic ${stem})
  string(REPLACE "_" " " topic "${topic}")
  set(name "${test_LABEL}: ${topic}")
  add_test(NAME ${name}
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/${file} -v)
  set_tests_properties(${name} PROPERTIES
    LABELS ${test_LABEL}
    TIMEOUT ${test_TIMEOUT}
    PROCESSORS 2
    ENVIRONMENT "PYTHONPATH=${nudipole_python_support_dir};NUDIPOLE_PROGRAM=$<TARGET_FILE:nudipole>;NUDIPOLE_SOURCE_DIR=${PROJECT_SOURCE_DIR};NUDIPOLE_MPIEXEC=${MPIEXEC_EXECUTABLE};${test_ENVIRONMENT}")
endfunction()
