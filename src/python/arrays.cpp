#include "arrays.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <string>

namespace nudipole::python {

std::span<const double> numbers(const Numbers& array, const char* name) {
  if (array.ndim() != 1) {
    throw ConfigError("the array has " + std::to_string(array.ndim()) + " axes",
                      {.where = name, .expected = "one axis"});
  }
  return {array.data(), static_cast<std::size_t>(array.size())};
}

std::span<const double> numbers(const std::optional<Numbers>& array, const char* name) {
  if (!array) return {};
  return numbers(*array, name);
}

pybind11::array_t<double> to_python(std::span<const double> values) {
  pybind11::array_t<double> array(static_cast<pybind11::ssize_t>(values.size()));
  std::ranges::copy(values, array.mutable_data());
  return array;
}

}  // namespace nudipole::python
