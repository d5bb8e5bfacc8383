# Installs the Python package where the Python of the prefix looks (runs at installation): Debian has
# two places of its own, elsewhere it is that of a virtual environment, and of conda.
if(NOT DEFINED python_folder)
  if(CMAKE_INSTALL_PREFIX MATCHES "/usr/local/?$")
    set(python_folder lib/python${python_version}/dist-packages)
  elseif(CMAKE_INSTALL_PREFIX MATCHES "/usr/?$")
    set(python_folder lib/python3/dist-packages)
  else()
    set(python_folder lib/python${python_version}/site-packages)
  endif()
endif()
file(INSTALL ${python_package} DESTINATION ${CMAKE_INSTALL_PREFIX}/${python_folder}
  TYPE DIRECTORY PATTERN __pycache__ EXCLUDE)
if(python_core)
  file(INSTALL ${python_core} DESTINATION ${CMAKE_INSTALL_PREFIX}/${python_folder}/nudipole
    TYPE MODULE)
endif()
