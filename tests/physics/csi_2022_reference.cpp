#include "csi_2022_reference.hpp"

#include <filesystem>
#include <limits>
#include <map>
#include <stdexcept>

namespace nudipole::test::csi_2022 {

namespace {

using Loaded = std::map<std::string, experiment::Experiment>;

/// Loads each variant once; references stay valid.
const experiment::Experiment& load_once(Loaded& loaded, const std::string& cevns_terms,
                                        const math::PanelSettings& panels) {
  const auto found = loaded.find(cevns_terms);
  if (found != loaded.end()) return found->second;
  experiment::DataFolder data{NUDIPOLE_TEST_DATA_DIR};
  const experiment::Selection selection{.name = "coherent_csi_2022",
                                        .options = {{"cevns_terms", cevns_terms}}};
  return loaded.emplace(cevns_terms, experiment::Experiment::load(data, selection, panels))
      .first->second;
}

}  // namespace

const experiment::Experiment& library(const std::string& cevns_terms) {
  static Loaded loaded;
  return load_once(loaded, cevns_terms, {});
}

const experiment::Experiment& finely_integrated(const std::string& cevns_terms) {
  static Loaded loaded;
  return load_once(loaded, cevns_terms, {.max_width_ln = 0.4, .order = 16});
}

config::Table reference_table(const std::string& name) {
  return config::Table::load(std::filesystem::path{NUDIPOLE_TEST_REFERENCE_DIR} / name);
}

Eigen::ArrayXd reference_events(const std::string& process, const std::string& recoil,
                                double mass_MeV, const std::vector<std::string>& neutrinos) {
  const config::Table energies = reference_table("csi_2022_energy.csv");
  const config::Table times = reference_table("csi_2022_time.csv");
  const auto processes = energies.text_column("process");
  const auto recoils = energies.text_column("recoil");
  const auto masses = energies.column("mass", "MeV");
  std::vector<double> events;
  for (std::size_t row = 0; row < energies.rows(); ++row) {
    if (processes[row] != process || recoils[row] != recoil || masses[row] != mass_MeV) continue;
    for (std::size_t time = 0; time < times.rows(); ++time) {
      double sum = 0.0;
      for (const std::string& neutrino : neutrinos) {
        const std::string arrival = neutrino == "nu_mu" ? "prompt" : "delayed";
        sum += energies.column(neutrino, "counts")[row] * times.column(arrival, "-")[time];
      }
      events.push_back(sum);
    }
  }
  if (events.size() != 99) throw std::logic_error("the reference has no " + process);
  return Eigen::Map<const Eigen::ArrayXd>(events.data(), static_cast<Eigen::Index>(events.size()));
}

std::vector<std::string> neutrinos_of(Flavour flavour) {
  switch (flavour) {
    case Flavour::e: return {"nu_e"};
    case Flavour::mu: return {"nu_mu", "nubar_mu"};
    case Flavour::tau: break;
  }
  return {};
}

double worst_deviation(const Eigen::ArrayXd& ours, const Eigen::ArrayXd& reference,
                       double tolerance, double floor) {
  if (ours.size() != reference.size()) throw std::logic_error("different numbers of bins");
  const double worst =
      ((ours - reference).abs() / (tolerance * reference.abs() + floor)).maxCoeff();
  // maxCoeff may drop a NaN: let none pass.
  return ours.allFinite() ? worst : std::numeric_limits<double>::infinity();
}

}  // namespace nudipole::test::csi_2022
