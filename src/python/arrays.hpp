#pragma once

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
