#include "arrays.hpp"
#include "bindings.hpp"
#include "handles.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nuisances.hpp"
#include "pickling.hpp"

#include <pybind11/stl.h>

namespace nudipole::python {
namespace {

namespace py = pybind11;
using campaign::Couplings;
using campaign::OtherCouplings;
using inference::ProfilePoint;
using Pulls = std::optional<Numbers>;
using WithoutGil = py::call_guard<py::gil_scoped_release>;

constexpr const char* pulls_name = "pulls";

/// |d|: a number for a single coupling, an array for several.
py::object couplings_mu_B(const ProfilePoint& point) {
  const Couplings couplings = Couplings::of(point);
  const std::span<const double> values = couplings.values_mu_B();
  if (values.size() == 1) return py::float_(values.front());
  return to_python(values);
}

/// "2e-9 mu_B" or "(1e-9, 2e-9) mu_B".
std::string couplings_text(const ProfilePoint& point) {
  const Couplings couplings = Couplings::of(point);
  std::vector<std::string> values;
  for (const double value : couplings.values_mu_B()) values.push_back(shortest_text(value));
  const std::string list = join(values);
  return (values.size() == 1 ? list : "(" + list + ")") + " mu_B";
}

std::string status_text(const ProfilePoint& point) { return std::string{to_string(point.status)}; }

py::object limit_object(const inference::Limit& limit) {
  return py::module_::import("nudipole._limit")
      .attr("Limit")(limit.poi, std::string{to_string(limit.status)}, limit.excluded_to);
}

py::object limit(const LikelihoodHandle& likelihood, double confidence, int dof) {
  const inference::Limit found = [&] {
    const py::gil_scoped_release release;
    return likelihood.limit(confidence, dof);
  }();
  return limit_object(found);
}

/// By the names of the couplings.
py::dict limits(const LikelihoodHandle& likelihood, double confidence, int dof,
                const std::string& others) {
  if (others != "profiled" && others != "zero") {
    throw ConfigError("the other couplings cannot be '" + others + "'",
                      {.where = "others", .expected = "'profiled' or 'zero'"});
  }
  const std::vector<inference::Limit> found = [&] {
    const py::gil_scoped_release release;
    return likelihood.limits(confidence, dof,
                             others == "zero" ? OtherCouplings::zero : OtherCouplings::profiled);
  }();
  const std::vector<std::string> names = names_of(likelihood.setup().config());
  py::dict by_name;
  for (std::size_t c = 0; c < found.size(); ++c)
    by_name[py::str(names[c])] = limit_object(found[c]);
  return by_name;
}

LikelihoodHandle with_data(const LikelihoodHandle& likelihood, const Numbers& values,
                           const Pulls& centres) {
  const std::span<const double> bins = numbers(values, "values");
  return {likelihood.with_data(
              Eigen::Map<const Eigen::ArrayXd>(bins.data(), static_cast<Eigen::Index>(bins.size())),
              numbers(centres, "centres")),
          likelihood.origin};
}

/// Where the bins of each data set are in arrays of all.
py::dict slices(const LikelihoodHandle& likelihood) {
  py::dict slices;
  py::ssize_t next = 0;
  for (const likelihood::Term& term : likelihood.joint().terms()) {
    const auto size = static_cast<py::ssize_t>(term.bin_count());
    slices[py::str(term.name())] = py::slice(next, next + size, 1);
    next += size;
  }
  return slices;
}

void bind_fit(py::module_& module) {
  py::class_<ProfilePoint>(
      module, "Fit",
      "A fit. `value, pulls, status = fit` takes apart what matters most.\n\n"
      "status: `converged`, `converged_fallback` (found by a second algorithm), `not_converged` "
      "(the best point known) or `failed`.")
      .def_readonly("value", &ProfilePoint::minus_two_log_l, "-2 ln L with priors")
      .def_property_readonly(
          pulls_name, [](const ProfilePoint& point) { return to_python(point.pulls); },
          "numpy [nuisance]")
      .def_property_readonly("status", &status_text)
      .def_property_readonly(
          "is_converged", [](const ProfilePoint& point) { return fit::is_converged(point.status); },
          "True for a verified minimum")
      .def_property_readonly("coupling_mu_B", &couplings_mu_B,
                             "|d| of the fit, given or found: a float, or numpy [coupling] where "
                             "there are several")
      .def_readonly("evaluations", &ProfilePoint::evaluations)
      .def("__iter__",
           [](const ProfilePoint& point) {
             return py::iter(
                 py::make_tuple(point.minus_two_log_l, to_python(point.pulls), status_text(point)));
           })
      .def("__repr__", [](const ProfilePoint& point) {
        return "<fit at " + couplings_text(point) +
               ": -2 ln L = " + shortest_text(point.minus_two_log_l) + ", " + status_text(point) +
               ">";
      });
}

constexpr const char* likelihood_doc =
    "The likelihood of a configuration at one mass.\n\n"
    "Everywhere: `coupling_mu_B` is d [mu_B], of either sign, as only d^2 counts: a number, or "
    "numpy [coupling] where the configuration has several (`couplings`); `pulls` are those of the "
    "nuisances, numpy [nuisance], inside `nuisances.lower_pulls` and `upper_pulls`; without "
    "them the nuisances are at their centres. Bins are those of all data sets, one after the other "
    "(`slices`).";

}  // namespace

void bind_likelihood(py::module_& module) {
  bind_fit(module);
  const auto coupling = py::arg("coupling_mu_B");
  const auto pulls = py::arg(pulls_name) = py::none();
  py::class_<LikelihoodHandle>(module, "Likelihood", likelihood_doc)
      .def(
          "__call__",
          [](const LikelihoodHandle& self, const Couplings& d, const Pulls& theta) {
            return self(d, numbers(theta, pulls_name));
          },
          coupling, pulls, "-2 ln L with priors")
      .def(
          "gradient",
          [](const LikelihoodHandle& self, const Couplings& d, const Pulls& theta) {
            return to_python(self.gradient(d, numbers(theta, pulls_name)));
          },
          coupling, pulls,
          "derivatives of -2 ln L, numpy [coupling + nuisance]: by each d [1/mu_B], by each pull")
      .def(
          "expected",
          [](const LikelihoodHandle& self, const Couplings& d, const Pulls& theta) {
            return to_python(self.expected(d, numbers(theta, pulls_name)));
          },
          coupling, pulls, "expected values, numpy [bin]")
      .def("profile", &LikelihoodHandle::profile, coupling, WithoutGil{},
           "the minimum over the nuisances: a Fit")
      .def("best_fit", &LikelihoodHandle::best_fit, WithoutGil{},
           "the minimum over the nuisances and every d >= 0: a Fit")
      .def("limit", &limit, py::arg("confidence") = 0.90, py::arg("dof") = 1,
           "upper limit on d [mu_B], a float with a `status`; NaN unless that is `ok` or "
           "`closed_from_above`, when couplings above its `excluded_to_mu_B` are allowed again")
      .def("limits", &limits, py::arg("confidence") = 0.90, py::arg("dof") = 1, py::kw_only(),
           py::arg("others") = "profiled",
           "upper limits on each coupling, by name, with the others `profiled` or at `zero`")
      .def("with_data", &with_data, py::arg("values"), py::arg("centres") = py::none(),
           "The same model with other data, numpy [bin]: Asimov data, or a toy.\n\n"
           "centres: of the priors, numpy [nuisance] in pulls, which a toy draws as well")
      .def_property_readonly(
          "observed", [](const LikelihoodHandle& self) { return to_python(self.observed()); },
          "data, numpy [bin]")
      .def_property_readonly(
          "nuisances", [](const LikelihoodHandle& self) { return Nuisances{self.nuisances()}; })
      .def_property_readonly("slices", &slices, "data set -> its bins in `expected` and `observed`")
      .def_property_readonly(
          "couplings", [](const LikelihoodHandle& self) { return names_of(self.setup().config()); },
          "names of the couplings, in the order of arguments")
      .def_property_readonly("mass_MeV", &LikelihoodHandle::mass_MeV)
      .def_property_readonly("is_closed", &LikelihoodHandle::is_closed,
                             "True when no N of this mass can be produced")
      .def("__reduce__", [](const LikelihoodHandle& self) { return reduced(self); })
      .def("__repr__", [](const LikelihoodHandle& self) {
        return "<likelihood at " + shortest_text(self.mass_MeV()) +
               " MeV: " + std::to_string(self.observed().size()) + " bins, " +
               std::to_string(self.nuisances().size()) + " nuisances>";
      });
}

}  // namespace nudipole::python
