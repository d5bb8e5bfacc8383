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
# What `nudipole plot` runs, whatever Python it is run by, is beside the data: the same files.
set(plot_folder ${CMAKE_INSTALL_PREFIX}/share/nudipole/python)
file(RELATIVE_PATH target ${plot_folder} ${CMAKE_INSTALL_PREFIX}/${python_folder}/nudipole)
file(MAKE_DIRECTORY $ENV{DESTDIR}${plot_folder})
file(REMOVE_RECURSE $ENV{DESTDIR}${plot_folder}/nudipole)  # a folder in versions before this one
file(CREATE_LINK ${target} $ENV{DESTDIR}${plot_folder}/nudipole SYMBOLIC)
list(APPEND CMAKE_INSTALL_MANIFEST_FILES ${plot_folder}/nudipole)
