#pragma once

#include "nudipole/experiment/experiment.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace nudipole::test {

/// A data tree in a temporary folder with one made-up detector, `toy`, removed with the object:
/// 30 kg of CsI, quenching 8 %, 13 photoelectrons per keVee without spread, edges 4, 8, 12, 20, 40,
/// no time axis, one background, Poisson data (option `data: gaussian` for the other statistic).
class DetectorFolder {
 public:
  DetectorFolder();
  ~DetectorFolder();
  DetectorFolder(const DetectorFolder&) = delete;
  DetectorFolder& operator=(const DetectorFolder&) = delete;
  DetectorFolder(DetectorFolder&&) = delete;
  DetectorFolder& operator=(DetectorFolder&&) = delete;

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// Writes a file by its name below the root.
  void write(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::string read(const std::string& name) const;
  /// Replaces a text that occurs exactly once in a file.
  void replace(const std::string& name, const std::string& from, const std::string& to) const;
  /// Copies experiment `toy` to another name; its table of data is another file of equal numbers.
  void copy_toy(const std::string& name) const;
  /// Loads an experiment of the tree.
  [[nodiscard]] experiment::Experiment load(
      const std::map<std::string, std::string>& options = {}) const;

 private:
  std::filesystem::path root_;
};

/// Edges of the toy's recoil window [MeV]: photoelectrons over (13 / keVee x 0.08).
inline constexpr double toy_MeV_per_photoelectron = 1.0e-3 / (13.0 * 0.08);

}  // namespace nudipole::test
