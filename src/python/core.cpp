// The compiled part of the Python package.
#include "bindings.hpp"
#include "nudipole/core/version.hpp"

PYBIND11_MODULE(_core, module) {
  module.doc() = "Compiled part of nudipole.";
  module.attr("__version__") = nudipole::version();
  nudipole::python::translate_errors();
  nudipole::python::bind_nuisances(module);
  nudipole::python::bind_likelihood(module);
  nudipole::python::bind_setup(module);
}
