#include "arrays.hpp"
#include "bindings.hpp"
#include "nudipole/campaign/mass_likelihood.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/run/input.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

namespace nudipole::python {
namespace {

namespace py = pybind11;
namespace fs = std::filesystem;

/// A configuration with its data, as Python holds it.
struct SetupHandle {
  std::shared_ptr<const campaign::Setup> setup;
};

fs::path data_folder(const py::object& chosen) {
  const auto folders = py::module_::import("nudipole._paths")
                           .attr("data_folders")(chosen)
                           .cast<std::vector<std::string>>();
  if (folders.size() == 1) return folders.front();
  if (!folders.empty()) {
    throw ConfigError("there are " + std::to_string(folders.size()) + " data folders",
                      {.where = "data", .expected = "one"});
  }
  throw DataError("no data folder found",
                  {.expected = "share/nudipole/data above the Python package",
                   .hint = "give it by data= or NUDIPOLE_DATA"});
}

SetupHandle make_setup(const std::optional<fs::path>& path, const std::optional<std::string>& text,
                       const py::object& data) {
  if (path.has_value() == text.has_value()) {
    throw ConfigError(path ? "both a file and a text are given" : "no configuration is given",
                      {.where = "Setup", .expected = "either path or text="});
  }
  experiment::DataFolder folder{data_folder(data)};
  const py::gil_scoped_release release;
  if (path) return {run::load_setup(*path, folder)};
  return {run::parse_setup(*text, "text", folder)};
}

}  // namespace

void bind_setup(py::module_& module) {
  py::class_<SetupHandle>(module, "Setup",
                          "A configuration with its experiments loaded.\n\n"
                          "path: the configuration's file; or text: what would stand in it\n"
                          "data: the data folder, as a path or a list of one; without it "
                          "NUDIPOLE_DATA, or the data that came with the package")
      .def(py::init(&make_setup), py::arg("path") = py::none(), py::kw_only(),
           py::arg("text") = py::none(), py::arg("data") = py::none())
      .def(
          "likelihood",
          [](const SetupHandle& self, double mass_MeV) {
            return campaign::MassLikelihood{self.setup, mass_MeV};
          },
          py::arg("mass_MeV"), py::call_guard<py::gil_scoped_release>(),
          "the likelihood of one mass; its templates are computed here")
      .def_property_readonly("title",
                             [](const SetupHandle& self) { return self.setup->config().title; })
      .def_property_readonly("experiments",
                             [](const SetupHandle& self) { return self.setup->experiment_names(); })
      .def_property_readonly(
          "flavour",
          [](const SetupHandle& self) { return self.setup->config().couplings.front().name; },
          "flavour of the first coupling, `universal`, or the ratios of several")
      .def_property_readonly(
          "masses_MeV",
          [](const SetupHandle& self) { return to_python(self.setup->config().mass_MeV); },
          "of the configuration's grid")
      .def_property_readonly(
          "couplings_mu_B",
          [](const SetupHandle& self) { return to_python(self.setup->config().coupling_mu_B()); },
          "of the configuration's grid")
      .def_property_readonly(
          "hash", [](const SetupHandle& self) { return self.setup->config().hash(); },
          "SHA-256 of all that determines the results")
      .def("__repr__", [](const SetupHandle& self) {
        return "<setup of " + join(self.setup->experiment_names()) + ">";
      });
}

}  // namespace nudipole::python
