#include "schema.hpp"

#include "bin_classes.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nuisance_list.hpp"
#include "observables.hpp"
#include "options.hpp"
#include "ratio_bound_factory.hpp"
#include "signal_builder.hpp"
#include "target_factory.hpp"
#include "time_profile.hpp"

#include <memory>

namespace nudipole::experiment {
namespace {

using config::Key;
using config::Schema;

std::vector<Key> head_keys() {
  return {Key::integer("format", "version of this format", config::IntegerRange::between(1, 1)),
          Key::text("title", "one line for people"),
          Key::text("reference", "publication or release of the data"),
          Key::texts("approximations",
                     "inputs that stand in for published ones; stated in every result")
              .optional(),
          Key::entries("overlaps", "experiments that must not be combined with this one",
                       Key::text("<experiment>", "why"))
              .optional(),
          detail::options_key()};
}

Schema energy_schema() {
  return {.keys = {Key::text("unit", "unit of the observable in headings, e.g. keVee or PE"),
                   detail::edges_key("edges")}};
}

std::vector<Key> counting_keys() {
  return {
      Key::entries("backgrounds", "backgrounds of known shape",
                   Key::section("<background>", "one background", background_schema()))
          .optional(),
      Key::entries("free_backgrounds", "backgrounds whose shape is fitted",
                   Key::section("<background>", "one background", parametric_background_schema()))
          .optional(),
      Key::entries("nuisances",
                   "parameters that the fit varies; the same name in several "
                   "experiments is one parameter",
                   Key::section("<nuisance>", "one parameter", detail::nuisance_schema())),
      Key::section("data", "what was measured, and its statistic", data_schema())};
}

}  // namespace

namespace detail {

const Schema& head_schema() {
  static const Schema schema{.keys = head_keys(),
                             .others = std::make_shared<const Key>(Key::anything("<key>", ""))};
  return schema;
}

}  // namespace detail

Schema experiment_schema(const std::vector<std::shared_ptr<const FluxKind>>& fluxes) {
  Schema all{
      .keys = head_keys(),
      .kinds = {{"counting", "a likelihood of counts or rates in bins", counting_keys()},
                {"ratio_bound",
                 "a bound that a published flux limit implies",
                 {Key::section("bound", "the published limit", detail::ratio_bound_schema())}}},
      .default_kind = "counting"};
  const std::vector<Key> parts{
      Key::section("flux", "source of the neutrinos", flux_schema(fluxes)),
      Key::section("target", "what they scatter on", detail::target_schema()),
      Key::section("signals", "what the analysis counts", detail::signals_schema()),
      Key::section("energy", "bins of the observable", energy_schema()).unless({"bins"}),
      Key::section("bins", "bins that are classes of a table instead of `energy`",
                   detail::class_bins_schema())
          .optional(),
      Key::section("time", "bins or selection in time", time_schema()).optional(),
      Key::section("companions", "observables beside the energy, instead of `time`",
                   detail::companions_schema())
          .optional()
          .unless({"time"}),
      Key::section("response", "what the detector makes of a recoil", detail::response_schema())};
  all.keys.insert(all.keys.end(), parts.begin(), parts.end());
  return all;
}

const Schema& experiment_schema() {
  static const Schema schema = experiment_schema({});
  return schema;
}

}  // namespace nudipole::experiment
