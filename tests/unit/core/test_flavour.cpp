#include "nudipole/core/flavour.hpp"

#include "support/catch2.hpp"

using namespace nudipole;

TEST_CASE("Flavours are written and read alike") {
  for (const Flavour flavour : all_flavours) CHECK(parse_flavour(to_string(flavour)) == flavour);
  CHECK(to_string(Flavour::tau) == "tau");
  for (const PortalFlavour portal :
       {PortalFlavour::e, PortalFlavour::mu, PortalFlavour::tau, PortalFlavour::universal}) {
    CHECK(parse_portal_flavour(to_string(portal)) == portal);
  }
  CHECK(to_string(PortalFlavour::universal) == "universal");
}

TEST_CASE("Nothing else is a flavour") {
  for (const char* text : {"", "E", "muon", "mu ", "e,mu", "sterile"}) {
    CHECK_FALSE(parse_flavour(text));
    CHECK_FALSE(parse_portal_flavour(text));
  }
  CHECK_FALSE(parse_flavour("universal"));
}

TEST_CASE("A portal couples to its own flavour, the universal one to all") {
  for (const Flavour flavour : all_flavours) {
    CHECK(couples_to(PortalFlavour::universal, flavour));
    CHECK(couples_to(PortalFlavour::e, flavour) == (flavour == Flavour::e));
    CHECK(couples_to(PortalFlavour::mu, flavour) == (flavour == Flavour::mu));
    CHECK(couples_to(PortalFlavour::tau, flavour) == (flavour == Flavour::tau));
  }
}

TEST_CASE("Flavours index arrays without gaps") {
  static_assert(flavour_count == 3);
  for (std::size_t i = 0; i < flavour_count; ++i) CHECK(index_of(all_flavours[i]) == i);
}
