#pragma once

#include "nudipole/core/error.hpp"
#include "nudipole/io/result_file.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace nudipole::test {

/// A new folder that goes with all it holds.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "nudipole-io-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{path_},
                                                  std::filesystem::directory_iterator{}));
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file{path, std::ios::binary};
  file << bytes;
}

/// Text of the CheckpointError that `action` throws; "" when it throws none.
template <class Action>
std::string complaint_of(Action action) {
  try {
    action();
  } catch (const CheckpointError& error) {
    return error.what();
  }
  return "";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Starts a child that runs `action` and ends with the code it returns; 99 when it throws.
template <class Action>
pid_t start_child(Action action) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  int code = 99;
  try {
    code = action();
  } catch (...) {
  }
  ::_exit(code);
}

/// Exit code of a child; -signal when a signal ended it.
inline int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A small result with every type of axis, field and attribute; `generation` goes into many of its
/// values, so that a mixture of two generations is seen.
inline io::ResultFile sample_result(int generation = 1) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const std::size_t masses = 40;
  const std::size_t couplings = 25;
  io::ResultFile result;
  result.attributes["title"] = "d_mu from COHERENT CsI 2022, \xce\xbd";  // a Greek nu
  std::string long_text(100000, 'c');                                    // longer than 64 kB
  long_text.append("\nend");
  result.attributes["config"] = long_text;
  result.attributes["empty"] = "";
  result.attributes["generation"] = std::int64_t{generation};
  result.attributes["minimum"] = std::numeric_limits<std::int64_t>::min();

  labelled::Dataset& data = result.dataset;
  std::vector<double> mass, coupling;
  for (std::size_t i = 0; i < masses; ++i)
    mass.push_back(std::pow(10.0, 0.1 * static_cast<double>(i)));
  for (std::size_t i = 0; i < couplings; ++i)
    coupling.push_back(1e-10 * static_cast<double>(i + 1));
  data.add_axis({"mass", "MeV", "mass of the heavy neutral lepton", mass});
  data.add_axis({"coupling", "mu_B", "transition dipole moment", coupling});
  data.add_axis({"nuisance", "", "nuisance parameter",
                 std::vector<std::string>{"sns_flux", "quenching", ""}});
  data.add_axis({"experiment", "", "experiment", std::vector<std::string>{"coherent_csi_2022"}});
  data.add_axis({"confidence", "1", "confidence level", std::vector<double>{0.90, 0.95}});
  data.add_axis({"dof", "1", "degrees of freedom", std::vector<std::int32_t>{1, 2}});

  std::vector<double> statistic;
  std::vector<std::int8_t> status;
  for (std::size_t i = 0; i < masses * couplings; ++i) {
    statistic.push_back(i % 7 == 0 ? nan : generation + 0.001 * static_cast<double>(i));
    status.push_back(static_cast<std::int8_t>(i % 3));
  }
  data.add_field({"delta_chi2", "1", "-2 ln(L / L_max)", {"mass", "coupling"}, statistic});
  data.add_field({.name = "fit_status",
                  .units = "1",
                  .long_name = "status of the fit",
                  .axes = {"mass", "coupling"},
                  .values = status,
                  .flags = {{0, "pending"}, {1, "converged"}, {2, "failed"}, {-1, "skipped"}}});
  data.add_field(
      {"pull", "1", "best-fit pull", {"mass", "nuisance"}, std::vector<double>(masses * 3, -0.0)});
  data.add_field({"limit",
                  "mu_B",
                  "upper limit",
                  {"mass", "confidence", "dof"},
                  std::vector<double>(masses * 4, generation * 1e-9)});
  data.add_field({"evaluations",
                  "1",
                  "calls of the likelihood",
                  {"mass"},
                  std::vector<std::int32_t>(masses, -generation)});
  data.add_field({.name = "wall_s",
                  .units = "s",
                  .long_name = "time of the unit",
                  .axes = {"mass"},
                  .values = std::vector<double>(masses, 0.25 * generation),
                  .flags = {},
                  .role = labelled::FieldRole::timing});
  data.add_field({"global_minimum",
                  "1",
                  "-2 ln L at the best point",
                  {},
                  std::vector<double>{generation / 3.0}});
  return result;
}

/// Bit by bit, also for NaN.
inline bool same(const io::ResultFile& a, const io::ResultFile& b) {
  return a.attributes == b.attributes && a.dataset.axes() == b.dataset.axes() &&
         labelled::content_digest(a.dataset) == labelled::content_digest(b.dataset);
}

}  // namespace nudipole::test
