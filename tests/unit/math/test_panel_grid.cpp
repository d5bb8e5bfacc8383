#include "nudipole/math/panel_grid.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

#include <algorithm>
#include <cmath>

using nudipole::math::PanelGrid;
using nudipole::math::PanelSettings;
using Numbers = std::vector<double>;

namespace {

const Numbers breaks{1e-4, 3.1e-4, 3.2e-4, 0.05};
const PanelSettings coarse{.max_width_ln = 0.7, .order = 6};

template <class Function>
double integral(const PanelGrid& grid, Function&& function) {
  double sum = 0.0;
  for (std::size_t i = 0; i < grid.node_count(); ++i) {
    sum += grid.weights()[i] * function(grid.nodes()[i]);
  }
  return sum;
}

/// Adds value x l_j(T) to the weights of the nodes of a panel.
void scatter(const PanelGrid& grid, std::size_t panel, double ln_T, double value,
             Numbers& weights) {
  Numbers basis(grid.order());
  grid.basis(panel, ln_T, basis);
  for (std::size_t j = 0; j < basis.size(); ++j) {
    weights[panel * grid.order() + j] += value * basis[j];
  }
}

template <class Function>
double weighted_sum(const PanelGrid& grid, const Numbers& weights, Function&& function) {
  double sum = 0.0;
  for (std::size_t i = 0; i < grid.node_count(); ++i) sum += weights[i] * function(grid.nodes()[i]);
  return sum;
}

}  // namespace

TEST_CASE("panels never straddle a break and are not too wide") {
  const PanelGrid grid{breaks, coarse};
  const Numbers& edges = grid.edges();
  CHECK(std::ranges::is_sorted(edges));
  CHECK(std::ranges::is_sorted(grid.nodes()));
  CHECK(grid.node_count() == grid.panel_count() * grid.order());
  for (const double mark : breaks) {
    // Edges are made by exp(ln(edge)): a few units in the last place.
    CHECK(std::ranges::any_of(edges, [&](double e) { return std::abs(e / mark - 1.0) < 4e-15; }));
  }
  for (std::size_t panel = 0; panel < grid.panel_count(); ++panel) {
    CHECK(std::log(edges[panel + 1] / edges[panel]) < coarse.max_width_ln * (1.0 + 1e-14));
    for (const double mark : breaks) {
      const bool inside =
          edges[panel] * (1.0 + 1e-14) < mark && mark < edges[panel + 1] * (1 - 1e-14);
      CHECK_FALSE(inside);
    }
    for (std::size_t i = panel * grid.order(); i < (panel + 1) * grid.order(); ++i) {
      CHECK(grid.nodes()[i] > edges[panel]);
      CHECK(grid.nodes()[i] < edges[panel + 1]);
    }
  }
  // Widths ln 3.1 = 1.13, ln(3.2/3.1) = 0.03, ln(0.05/3.2e-4) = 5.05 in panels of at most 0.7.
  CHECK(grid.panel_count() == 2 + 1 + 8);
}

TEST_CASE("weights integrate over T, not over its logarithm") {
  const PanelGrid grid{breaks, {.max_width_ln = 0.4, .order = 16}};
  const double a = breaks.front();
  const double b = breaks.back();
  // Closed forms; 16 points on panels of 0.4 are exact to rounding.
  CHECK(integral(grid, [](double) { return 1.0; }) == Approx(b - a).epsilon(1e-14));
  CHECK(integral(grid, [](double T) { return 1.0 / T; }) == Approx(std::log(b / a)).epsilon(1e-14));
  CHECK(integral(grid, [](double T) { return T * T; }) ==
        Approx((b * b * b - a * a * a) / 3.0).epsilon(1e-14));
  CHECK(integral(grid, [](double T) { return 1.0 / (T * T); }) ==
        Approx(1.0 / a - 1.0 / b).epsilon(1e-14));
}

TEST_CASE("the basis carries polynomials in ln T to the nodes of one panel") {
  const PanelGrid grid{breaks, coarse};
  const auto polynomial = [](double T) {
    const double y = std::log(T) + 6.0;
    return 2.0 - y * (0.5 + y * (1.0 - y * (0.25 + y * (0.1 - 0.03 * y))));  // degree order - 1
  };
  for (const std::size_t panel : {std::size_t{0}, std::size_t{2}, grid.panel_count() - 1}) {
    const double left = std::log(grid.edges()[panel]);
    const double right = std::log(grid.edges()[panel + 1]);
    for (const double share : {0.0, 0.001, 0.37, 0.5, 0.93, 1.0}) {
      const double ln_T = left + share * (right - left);
      Numbers weights(grid.node_count(), 0.0);
      scatter(grid, panel, ln_T, 3.0, weights);
      // Closed form; rounding of Lagrange polynomials that are below 2 in size.
      CHECK(weighted_sum(grid, weights, polynomial) ==
            Approx(3.0 * polynomial(std::exp(ln_T))).epsilon(1e-12));
      for (std::size_t i = 0; i < weights.size(); ++i) {
        if (i / grid.order() != panel) CHECK(weights[i] == 0.0);
      }
    }
  }
}

TEST_CASE("the basis stays accurate at and next to a node") {
  const PanelGrid grid{breaks, coarse};
  const std::size_t node = 2 * grid.order() + 3;
  const auto smooth = [](double T) { return 1.0 + std::log(T) * std::log(T); };
  const double ln_T = std::log(grid.nodes()[node]);
  Numbers weights(grid.node_count(), 0.0);
  double expected = 0.0;
  for (const double step : {0.0, 1e-15, -1e-15, 1e-13, 1e-9}) {
    scatter(grid, 2, ln_T + step, 0.5, weights);
    expected += 0.5 * smooth(std::exp(ln_T + step));
  }
  CHECK(weighted_sum(grid, weights, smooth) == Approx(expected).epsilon(1e-12));
}

TEST_CASE("a quadrature carried to the nodes gives the integral over a part of a panel") {
  // An integrand that ends inside a panel: f(T) on [edge, 0.8 of the panel] with f exact there.
  const PanelGrid grid{breaks, {.max_width_ln = 0.4, .order = 16}};
  const double start = grid.edges()[4];
  const double stop = start * std::pow(grid.edges()[5] / start, 0.8);
  const PanelGrid part{Numbers{start, stop}, {.max_width_ln = 1.0, .order = 16}};
  Numbers weights(grid.node_count(), 0.0);
  for (std::size_t i = 0; i < part.node_count(); ++i) {
    scatter(grid, 4, std::log(part.nodes()[i]), part.weights()[i], weights);
  }
  CHECK(weighted_sum(grid, weights, [](double T) { return 1.0 / T; }) ==
        Approx(std::log(stop / start)).epsilon(1e-13));  // closed form, rounding
}

TEST_CASE("a sub-grid is a slice") {
  const PanelGrid grid{breaks, coarse};
  const PanelGrid part = grid.sub_grid(2, 6);
  const auto order = static_cast<std::ptrdiff_t>(grid.order());
  CHECK(part.panel_count() == 4);
  CHECK(part.order() == grid.order());
  CHECK(part.edges() == Numbers(grid.edges().begin() + 2, grid.edges().begin() + 7));
  CHECK(part.nodes() ==
        Numbers(grid.nodes().begin() + 2 * order, grid.nodes().begin() + 6 * order));
  CHECK(part.weights() ==
        Numbers(grid.weights().begin() + 2 * order, grid.weights().begin() + 6 * order));

  // The basis counts panels from the slice's own first one.
  const double ln_T = 0.5 * std::log(grid.edges()[3] * grid.edges()[4]) + 0.01;
  Numbers whole(grid.node_count(), 0.0);
  Numbers sliced(part.node_count(), 0.0);
  scatter(grid, 3, ln_T, 1.0, whole);
  scatter(part, 1, ln_T, 1.0, sliced);
  CHECK(sliced == Numbers(whole.begin() + 2 * order, whole.begin() + 6 * order));
}

TEST_CASE("repeated breaks make no empty panel") {
  const PanelGrid grid{Numbers{1.0, 1.2, 1.2, 1.4}, coarse};
  CHECK(grid.panel_count() == 2);
}

TEST_CASE("breaks must be positive and ascending") {
  CHECK_THROWS_AS(PanelGrid(Numbers{1.0}, coarse), nudipole::Error);
  CHECK_THROWS_AS(PanelGrid(Numbers{0.0, 1.0}, coarse), nudipole::Error);
  CHECK_THROWS_AS(PanelGrid(Numbers{2.0, 1.0}, coarse), nudipole::Error);
}
