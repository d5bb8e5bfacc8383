#pragma once

#include "handles.hpp"

#include <pybind11/pybind11.h>

/// What __reduce__ returns: a function of nudipole._pickling and its arguments.
namespace nudipole::python {

pybind11::tuple reduced(const SetupHandle& setup);
pybind11::tuple reduced(const LikelihoodHandle& likelihood);

}  // namespace nudipole::python
