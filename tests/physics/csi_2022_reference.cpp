#include "csi_2022_reference.hpp"

#include <limits>
#include <stdexcept>

namespace nudipole::test::csi_2022 {

const experiment::Experiment& library(const std::string& cevns_terms) {
  return load("coherent_csi_2022", {{"cevns_terms", cevns_terms}});
}

const experiment::Experiment& finely_integrated(const std::string& cevns_terms) {
  return load("coherent_csi_2022", {{"cevns_terms", cevns_terms}},
              {.max_width_ln = 0.4, .order = 16});
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
