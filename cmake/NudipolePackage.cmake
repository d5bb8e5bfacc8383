# What an installation has beside program, library and data: completions and the manual, which the
# program prints itself; the target `uninstall`; the Debian package (`cpack` in the build folder).
set(words ${PROJECT_BINARY_DIR}/words)
install(FILES ${words}/nudipole DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
foreach(folder site-functions vendor-completions)  # zsh's own, and Debian's
  install(FILES ${words}/_nudipole DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${folder})
endforeach()
install(FILES ${words}/nudipole.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(PROGRAMS jobs/release.sh DESTINATION ${CMAKE_INSTALL_DATADIR}/nudipole)
install(FILES CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -D MANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
    -P ${CMAKE_CURRENT_LIST_DIR}/Uninstall.cmake
  COMMENT "Removing what the last installation put there")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "the nudipole authors <nudipole@users.noreply.github.com>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS python3)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
  "openmpi-bin, python3-numpy, python3-h5py, python3-matplotlib, python3-xarray")
include(CPack)
