# `cmake --install`: program, data, configs and scripts. The program finds its data relative to itself.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/data DESTINATION ${CMAKE_INSTALL_DATADIR}/nudipole)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs DESTINATION ${CMAKE_INSTALL_DATADIR}/nudipole)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/slurm DESTINATION ${CMAKE_INSTALL_DATADIR}/nudipole
  USE_SOURCE_PERMISSIONS)
# What `nudipole plot` runs: beside the data, whatever Python it is run by.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/python/nudipole
  DESTINATION ${CMAKE_INSTALL_DATADIR}/nudipole/python
  PATTERN __pycache__ EXCLUDE)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
