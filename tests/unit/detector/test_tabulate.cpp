#include "nudipole/core/error.hpp"
#include "nudipole/detector/response.hpp"
#include "support/catch2.hpp"

#include <algorithm>
#include <cmath>

using namespace nudipole::detector;
using nudipole::math::BinAxis;
using nudipole::math::PanelSettings;

namespace {

const BinAxis csi_axis{
    .name = "energy", .unit = "PE", .edges = {0, 8, 12, 16, 20, 24, 32, 40, 50, 60}};

EnergyResponse csi_response() {
  return {polynomial_quenching({0.0554628, 4.30681, -111.707, 840.384}),
          gamma_smearing(0.0749e-3, 9.56e3),
          {{EfficiencyVariable::observed,
            logistic_efficiency({1.32045, 0.285979, 10.8646, -0.333322})}}};
}

/// Integral of response x rate over T for every bin.
template <class Rate>
std::vector<double> events(const ResponseMatrix& response, Rate&& rate) {
  std::vector<double> result;
  for (Eigen::Index bin = 0; bin < response.matrix.rows(); ++bin) {
    double sum = 0.0;
    for (std::size_t i = 0; i < response.grid.node_count(); ++i) {
      sum += response.matrix(bin, static_cast<Eigen::Index>(i)) * response.grid.weights()[i] *
             rate(response.grid.nodes()[i]);
    }
    result.push_back(sum);
  }
  return result;
}

}  // namespace

TEST_CASE("bins of a sharp response begin and end exactly at their edges") {
  const BinAxis axis{.name = "energy", .unit = "PE", .edges = {6.0, 8.0, 10.0, 30.0}};
  const EnergyResponse response{no_quenching(), sharp_smearing(1170.0), {}};
  const ResponseMatrix table = tabulate(response, axis, 1e-6, 0.02, {}, {});
  const auto counts = events(table, [](double T) { return 1.0 / T; });
  // integral dT/T between edges: ln(8/6), ln(10/8); the last bin ends at 20 keV = 23.4 PE.
  CHECK(counts[0] == Approx(std::log(8.0 / 6.0)).epsilon(1e-13));
  CHECK(counts[1] == Approx(std::log(10.0 / 8.0)).epsilon(1e-13));
  CHECK(counts[2] == Approx(std::log(23.4 / 10.0)).epsilon(1e-13));
  // Panels outside the bins are left out: the grid starts at 6 PE.
  CHECK(table.grid.edges().front() == Approx(6.0 / 1170.0).epsilon(1e-13));
  CHECK(table.grid.edges().back() == Approx(0.02).epsilon(1e-14));
  CHECK(table.matrix.cols() == static_cast<Eigen::Index>(table.grid.node_count()));
}

TEST_CASE("a quenching that turns over is counted on both branches") {
  // x = 1000 (0.2 T - 4 T^2) has its maximum 2.5 at T = 25 keV; x = 2 at T = 25 -+ sqrt(125) keV.
  const BinAxis axis{.name = "energy", .unit = "PE", .edges = {1.0, 2.0, 3.0}};
  const EnergyResponse response{polynomial_quenching({0.2, -4.0}), sharp_smearing(1000.0), {}};
  const auto counts =
      events(tabulate(response, axis, 1e-4, 0.1, {}, {}), [](double) { return 1.0; });
  const auto half_width = [](double x) { return std::sqrt(625e-6 - x / 4000.0); };
  CHECK(counts[0] == Approx(2.0 * (half_width(1.0) - half_width(2.0))).epsilon(1e-12));
  CHECK(counts[1] == Approx(2.0 * half_width(2.0)).epsilon(1e-12));
}

TEST_CASE("doubling the quadrature of a smeared response changes nothing") {
  const auto rate = [](double T) { return std::exp(-T / 0.008) / T; };
  const PanelSettings standard{};
  const PanelSettings fine{.max_width_ln = 0.5 * standard.max_width_ln,
                           .order = 2 * standard.order};
  const auto plain = events(tabulate(csi_response(), csi_axis, 1e-7, 0.045, {}, standard), rate);
  const auto doubled = events(tabulate(csi_response(), csi_axis, 1e-7, 0.045, {}, fine), rate);
  for (std::size_t bin = 0; bin < plain.size(); ++bin) {
    INFO("bin " << bin);
    CHECK(plain[bin] == Approx(doubled[bin]).epsilon(1e-10));  // a smooth integrand: converged
  }
}

TEST_CASE("the matrix holds the probabilities at the nodes") {
  const EnergyResponse response = csi_response();
  const ResponseMatrix table = tabulate(response, csi_axis, 1e-7, 0.045, {}, {});
  REQUIRE(table.matrix.rows() == 9);
  for (const std::size_t node : {std::size_t{0}, table.grid.node_count() / 2}) {
    const double T = table.grid.nodes()[node];
    CHECK(table.matrix(2, static_cast<Eigen::Index>(node)) == response.probability(12.0, 16.0, T));
  }
  // What was left out of 0.1 eV .. 45 keV holds nothing: the response there is below 1e-14.
  CHECK(table.grid.edges().front() > 1e-5);
  CHECK(response.probability(0.0, 60.0, table.grid.edges().front()) < 1e-13);
  CHECK(table.grid.edges().back() == Approx(0.045).epsilon(1e-14));
}

TEST_CASE("extra breaks become panel edges if they are inside") {
  const std::vector<double> extra{1e-9, 0.0123, 7.0};
  const ResponseMatrix table = tabulate(csi_response(), csi_axis, 1e-7, 0.045, extra, {});
  const auto& edges = table.grid.edges();
  CHECK(std::ranges::any_of(edges, [](double e) { return std::abs(e / 0.0123 - 1.0) < 1e-14; }));
  CHECK(edges.back() == Approx(0.045).epsilon(1e-14));
}

TEST_CASE("a detector that sees nothing is an error") {
  const EnergyResponse blind{no_quenching(), sharp_smearing(1.0), {}};
  CHECK_THROWS_AS(tabulate(blind, csi_axis, 61.0, 100.0, {}, {}), nudipole::DataError);
}

TEST_CASE("What responses share from recoil to recoil and among themselves leaves their bits") {
  // Variants of CsI 2022: of the efficiency, with the same smearing, and of the quenching.
  const auto smearing = gamma_smearing(0.0749e-3, 9.56e3);
  const auto response = [&](double slope, double height) {
    return EnergyResponse{
        polynomial_quenching({slope, 4.30681, -111.707, 840.384}),
        smearing,
        {{EfficiencyVariable::observed,
          logistic_efficiency(
              {.height = height, .slope = 0.286, .centre = 10.9, .offset = -0.333})}}};
  };
  const std::vector variants{response(0.055, 1.32), response(0.055, 1.29), response(0.061, 1.32)};
  const BinAxis axis{.name = "energy", .unit = "PE", .edges = {0, 8, 12, 20, 60}};
  const auto table = tabulate(variants, axis, 1e-3, 0.05, {}, {});
  for (std::size_t node = 0; node < table.grid.node_count(); ++node) {
    const double recoil_MeV = table.grid.nodes()[node];
    for (std::size_t v = 0; v < variants.size(); ++v) {
      const Eigen::VectorXd alone = variants[v].probabilities(axis.edges, recoil_MeV);
      const Eigen::VectorXd together = table.matrix.col(static_cast<Eigen::Index>(node))
                                           .segment(static_cast<Eigen::Index>(4 * v), 4);
      CHECK(alone == together);
    }
  }
}
