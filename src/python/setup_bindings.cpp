#include "arrays.hpp"
#include "bindings.hpp"
#include "handles.hpp"
#include "nudipole/config/read_file.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/run/input.hpp"
#include "pickling.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

namespace nudipole::python {
namespace {

namespace py = pybind11;
namespace fs = std::filesystem;

std::vector<fs::path> data_folders(const py::object& chosen) {
  const auto paths = py::module_::import("nudipole._paths");
  return experiment::find_data_roots(paths.attr("chosen")(chosen).cast<std::vector<fs::path>>(),
                                     paths.attr("installed")().cast<fs::path>());
}

SetupHandle setup_of(std::string text, const std::string& name,
                     const std::vector<fs::path>& folders) {
  experiment::DataFolder data{folders};
  data.require_contents();
  Origin origin{.text = std::move(text), .file = fs::absolute(name), .data_folders = {}};
  for (const fs::path& folder : folders) origin.data_folders.push_back(fs::absolute(folder));
  auto setup = run::parse_setup(origin.text, name, data);
  return {std::move(setup), std::make_shared<const Origin>(std::move(origin))};
}

SetupHandle make_setup(const std::optional<fs::path>& path, const std::optional<std::string>& text,
                       const py::object& data) {
  if (path.has_value() == text.has_value()) {
    throw ConfigError(path ? "both a file and a text are given" : "no configuration is given",
                      {.where = "Setup", .expected = "either path or text="});
  }
  const std::vector<fs::path> folders = data_folders(data);
  const py::gil_scoped_release release;
  if (!path) return setup_of(*text, "text", folders);
  const fs::path file = run::find_config(*path, experiment::DataFolder{folders});
  return setup_of(config::read_file(file, ErrorKind::config), file.string(), folders);
}

std::map<std::string, std::string> data_sha256(const SetupHandle& self) {
  std::map<std::string, std::string> digests;
  for (const auto& [name, sha256] : self.setup->files()) digests.emplace(name, sha256);
  return digests;
}

}  // namespace

void bind_setup(py::module_& module) {
  // For nudipole._pickling.
  module.def("_setup", &setup_of, py::arg("text"), py::arg("name"), py::arg("folders"));
  py::class_<SetupHandle>(
      module, "Setup",
      "A configuration with its experiments loaded.\n\n"
      "path: the configuration's file; or text: what would stand in it\n"
      "data: folder of experiments' data, or a list of folders: the first "
      "that has an experiment counts. Where none has the shared tables, those of "
      "NUDIPOLE_DATA follow, then the data that came with the package")
      .def(py::init(&make_setup), py::arg("path") = py::none(), py::kw_only(),
           py::arg("text") = py::none(), py::arg("data") = py::none())
      .def(
          "likelihood",
          [](const SetupHandle& self, double mass_MeV) {
            return LikelihoodHandle{campaign::MassLikelihood{self.setup, mass_MeV}, self.origin};
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
          "couplings", [](const SetupHandle& self) { return names_of(self.setup->config()); },
          "names of the couplings, in the order of arguments: one, or several")
      .def_property_readonly(
          "masses_MeV",
          [](const SetupHandle& self) { return to_python(self.setup->config().mass_MeV); },
          "of the configuration's grid")
      .def_property_readonly(
          "couplings_mu_B",
          [](const SetupHandle& self) { return to_python(self.setup->config().coupling_mu_B()); },
          "of the grid of the first coupling")
      .def_property_readonly(
          "hash", [](const SetupHandle& self) { return self.setup->config().hash(); },
          "SHA-256 of all that determines the results, but for the data")
      .def_property_readonly("data_sha256", &data_sha256, "digests of the data files, by name")
      .def("__reduce__", [](const SetupHandle& self) { return reduced(self); })
      .def("__repr__", [](const SetupHandle& self) {
        return "<setup of " + join(self.setup->experiment_names()) + ">";
      });
}

}  // namespace nudipole::python
