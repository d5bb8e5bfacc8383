#pragma once

#include "nudipole/campaign/mass_likelihood.hpp"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <Eigen/Core>

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace nudipole::python {

/// What a caller gives for an array of numbers: a list, a tuple, an array of any number type.
using Numbers = pybind11::array_t<double, pybind11::array::c_style | pybind11::array::forcecast>;

/// The numbers of an argument, which must outlive the span.
/// \throws ConfigError for anything but one axis
std::span<const double> numbers(const Numbers& array, const char* name);
/// The same for an argument that may be None: then there are none.
std::span<const double> numbers(const std::optional<Numbers>& array, const char* name);

/// A new array of Python's.
pybind11::array_t<double> to_python(std::span<const double> values);
inline pybind11::array_t<double> to_python(const Eigen::ArrayXd& values) {
  return to_python(std::span{values.data(), static_cast<std::size_t>(values.size())});
}

}  // namespace nudipole::python

/// A number where there is one coupling, numbers for several.
template <>
struct pybind11::detail::type_caster<nudipole::campaign::Couplings> {
  PYBIND11_TYPE_CASTER(nudipole::campaign::Couplings, const_name("float | numpy [coupling]"));

  type_caster() : value(0.0) {}
  bool load(handle source, bool convert) {
    if (make_caster<double> number; number.load(source, convert)) {
      value = cast_op<double>(number);
      return true;
    }
    const auto array = nudipole::python::Numbers::ensure(source);
    if (!array || array.ndim() != 1) return false;
    value = std::span{array.data(), static_cast<std::size_t>(array.size())};
    return true;
  }
};
