#include "unit/scan/toy_analysis.hpp"

#include "support/detector_folder.hpp"

namespace nudipole::test {

std::string toy_yaml(const std::string& masses, const std::string& couplings) {
  return "format: 1\ntitle: made up\nexperiments: [toy]\nflavour: mu\nmass: " + masses +
         "\ncoupling: " + couplings + "\nlimits: {confidence: [0.90, 0.95], dof: [1, 2]}\n";
}

scan::Analysis toy_analysis(const std::string& yaml) {
  const DetectorFolder tree;
  experiment::DataFolder data{tree.root()};
  return {scan::RunConfig::parse(yaml, "toy.yaml"), data};
}

scan::FitRecord made_up_record(const scan::Analysis& analysis, double seed) {
  scan::FitRecord record{.coupling_mu_B = 1.0e-9 * seed,
                         .minus_two_log_l = 80.0 + seed,
                         .status = fit::FitStatus::converged,
                         .evaluations = static_cast<std::int32_t>(seed),
                         .nuisances = {},
                         .contributions = {}};
  for (std::size_t k = 0; k < analysis.joint().nuisances().size(); ++k) {
    record.nuisances.push_back(seed + 0.1 * static_cast<double>(k + 1));
  }
  for (std::size_t k = 0; k <= analysis.experiments().size(); ++k) {
    record.contributions.push_back(seed + 0.01 * static_cast<double>(k + 1));
  }
  return record;
}

scan::UnitResult made_up_result(const scan::Analysis& analysis, const scan::Unit& unit) {
  scan::UnitResult result{
      .unit = unit, .best = {}, .limits = {}, .parts = {}, .grid = {}, .seconds = 0.5};
  const double seed = 100.0 * static_cast<double>(unit.mass + 1);
  if (unit.with_limits) {
    result.best = made_up_record(analysis, seed + 99.0);
    const auto& limits = analysis.config().limits;
    for (std::size_t i = 0; i < limits.confidence.size() * limits.dof.size(); ++i) {
      const double d = seed + static_cast<double>(i);
      result.limits.push_back({d * d, inference::LimitStatus::ok});
    }
  }
  for (auto i = unit.first_coupling; i < unit.last_coupling; ++i) {
    result.grid.push_back(made_up_record(analysis, seed + static_cast<double>(i)));
  }
  return result;
}

}  // namespace nudipole::test
