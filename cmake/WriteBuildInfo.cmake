# Writes OUTPUT, a header with the version, the instruction set and the commit of SOURCE_DIR (script
# mode).
set(commit "unknown")
find_program(git_program git)
if(git_program)
  execute_process(
    COMMAND ${git_program} -c safe.directory=* rev-parse --short=12 HEAD
    WORKING_DIRECTORY ${SOURCE_DIR}
    OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE
    RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed)
    set(commit "${head}")
    execute_process(
      COMMAND ${git_program} -c safe.directory=* status --porcelain --untracked-files=no
      WORKING_DIRECTORY ${SOURCE_DIR}
      OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
      string(APPEND commit "-dirty")
    endif()
  endif()
endif()

if(NOT ARCHITECTURE)
  set(ARCHITECTURE "portable")
endif()

set(text "#pragma once

namespace nudipole::build_info {

inline constexpr const char* version = \"${VERSION}\";
inline constexpr const char* commit = \"${commit}\";
inline constexpr const char* architecture = \"${ARCHITECTURE}\";

}  // namespace nudipole::build_info
")
set(previous "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} previous)
endif()
if(NOT previous STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
