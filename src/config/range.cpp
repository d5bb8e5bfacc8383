#include "nudipole/config/range.hpp"

#include <cmath>
#include <sstream>

namespace nudipole::config {

bool Range::contains(double value) const {
  if (!std::isfinite(value)) return false;
  const bool above_lower = lower_.end == End::unbounded || value > lower_.value ||
                           (lower_.end == End::closed && value == lower_.value);
  const bool below_upper = upper_.end == End::unbounded || value < upper_.value ||
                           (upper_.end == End::closed && value == upper_.value);
  return above_lower && below_upper;
}

std::string Range::describe() const {
  std::ostringstream words;
  words.precision(15);
  words << "a number";
  if (lower_.end != End::unbounded) {
    words << (lower_.end == End::open ? " > " : " >= ") << lower_.value;
  }
  if (upper_.end != End::unbounded) {
    if (lower_.end != End::unbounded) words << " and";
    words << (upper_.end == End::open ? " < " : " <= ") << upper_.value;
  }
  return words.str();
}

std::string IntegerRange::describe() const {
  std::string words = "a whole number";
  if (lo_ != lowest) words += " >= " + std::to_string(lo_);
  if (hi_ != highest) {
    if (lo_ != lowest) words += " and";
    words += " <= " + std::to_string(hi_);
  }
  return words;
}

}  // namespace nudipole::config
