#include "nudipole/detector/quenching.hpp"

#include "support/catch2.hpp"

using nudipole::detector::no_quenching;
using nudipole::detector::polynomial_quenching;

TEST_CASE("a polynomial starts with the linear term") {
  // COHERENT CsI[Na] 2022 at 10 keV, by hand: 5.54628e-4 + 4.30681e-4 - 1.11707e-4 + 0.0840384e-4
  // = 8.8200584e-4 MeV; rounding.
  const auto csi = polynomial_quenching({0.0554628, 4.30681, -111.707, 840.384});
  CHECK(csi->electron_equivalent_MeV(0.010) == Approx(8.8200584e-4).epsilon(1e-15));
  CHECK(csi->electron_equivalent_MeV(0.0) == 0.0);
  CHECK(csi->breaks_MeV().empty());
  CHECK(polynomial_quenching({0.25})->electron_equivalent_MeV(0.02) == 0.005);
}

TEST_CASE("electrons are not quenched") {
  CHECK(no_quenching()->electron_equivalent_MeV(0.0123) == 0.0123);
}
