#include "nudipole/physics/nuclide.hpp"

#include "support/catch2.hpp"

using nudipole::physics::Nuclide;

TEST_CASE("a nucleus is an atom without its electrons") {
  const Nuclide caesium{.name = "Cs133",
                        .protons = 55.0,
                        .neutrons = 78.0,
                        .atomic_mass_u = 132.90545196,
                        .proton_radius_fm = 4.804,
                        .neutron_radius_fm = 5.01};
  // 132.90545196 x 931.49410242 - 55 x 0.51099895 with 40 digits
  // (tests/reference/independent/forty_digits.py); rounding only.
  CHECK(caesium.nuclear_mass_MeV() == Approx(123772.53973795463).epsilon(1e-15));
}
