#pragma once

#include <filesystem>

namespace nudipole::test {

/// Folders of the source tree that tests read. Functions instead of macros: one object knows the
/// paths, so all others are equal in every checkout and a compiler cache can share them.
std::filesystem::path data_dir();
std::filesystem::path config_dir();
std::filesystem::path reference_dir();

}  // namespace nudipole::test
