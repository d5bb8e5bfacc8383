#pragma once

#include <pybind11/pybind11.h>

/// One function for each part of the module `nudipole._core`.
namespace nudipole::python {

/// Errors of the library become the exceptions of nudipole._errors.
void translate_errors();
void bind_setup(pybind11::module_& module);
void bind_nuisances(pybind11::module_& module);
void bind_likelihood(pybind11::module_& module);

}  // namespace nudipole::python
