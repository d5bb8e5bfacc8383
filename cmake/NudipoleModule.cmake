# nudipole_add_module(NAME SOURCES file... [DEPENDS module...] [PUBLIC target...] [PRIVATE target...])
#
# Adds the static library nudipole_NAME, alias nudipole::NAME, whose public headers are
# include/nudipole/NAME. DEPENDS names the modules whose headers it includes, PUBLIC and PRIVATE the
# third-party targets whose headers its public headers or only its sources include; tests/layers
# compares both with the sources.
function(nudipole_add_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "" "SOURCES;DEPENDS;PUBLIC;PRIVATE")
  add_library(nudipole_${name} STATIC ${module_SOURCES})
  add_library(nudipole::${name} ALIAS nudipole_${name})
  # The Python module, a shared library, is made of these; within a library no call can be replaced.
  set_target_properties(nudipole_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_compile_options(nudipole_${name} PRIVATE -fno-semantic-interposition
    $<$<BOOL:${NUDIPOLE_COVERAGE}>:-fprofile-instr-generate;-fcoverage-mapping>)
  target_include_directories(nudipole_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(nudipole_${name} PUBLIC cxx_std_20)
  list(TRANSFORM module_DEPENDS PREPEND nudipole::)
  target_link_libraries(nudipole_${name}
    PUBLIC ${module_DEPENDS} ${module_PUBLIC}
    PRIVATE ${module_PRIVATE} $<BUILD_INTERFACE:nudipole_warnings>)
  # For programs outside this tree (NudipoleExport.cmake).
  set_target_properties(nudipole_${name} PROPERTIES EXPORT_NAME ${name})
  set_property(GLOBAL APPEND PROPERTY nudipole_modules ${name})
endfunction()
