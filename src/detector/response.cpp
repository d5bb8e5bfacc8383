#include "nudipole/detector/response.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/math/gauss_legendre.hpp"
#include "observed_panels.hpp"
#include "recoil_densities.hpp"

#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace nudipole::detector {
namespace {

/// Points of a fine logarithmic scan in which crossings are looked for. A quenched energy that
/// turns twice between two of them would be missed; real quenching curves turn over decades.
constexpr int crossing_scan_points = 4096;

/// All T in (lower, upper) with f(T) = 0 that a scan in ln T brackets.
template <class Function>
void append_crossings(Function&& f, double lower, double upper, std::vector<double>& crossings) {
  const double step = std::log(upper / lower) / crossing_scan_points;
  double left = lower;
  double f_left = f(left);
  for (int i = 1; i <= crossing_scan_points; ++i) {
    const double right = lower * std::exp(step * i);
    const double f_right = f(right);
    if (f_left * f_right < 0.0) {
      std::uintmax_t iterations = 100;
      const auto bracket = boost::math::tools::toms748_solve(
          f, left, right, f_left, f_right, boost::math::tools::eps_tolerance<double>(50),
          iterations);
      crossings.push_back(0.5 * (bracket.first + bracket.second));
    } else if (f_right == 0.0) {
      crossings.push_back(right);
    }
    left = right;
    f_left = f_right;
  }
}

}  // namespace

EnergyResponse::EnergyResponse(std::shared_ptr<const Quenching> quenching,
                               std::shared_ptr<const Smearing> smearing,
                               std::vector<AppliedEfficiency> efficiencies)
    : quenching_(std::move(quenching)),
      smearing_(std::move(smearing)),
      efficiencies_(std::move(efficiencies)) {
  for (const AppliedEfficiency& efficiency : efficiencies_) {
    if (efficiency.variable != EfficiencyVariable::observed) continue;
    has_observed_efficiency_ = true;
    const std::vector<double> breaks = efficiency.function->breaks();
    observed_breaks_.insert(observed_breaks_.end(), breaks.begin(), breaks.end());
  }
  std::ranges::sort(observed_breaks_);
}

double EnergyResponse::efficiency_at_recoil(double recoil_MeV, double e_ee_MeV) const {
  double product = 1.0;
  for (const AppliedEfficiency& efficiency : efficiencies_) {
    if (efficiency.variable == EfficiencyVariable::recoil_MeV) {
      product *= (*efficiency.function)(recoil_MeV);
    } else if (efficiency.variable == EfficiencyVariable::electron_equivalent_MeV) {
      product *= (*efficiency.function)(e_ee_MeV);
    }
  }
  return product;
}

double EnergyResponse::observed_efficiency(double observed) const {
  double product = 1.0;
  for (const AppliedEfficiency& efficiency : efficiencies_) {
    if (efficiency.variable == EfficiencyVariable::observed) {
      product *= (*efficiency.function)(observed);
    }
  }
  return product;
}

std::vector<double> EnergyResponse::observed_efficiencies(std::span<const double> observed) const {
  std::vector<double> product(observed.size(), 1.0);
  std::vector<double> factor(observed.size());
  for (const AppliedEfficiency& efficiency : efficiencies_) {
    if (efficiency.variable != EfficiencyVariable::observed) continue;
    efficiency.function->values(observed, factor);
    std::ranges::transform(product, factor, product.begin(), std::multiplies{});
  }
  return product;
}

Eigen::VectorXd EnergyResponse::probabilities(std::span<const double> edges,
                                              double recoil_MeV) const {
  detail::ObservedPanels own = panels(edges);
  detail::RecoilDensities densities;
  return probabilities(edges, recoil_MeV, own, densities);
}

Eigen::VectorXd EnergyResponse::probabilities(std::span<const double> edges, double recoil_MeV,
                                              detail::ObservedPanels& panels,
                                              detail::RecoilDensities& densities) const {
  const auto bins = static_cast<Eigen::Index>(edges.size()) - 1;
  const double e_ee = quenching_->electron_equivalent_MeV(recoil_MeV);
  const double selected = efficiency_at_recoil(recoil_MeV, e_ee);
  Eigen::VectorXd result = Eigen::VectorXd::Zero(bins);
  if (selected == 0.0) return result;
  const auto sharp = smearing_->sharp_value(e_ee);
  if (!sharp && has_observed_efficiency_)
    return selected * observed_integrals(e_ee, panels, densities);
  if (!sharp) {
    smearing_->probabilities(edges, e_ee, {result.data(), edges.size() - 1});
    return selected * result;
  }
  for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
    if (*sharp < edges[bin] || *sharp >= edges[bin + 1]) continue;
    result(static_cast<Eigen::Index>(bin)) = selected * observed_efficiency(*sharp);
  }
  return result;
}

detail::ObservedPanels EnergyResponse::panels(std::span<const double> edges) const {
  return {edges, observed_breaks_,
          [this](std::span<const double> observed) { return observed_efficiencies(observed); }};
}

/// Integral of density x efficiency over each bin, on panels that neither a break of the efficiency
/// nor more than one width of the density falls into.
Eigen::VectorXd EnergyResponse::observed_integrals(double e_ee_MeV, detail::ObservedPanels& panels,
                                                   detail::RecoilDensities& densities) const {
  const double width = smearing_->width(e_ee_MeV);
  panels.lay({.mean = smearing_->mean(e_ee_MeV),
              .width = width,
              .reach = smearing_->reach(e_ee_MeV) * width});
  const detail::ObservedPoints& points = panels.points();
  const std::vector<double> density = densities.at(*smearing_, e_ee_MeV, points.observed);
  const std::vector<double>& weights = math::gauss_legendre(detail::ObservedPanels::order).weights;
  Eigen::VectorXd result = Eigen::VectorXd::Zero(panels.bins());
  std::size_t i = 0;
  for (std::size_t panel = 0; panel < points.half_widths.size(); ++panel) {
    double sum = 0.0;
    for (const double weight : weights) {
      sum += weight * (density[i] * points.efficiency[i]);
      ++i;
    }
    result(panels.bin_of_panel()[panel]) += points.half_widths[panel] * sum;
  }
  return result;
}

std::vector<double> EnergyResponse::recoil_breaks_MeV(const math::BinAxis& axis, double lower_MeV,
                                                      double upper_MeV) const {
  std::vector<double> breaks = quenching_->breaks_MeV();
  const auto append_levels = [&](const std::vector<double>& levels, auto&& function) {
    for (const double level : levels) {
      append_crossings([&](double recoil) { return function(recoil) - level; }, lower_MeV,
                       upper_MeV, breaks);
    }
  };
  const auto e_ee = [this](double recoil) { return quenching_->electron_equivalent_MeV(recoil); };
  for (const AppliedEfficiency& efficiency : efficiencies_) {
    const std::vector<double> levels = efficiency.function->breaks();
    if (efficiency.variable == EfficiencyVariable::recoil_MeV) {
      breaks.insert(breaks.end(), levels.begin(), levels.end());
    } else if (efficiency.variable == EfficiencyVariable::electron_equivalent_MeV) {
      append_levels(levels, e_ee);
    }
  }
  if (smearing_->sharp_value(e_ee(lower_MeV))) {
    const auto observed = [&](double recoil) { return *smearing_->sharp_value(e_ee(recoil)); };
    append_levels(axis.edges, observed);
    append_levels(observed_breaks_, observed);
  }
  std::erase_if(breaks, [&](double x) { return x <= lower_MeV || x >= upper_MeV; });
  std::ranges::sort(breaks);
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
  return breaks;
}

std::vector<double> EnergyResponse::recoil_steps_MeV(const math::BinAxis& axis, double lower_MeV,
                                                     double upper_MeV) const {
  std::vector<double> steps;
  if (std::isinf(smearing_->largest_step_MeV(quenching_->electron_equivalent_MeV(upper_MeV)))) {
    return steps;
  }
  const auto is_seen = [&](double e_ee) {
    const double margin = smearing_->reach(e_ee) * smearing_->width(e_ee);
    const double observed = smearing_->mean(e_ee);
    return observed > axis.edges.front() - margin && observed < axis.edges.back() + margin;
  };
  const double ratio = std::exp(std::log(upper_MeV / lower_MeV) / crossing_scan_points);
  double last = quenching_->electron_equivalent_MeV(lower_MeV);
  double moved = 0.0;  // in units of the largest step, up and down alike
  for (int i = 1; i < crossing_scan_points; ++i) {
    const double recoil = lower_MeV * std::pow(ratio, i);
    const double e_ee = quenching_->electron_equivalent_MeV(recoil);
    moved += std::abs(e_ee - last) / smearing_->largest_step_MeV(e_ee);
    last = e_ee;
    const double next = quenching_->electron_equivalent_MeV(recoil * ratio);
    const double ahead = std::abs(next - e_ee) / smearing_->largest_step_MeV(next);
    if (moved + ahead <= 1.0) continue;
    moved = 0.0;
    if (is_seen(e_ee)) steps.push_back(recoil);
  }
  return steps;
}

ResponseMatrix tabulate(const EnergyResponse& response, const math::BinAxis& axis, double lower_MeV,
                        double upper_MeV, std::span<const double> extra_breaks_MeV,
                        const math::PanelSettings& settings) {
  return tabulate(std::span{&response, 1}, axis, lower_MeV, upper_MeV, extra_breaks_MeV, settings);
}

ResponseMatrix tabulate(std::span<const EnergyResponse> variants, const math::BinAxis& axis,
                        double lower_MeV, double upper_MeV,
                        std::span<const double> extra_breaks_MeV,
                        const math::PanelSettings& settings) {
  std::vector<double> breaks;
  for (const EnergyResponse& response : variants) {
    const std::vector<double> own = response.recoil_breaks_MeV(axis, lower_MeV, upper_MeV);
    breaks.insert(breaks.end(), own.begin(), own.end());
    const std::vector<double> steps = response.recoil_steps_MeV(axis, lower_MeV, upper_MeV);
    breaks.insert(breaks.end(), steps.begin(), steps.end());
  }
  for (const double extra : extra_breaks_MeV) {
    if (extra > lower_MeV && extra < upper_MeV) breaks.push_back(extra);
  }
  breaks.push_back(lower_MeV);
  breaks.push_back(upper_MeV);
  std::ranges::sort(breaks);
  const math::PanelGrid full{breaks, settings};

  const auto bins = static_cast<Eigen::Index>(axis.size());
  const auto nodes = static_cast<Eigen::Index>(full.node_count());
  Eigen::MatrixXd matrix(static_cast<Eigen::Index>(variants.size()) * bins, nodes);
  std::vector<detail::ObservedPanels> panels;
  for (const EnergyResponse& response : variants) panels.push_back(response.panels(axis.edges));
  for (Eigen::Index node = 0; node < nodes; ++node) {
    const double recoil = full.nodes()[static_cast<std::size_t>(node)];
    detail::RecoilDensities densities;
    for (std::size_t v = 0; v < variants.size(); ++v) {
      matrix.col(node).segment(static_cast<Eigen::Index>(v) * bins, bins) =
          variants[v].probabilities(axis.edges, recoil, panels[v], densities);
    }
  }

  constexpr double negligible = 1.0e-14;
  const auto order = static_cast<Eigen::Index>(full.order());
  const double floor = negligible * matrix.cwiseAbs().maxCoeff();
  const auto empty = [&](std::size_t panel) {
    return matrix.middleCols(static_cast<Eigen::Index>(panel) * order, order)
               .cwiseAbs()
               .maxCoeff() <= floor;
  };
  std::size_t first = 0;
  std::size_t last = full.panel_count();
  while (first < last && empty(first)) ++first;
  while (last > first && empty(last - 1)) --last;
  if (first == last) {
    throw DataError("no recoil between " + std::to_string(1e3 * lower_MeV) + " and " +
                        std::to_string(1e3 * upper_MeV) + " keV reaches any energy bin",
                    {.hint = "check quenching, efficiency and the energy edges"});
  }
  Eigen::MatrixXd kept = matrix.middleCols(static_cast<Eigen::Index>(first) * order,
                                           static_cast<Eigen::Index>(last - first) * order);
  return {.grid = full.sub_grid(first, last), .matrix = std::move(kept)};
}

}  // namespace nudipole::detector
