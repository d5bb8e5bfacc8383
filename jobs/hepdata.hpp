#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nudipole::jobs {

/// A table in HEPData's submission format: one file of independent and dependent variables, and an
/// entry of submission.yaml that points to it.
struct HepdataTable {
  struct Qualifier {
    std::string name;
    std::string value;
    std::string units{};  ///< empty: none
  };
  struct Variable {
    std::string name;
    std::string units;
    std::vector<std::optional<double>> values;  ///< nothing is written as "-"
    std::vector<Qualifier> qualifiers{};        ///< of a dependent variable
  };
  std::string file;  ///< name of its file
  std::string name;
  std::string description;
  std::vector<std::string> observables;
  Variable independent;
  std::vector<Variable> dependent;  ///< each as long as `independent`
};

/// Writes submission.yaml and the tables into a folder, which is made where it is missing.
/// \param comment  about all tables
/// \throws ConfigError when something cannot be written
void write_hepdata(const std::string& folder, const std::string& comment,
                   const std::vector<HepdataTable>& tables);

}  // namespace nudipole::jobs
