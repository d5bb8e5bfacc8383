#include "nudipole/files/descriptor.hpp"

#include "nudipole/core/error.hpp"

#include <system_error>

namespace nudipole::files {
namespace {

std::string remedy_for(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT: return "free some space (or quota) or choose another folder, then run again";
    case EACCES:
    case EPERM:
    case EROFS: return "make the file and its folder writable or choose another folder";
    case ENOENT:
    case ENOTDIR: return "create the folder or correct the path";
    case EISDIR: return "give the name of a file, not of a folder";
    case EFBIG: return "raise the limit on the size of files (ulimit -f)";
    case EMFILE:
    case ENFILE: return "raise the limit on open files (ulimit -n)";
    case ENAMETOOLONG: return "choose a shorter name";
    default: return "check the file system of this folder or choose another one";
  }
}

}  // namespace

std::string system_text(int error_number) { return std::generic_category().message(error_number); }

void throw_system_error(const std::filesystem::path& path, const std::string& action,
                        int error_number) {
  throw CheckpointError("cannot " + action + ": " + system_text(error_number),
                        {.where = path.string(), .hint = remedy_for(error_number)});
}

}  // namespace nudipole::files
