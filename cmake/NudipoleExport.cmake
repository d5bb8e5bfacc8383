# The library for programs of others: headers, static libraries and what find_package(nudipole) reads.
# Ranks are a component of their own, so that a program without them needs no MPI.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/nudipole)

get_property(modules GLOBAL PROPERTY nudipole_modules)
list(REMOVE_ITEM modules mpi)
add_library(nudipole_all INTERFACE)
set_target_properties(nudipole_all PROPERTIES EXPORT_NAME nudipole)
foreach(module IN LISTS modules)
  target_link_libraries(nudipole_all INTERFACE nudipole_${module})
  list(APPEND targets nudipole_${module})
endforeach()

install(TARGETS nudipole_all ${targets} EXPORT nudipoleTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/nudipole)
install(TARGETS nudipole_mpi EXPORT nudipoleMpiTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/nudipole)
foreach(set nudipoleTargets nudipoleMpiTargets)
  install(EXPORT ${set} NAMESPACE nudipole:: DESTINATION ${package_folder})
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/nudipole DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/nudipoleConfig.cmake.in
  ${PROJECT_BINARY_DIR}/nudipoleConfig.cmake INSTALL_DESTINATION ${package_folder}
  PATH_VARS CMAKE_INSTALL_DATADIR)
# Before 1.0 every minor version may change an interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/nudipoleConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/nudipoleConfig.cmake
  ${PROJECT_BINARY_DIR}/nudipoleConfigVersion.cmake DESTINATION ${package_folder})
