// Writes or reads a result file for read_with_python.py: `example_result write|write_empty|read
// FILE`.
#include "nudipole/io/result_file.hpp"
#include "support/result_files.hpp"

#include <iostream>
#include <string_view>

using namespace nudipole;

namespace {

/// As a scan without nuisances leaves it.
io::ResultFile without_nuisances() {
  io::ResultFile result;
  result.dataset.add_axis({"mass", "MeV", "mass", std::vector<double>{1.0, 2.0}});
  result.dataset.add_axis({"nuisance", "", "nuisance parameter", std::vector<std::string>{}});
  result.dataset.add_field(
      {"pull", "1", "best-fit pull", {"mass", "nuisance"}, std::vector<double>{}});
  result.dataset.add_field({"limit", "mu_B", "limit", {"mass"}, std::vector<double>{3.0, 4.0}});
  return result;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 3) return 2;
  const std::string_view command = argv[1];
  try {
    if (command == "write") io::write_result(argv[2], test::sample_result());
    if (command == "write_empty") io::write_result(argv[2], without_nuisances());
    if (command == "read") io::read_result(argv[2]);
  } catch (const CheckpointError& error) {
    std::cerr << error.what() << '\n';
    return 4;
  }
  return 0;
}
