#include "support/paths.hpp"

namespace nudipole::test {

std::filesystem::path data_dir() { return NUDIPOLE_TEST_DATA_DIR; }
std::filesystem::path config_dir() { return NUDIPOLE_TEST_CONFIG_DIR; }
std::filesystem::path reference_dir() { return NUDIPOLE_TEST_REFERENCE_DIR; }

}  // namespace nudipole::test
