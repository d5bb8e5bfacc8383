#include "pickling.hpp"

#include <pybind11/stl.h>

#include <span>
#include <string_view>

namespace nudipole::python {
namespace {

namespace py = pybind11;

/// Arguments that make a setup: they can be compared, so that a process makes it once.
py::tuple setup_arguments(const campaign::Setup& setup, const Origin& origin) {
  py::list folders;
  for (const std::filesystem::path& folder : origin.data_folders) folders.append(folder.string());
  py::list digests;
  for (const experiment::FileDigest& file : setup.files()) {
    digests.append(py::make_tuple(file.name, file.sha256));
  }
  return py::make_tuple(origin.text, origin.file.string(), py::tuple(folders), py::tuple(digests));
}

py::bytes bytes_of(std::span<const double> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()};
}

py::object function(const char* name) {
  return py::module_::import("nudipole._pickling").attr(name);
}

}  // namespace

py::tuple reduced(const SetupHandle& setup) {
  return py::make_tuple(function("setup"), setup_arguments(*setup.setup, *setup.origin));
}

py::tuple reduced(const LikelihoodHandle& likelihood) {
  py::object values = py::none();
  py::object centres = py::none();
  if (!likelihood.has_measured_data()) {
    const Eigen::ArrayXd observed = likelihood.observed();
    values = bytes_of({observed.data(), static_cast<std::size_t>(observed.size())});
    centres = bytes_of(likelihood.centres());
  }
  return py::make_tuple(function("likelihood"),
                        py::make_tuple(setup_arguments(likelihood.setup(), *likelihood.origin),
                                       likelihood.mass_MeV(), values, centres));
}

}  // namespace nudipole::python
