#include "nudipole/detector/efficiency.hpp"
#include "nudipole/detector/quenching.hpp"
#include "nudipole/detector/response.hpp"
#include "nudipole/detector/smearing.hpp"
#include "support/catch2.hpp"

#include <cmath>
#include <vector>

using namespace nudipole::detector;
using nudipole::math::BinAxis;

TEST_CASE("A linear quenching factor is held above its last energy") {
  const auto quenching = linear_factor_quenching(0.246, 0.78, 0.125);
  // By hand: .246 + 7.8e-4 T at 50 keV is .285; .3435 at 125 keV and above.
  CHECK(quenching->electron_equivalent_MeV(0.050) == Approx(0.050 * 0.285).epsilon(1e-14));
  CHECK(quenching->electron_equivalent_MeV(0.125) == Approx(0.125 * 0.3435).epsilon(1e-14));
  CHECK(quenching->electron_equivalent_MeV(0.200) == Approx(0.200 * 0.3435).epsilon(1e-14));
  CHECK(quenching->breaks_MeV() == std::vector<double>{0.125});
}

TEST_CASE("Steps hold from their positions on") {
  const auto steps = stepped_efficiency({5.0, 6.0}, {0.5, 1.0});
  CHECK((*steps)(4.999) == 0.0);
  CHECK((*steps)(5.0) == 0.5);
  CHECK((*steps)(5.999) == 0.5);
  CHECK((*steps)(6.0) == 1.0);
  CHECK((*steps)(60.0) == 1.0);
  CHECK(steps->breaks() == std::vector<double>{5.0, 6.0});
}

TEST_CASE("The resolution of argon is a Gaussian of .58 sqrt(E)") {
  const auto smearing = square_root_smearing(0.58);
  const double e_ee_MeV = 25.0e-3;  // sigma 2.9 keVee
  CHECK(smearing->mean(e_ee_MeV) == Approx(25.0).epsilon(1e-14));
  CHECK(smearing->width(e_ee_MeV) == Approx(2.9).epsilon(1e-14));
  CHECK_FALSE(smearing->sharp_value(e_ee_MeV));
  // Tables of the normal distribution: 0.682689492137086 within one sigma, 0.0013498980316301 above
  // three.
  CHECK(smearing->probability(22.1, 27.9, e_ee_MeV) == Approx(0.682689492137086).epsilon(1e-12));
  CHECK(smearing->probability(33.7, 1e4, e_ee_MeV) == Approx(0.0013498980316301).epsilon(1e-12));
  CHECK(smearing->probability(-1e4, 16.3, e_ee_MeV) == Approx(0.0013498980316301).epsilon(1e-12));
  CHECK(smearing->density(25.0, e_ee_MeV) == Approx(0.3989422804014327 / 2.9).epsilon(1e-13));
  CHECK(smearing->density(27.9, e_ee_MeV) == Approx(0.24197072451914337 / 2.9).epsilon(1e-13));
  CHECK(smearing->probability(0.0, 10.0, 0.0) == 0.0);
}

TEST_CASE("Variants of a response are blocks of rows on common nodes") {
  const auto response = [](double factor) {
    return EnergyResponse{polynomial_quenching({factor}), sharp_smearing(13000.0), {}};
  };
  const BinAxis axis{.name = "energy", .unit = "PE", .edges = {4.0, 8.0, 12.0}};
  const std::vector<EnergyResponse> variants{response(0.08), response(0.09), response(0.07)};
  const ResponseMatrix table = tabulate(variants, axis, 1e-4, 0.05, {}, {});
  REQUIRE(table.matrix.rows() == 6);
  for (std::size_t v = 0; v < variants.size(); ++v) {
    const ResponseMatrix alone = tabulate(variants[v], axis, 1e-4, 0.05, {}, {});
    for (Eigen::Index bin = 0; bin < 2; ++bin) {
      // The integral of a sharp response over T is the width of the bin, with either set of nodes.
      const auto width = [&](const ResponseMatrix& matrix, Eigen::Index row) {
        double sum = 0.0;
        for (std::size_t i = 0; i < matrix.grid.node_count(); ++i) {
          sum += matrix.grid.weights()[i] * matrix.matrix(row, static_cast<Eigen::Index>(i));
        }
        return sum;
      };
      const double expected = 4.0 / 13000.0 / (v == 0 ? 0.08 : v == 1 ? 0.09 : 0.07);
      CHECK(width(table, 2 * static_cast<Eigen::Index>(v) + bin) ==
            Approx(expected).epsilon(1e-12));
      CHECK(width(alone, bin) == Approx(expected).epsilon(1e-12));
    }
  }
}
