#include "arrays.hpp"
#include "bindings.hpp"
#include "nudipole/core/text.hpp"
#include "nuisances.hpp"

#include <pybind11/stl.h>

#include <algorithm>

namespace nudipole::python {
namespace {

namespace py = pybind11;
using likelihood::Nuisance;
using likelihood::Prior;

std::string prior_text(const Nuisance& nuisance) {
  switch (nuisance.prior) {
    case Prior::gaussian: return "gaussian";
    case Prior::none: return "none";
    case Prior::fixed: break;
  }
  return "fixed";
}

/// A number of every nuisance as an array.
template <class Get>
py::array_t<double> column(const Nuisances& nuisances, Get get) {
  py::array_t<double> array(static_cast<py::ssize_t>(nuisances.list.size()));
  std::ranges::transform(nuisances.list, array.mutable_data(), get);
  return array;
}

const Nuisance& at(const Nuisances& nuisances, std::ptrdiff_t index) {
  const auto size = static_cast<std::ptrdiff_t>(nuisances.list.size());
  const std::ptrdiff_t place = index < 0 ? index + size : index;
  if (place < 0 || place >= size) throw py::index_error("there is no nuisance of this index");
  return nuisances.list[static_cast<std::size_t>(place)];
}

const Nuisance& called(const Nuisances& nuisances, const std::string& name) {
  const auto found = std::ranges::find(nuisances.list, name, &Nuisance::name);
  if (found == nuisances.list.end()) throw py::key_error("there is no nuisance '" + name + "'");
  return *found;
}

}  // namespace

void bind_nuisances(py::module_& module) {
  py::class_<Nuisance>(module, "Nuisance",
                       "A nuisance parameter: value = centre + width * pull. The prior is "
                       "`gaussian` (adds pull^2 to -2 ln L), `none` or `fixed`.")
      .def_readonly("name", &Nuisance::name)
      .def_readonly("centre", &Nuisance::centre)
      .def_readonly("width", &Nuisance::width)
      .def_property_readonly("prior", &prior_text)
      .def_readonly("lower", &Nuisance::lower, "lower bound of the value")
      .def_readonly("upper", &Nuisance::upper, "upper bound of the value")
      .def("__repr__", [](const Nuisance& nuisance) {
        return "<nuisance " + nuisance.name + ": " + describe(nuisance) + ">";
      });

  py::class_<Nuisances>(module, "Nuisances",
                        "The nuisances of a likelihood in the order of its pulls; an entry is "
                        "found by its index or its name.")
      .def("__len__", [](const Nuisances& nuisances) { return nuisances.list.size(); })
      .def("__getitem__", &at, py::arg("index"), py::return_value_policy::copy)
      .def("__getitem__", &called, py::arg("name"), py::return_value_policy::copy)
      .def(
          "__iter__",
          [](const Nuisances& nuisances) {
            return py::make_iterator(nuisances.list.begin(), nuisances.list.end());
          },
          py::keep_alive<0, 1>())
      .def_property_readonly("names",
                             [](const Nuisances& nuisances) {
                               std::vector<std::string> names;
                               for (const Nuisance& one : nuisances.list) names.push_back(one.name);
                               return names;
                             })
      .def_property_readonly("priors",
                             [](const Nuisances& nuisances) {
                               std::vector<std::string> priors;
                               for (const Nuisance& one : nuisances.list) {
                                 priors.push_back(prior_text(one));
                               }
                               return priors;
                             })
      .def_property_readonly(
          "centres", [](const Nuisances& all) { return column(all, &Nuisance::centre); },
          "numpy [nuisance]")
      .def_property_readonly(
          "widths", [](const Nuisances& all) { return column(all, &Nuisance::width); },
          "numpy [nuisance]")
      .def_property_readonly(
          "lower_pulls",
          [](const Nuisances& all) {
            return column(all, [](const Nuisance& one) { return one.lower_pull(); });
          },
          "bounds of the pulls, numpy [nuisance]")
      .def_property_readonly(
          "upper_pulls",
          [](const Nuisances& all) {
            return column(all, [](const Nuisance& one) { return one.upper_pull(); });
          },
          "bounds of the pulls, numpy [nuisance]")
      .def("__repr__", [](const Nuisances& nuisances) {
        std::vector<std::string> names;
        for (const Nuisance& one : nuisances.list) names.push_back(one.name);
        return "<nuisances " + join(names) + ">";
      });
}

}  // namespace nudipole::python
