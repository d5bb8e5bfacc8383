#include "nudipole/likelihood/nuisance.hpp"

#include "nudipole/core/text.hpp"

namespace nudipole::likelihood {

std::string describe(const Nuisance& nuisance) {
  if (nuisance.is_fixed()) return "fixed at " + shortest_text(nuisance.centre);
  return "centre " + shortest_text(nuisance.centre) + ", width " + shortest_text(nuisance.width) +
         ", " + (nuisance.prior == Prior::gaussian ? "gaussian" : "free") + ", bounds " +
         shortest_text(nuisance.lower) + " .. " + shortest_text(nuisance.upper);
}

}  // namespace nudipole::likelihood
