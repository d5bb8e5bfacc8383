#include "nudipole/campaign/run_config.hpp"
#include "nudipole/campaign/toy_results.hpp"
#include "run_config_words.hpp"

#include <string>
#include <vector>

namespace nudipole::campaign {
namespace {

using config::IntegerRange;
using config::Key;
using config::Range;
using config::Schema;

constexpr std::int64_t largest_grid = 1'000'000;

template <class Enum>
config::Word<Enum> named(Enum value, const char* what) {
  return {value, std::string{to_string(value)}, what};
}

/// Keys of a grid in a unit: from/to/points/spacing with `also_` for more points, or a list.
std::vector<Key> grid_keys(const std::string& unit, const std::string& of_what,
                           const Range& range = Range::positive()) {
  const std::string list = "values_" + unit;
  return {Key::numbers(list, "the " + of_what + " themselves", range)
              .at_least(1)
              .ascending()
              .optional(),
          Key::number("from_" + unit, "the lowest", range).unless({list}),
          Key::number("to_" + unit, "the highest", Range::positive()).unless({list}),
          Key::numbers("also_" + unit, "more of them, where a curve bends", range)
              .optional()
              .unless({list})};
}

Schema grid_schema(std::vector<Key> keys, const std::vector<std::string>& lists,
                   const config::Words<detail::Spacing>& spacings) {
  keys.push_back(
      Key::integer("points", "how many, ends included", IntegerRange::between(1, largest_grid))
          .unless(lists));
  keys.push_back(Key::choice("spacing", "how they lie", spacings).or_else("log").unless(lists));
  return {.keys = std::move(keys)};
}

/// A grid that a scan may place itself.
Schema with_tolerance(Schema schema, const char* what) {
  for (Key& key : schema.keys) {
    if (key.name == "points") key.without.emplace_back("tolerance");
  }
  schema.keys.push_back(Key::number("tolerance", what, Range::between(1.0e-4, 0.5))
                            .required_with("spacing", {"adaptive"}));
  return schema;
}

Schema mass_schema() {
  return with_tolerance(grid_schema(grid_keys("MeV", "masses", Range::non_negative()),
                                    {"values_MeV"}, detail::adaptive_spacings()),
                        "with spacing adaptive: error of limits between the masses, in d");
}

/// Couplings in mu_B or in 1/GeV, not both.
Schema coupling_schema(const config::Words<detail::Spacing>& spacings) {
  std::vector<Key> keys = grid_keys("mu_B", "couplings");
  std::vector<Key> natural = grid_keys("per_GeV", "couplings");
  for (Key& key : keys) {
    for (Key& other : natural) {
      key.without.push_back(other.name);
      other.without.push_back(key.name);
    }
  }
  for (const Key& key : natural) {
    keys.push_back(key.name == "from_per_GeV" ? key.required_with("to_per_GeV")
                   : key.name == "to_per_GeV" ? key.required_with("from_per_GeV")
                                              : key.optional());
  }
  return grid_schema(std::move(keys), {"values_mu_B", "values_per_GeV"}, spacings);
}

/// For each flavour: a ratio, or a grid of its own.
Schema couplings_schema() {
  Schema grid = coupling_schema(detail::spacings());
  std::vector<Key> keys;
  for (Key& key : grid.keys) {
    key.without.emplace_back("profiled");
    keys.push_back(key);
  }
  keys.push_back(
      Key::flag("profiled", "true: not mapped, but at its best value everywhere").optional());
  Schema schema;
  for (const Flavour flavour : all_flavours) {
    const std::string name{to_string(flavour)};
    schema.keys.push_back(
        Key::section(name, "d of this flavour: a grid by itself, or its ratio to the common one",
                     {.keys = keys})
            .or_value(Key::number(name, "ratio", Range::non_negative()))
            .optional());
  }
  return schema;
}

Schema decay_schema() {
  return {
      .keys = {Key::choice("inside", "N that decay within the path", detail::decay_words())
                   .or_else("removed"),
               Key::number("path_cm",
                           "path of N in the detector; its mean length of flight follows from d "
                           "and its energy (Dirac N)",
                           Range::positive())}};
}

Schema limits_schema() {
  return {
      .keys = {
          Key::numbers("confidence", "confidence levels", Range::strictly_between(0.0, 1.0))
              .at_least(1)
              .ascending()
              .or_else(std::vector<double>{0.90}),
          Key::integers("dof", "degrees of freedom of Delta chi2", IntegerRange::between(1, 100))
              .at_least(1)
              .ascending()
              .or_else(std::vector<std::int64_t>{1}),
          Key::choice("thresholds", "what Delta chi2 belongs to a level", detail::threshold_words())
              .or_else("tabulated"),
          Key::flag("each_experiment", "also the limits of each experiment by itself")
              .or_else(false),
          Key::number(
              "ceiling",
              "Delta chi2 above which points of the grid are marked `beyond` and not fitted; "
              "limits do not depend on it. By default no less than twice the highest threshold; "
              "1e30: all "
              "are fitted",
              Range::positive())
              .or_else(LimitRequest::default_ceiling),
          Key::flag(
              "expected",
              "also the limits that data without signal would give: median, 1 and 2 sigma, by "
              "the Asimov data set and, in a toys campaign, by toys")
              .or_else(false)}};
}

Schema toys_schema() {
  const ToyRequest usual;
  const auto count = [](const char* name, const char* what, std::int64_t most) {
    return Key::integer(name, what, IntegerRange::between(1, most));
  };
  return {
      .keys = {
          Key::choice("method", "what toys are made for", detail::toy_methods()),
          count("least",
                "toys of a point before the rule may stop; may change between a run and "
                "its continuation",
                500'000'000)
              .or_else(usual.least),
          count("most", "toys of a point after which it stops; may change too", 500'000'000)
              .or_else(usual.most),
          count("batch", "toys that are counted together", 100'000).or_else(usual.batch),
          Key::integer("seed", "of the random numbers", IntegerRange::between(0, 4'294'967'295))
              .or_else(std::int64_t{usual.seed}),
          Key::flag("free_mass",
                    "the best fit of a toy runs over the masses too: the construction in the plane "
                    "(feldman_cousins)")
              .or_else(false),
          Key::choice("auxiliary", "what becomes of the centres of priors in a toy",
                      detail::auxiliary_words())
              .or_else("fluctuated"),
          Key::choice("generate_at", "nuisances at which toys are made",
                      detail::generate_at_words())
              .or_else("profiled"),
          Key::flag("refine", "points between the couplings of the grid where a limit lies")
              .or_else(true),
          Key::number("refine_to", "relative distance of couplings at which that ends",
                      Range::between(1.0e-4, 1.0))
              .or_else(usual.refine_to),
          Key::number(
              "errors_away",
              "a point needs no more toys when p is this many errors away from every 1 - CL",
              Range::positive())
              .or_else(usual.errors_away),
          Key::number("wanted_error",
                      "nor when the error of p, relative to 1 - CL, is below this one",
                      Range::positive())
              .or_else(usual.wanted_error),
          Key::flag(
              "skip_far",
              "no toys where q of the data is above four times the largest threshold plus 10, "
              "or below a fiftieth of the smallest (feldman_cousins): p is that of chi2 there")
              .or_else(false),
          Key::choice("keep",
                      "what the file holds of each toy; may change too, for the toys that come",
                      detail::keep_words())
              .or_else("none")}};
}

Schema experiment_schema() {
  return {.keys = {Key::text("name", "a folder of the data").unless({"path"}),
                   Key::text("path",
                             "the folder of an experiment outside the data, counted from the "
                             "configuration's; its last part is the experiment's name")
                       .optional(),
                   Key::entries("options", "options that differ from the defaults (nudipole list)",
                                Key::text("<option>", "one of its choices"))
                       .optional(),
                   Key::entries("nuisances", "changes of nuisances, in this experiment only",
                                nuisance_change_key())
                       .optional(),
                   Key::number("exposure_scale",
                               "factor of its exposure: events of signal and backgrounds; for "
                               "`data: asimov` only. Uncertainties of nuisances stay as they are",
                               Range::positive())
                       .or_else(1.0)}};
}

}  // namespace

namespace detail {

const config::Words<Spacing>& spacings() {
  static const config::Words<Spacing> words{{Spacing::logarithmic, "log", "equal ratios"},
                                            {Spacing::linear, "linear", "equal steps"}};
  return words;
}

const config::Words<Spacing>& adaptive_spacings() {
  static const config::Words<Spacing> words{
      {Spacing::logarithmic, "log", "equal ratios"},
      {Spacing::linear, "linear", "equal steps"},
      {Spacing::adaptive, "adaptive", "where results bend, to a tolerance"}};
  return words;
}

const config::Words<DecayInside>& decay_words() {
  static const config::Words<DecayInside> words{
      {DecayInside::counted, "counted", "their recoils are events as those of all others"},
      {DecayInside::removed, "removed", "their recoils are no events"}};
  return words;
}

const config::Words<inference::Thresholds>& threshold_words() {
  static const config::Words<inference::Thresholds> words{
      {inference::Thresholds::tabulated, "tabulated",
       "rounded to two decimals as in the PDG's table: 2.71, 4.61"},
      {inference::Thresholds::exact, "exact", "the quantile itself: 2.70554, 4.60517"}};
  return words;
}

const config::Words<PortalFlavour>& flavours() {
  static const config::Words<PortalFlavour> words{
      named(PortalFlavour::e, "electron neutrinos"), named(PortalFlavour::mu, "muon neutrinos"),
      named(PortalFlavour::tau, "tau neutrinos"),
      named(PortalFlavour::universal, "all, with one common moment")};
  return words;
}

const config::Words<fit::Algorithm>& algorithms() {
  static const config::Words<fit::Algorithm> words{
      named(fit::Algorithm::automatic, "L-BFGS, others where its minimum is not verified"),
      named(fit::Algorithm::lbfgs, "NLopt LD_LBFGS"),
      named(fit::Algorithm::slsqp, "NLopt LD_SLSQP"),
      named(fit::Algorithm::tnewton, "NLopt LD_TNEWTON_PRECOND_RESTART"),
      named(fit::Algorithm::mma, "NLopt LD_MMA")};
  return words;
}

const config::Words<ToyMethod>& toy_methods() {
  static const config::Words<ToyMethod> words{
      named(ToyMethod::feldman_cousins, "both ends of an interval, by ordering in q"),
      named(ToyMethod::cls, "upper limits by CL_s"),
      named(ToyMethod::goodness_of_fit, "p value of -2 ln L at its minimum"),
      named(ToyMethod::coverage, "how often asymptotic limits hold"),
      named(ToyMethod::significance, "p_0 of the best fit, at each mass and among all")};
  return words;
}

const config::Words<inference::Auxiliary>& auxiliary_words() {
  static const config::Words<inference::Auxiliary> words{
      {inference::Auxiliary::fluctuated, "fluctuated", "drawn around the nuisances of the toy"},
      {inference::Auxiliary::fixed, "fixed", "as for the data"}};
  return words;
}

const config::Words<GenerateAt>& generate_at_words() {
  static const config::Words<GenerateAt> words{
      {GenerateAt::profiled, "profiled", "where the data fit best at the point"},
      {GenerateAt::nominal, "nominal", "the centres of the priors"}};
  return words;
}

const config::Words<KeepToys>& keep_words() {
  static const config::Words<KeepToys> words{
      {KeepToys::none, "none", "nothing: counts, and a histogram of their statistics"},
      {KeepToys::q, "q", "its statistic too, 8 bytes a toy and test"}};
  return words;
}

}  // namespace detail

const Schema& run_config_schema() {
  static const Schema schema{
      .keys = {
          Key::integer("format", "version of this format", IntegerRange::between(1, 1)),
          Key::text("title", "one line for people").or_else(""),
          Key::sections_or_names("experiments",
                                 "the experiments of the likelihood, each as its name or as a map",
                                 "name", experiment_schema()),
          data_key(),
          Key::flag("correlate",
                    "whether experiments share the parts of nuisances that they have in common; "
                    "default: true for several experiments")
              .optional(),
          Key::entries("nuisances", "changes of nuisances, in all experiments that have them",
                       nuisance_change_key())
              .optional(),
          Key::choice("flavour", "active neutrinos that couple to N", detail::flavours())
              .unless({"couplings"}),
          Key::section("couplings",
                       "in the place of `flavour`: several flavours, in fixed ratios (numbers; "
                       "`coupling` is the grid of the common coupling) or each by itself (grids)",
                       couplings_schema())
              .optional(),
          Key::section("mass", "masses of N", mass_schema()),
          Key::section("coupling", "dipole couplings d, in mu_B or in 1/GeV",
                       with_tolerance(coupling_schema(detail::adaptive_spacings()),
                                      "with spacing adaptive: error of contours of -2 ln L, in d"))
              .required_with("flavour"),
          Key::section("decay",
                       "decay N -> nu gamma through the same moment; without it, N is counted "
                       "wherever it decays",
                       decay_schema())
              .optional(),
          Key::section("limits", "limits to find at every mass", limits_schema()).optional(),
          Key::section("toys", "what nudipole toys does", toys_schema()).optional(),
          Key::section(
              "fit", "how to minimise",
              {.keys = {Key::choice("algorithm", "minimiser", detail::algorithms()).or_else("auto"),
                        Key::number("tolerance", "relative change of -2 ln L at which a fit stops",
                                    Range::between(1.0e-15, 1.0e-6))
                            .or_else(fit::Settings{}.tolerance)}})
              .optional(),
          Key::section(
              "run", "what may change between a run and its continuation",
              {.keys = {Key::number("checkpoint_every_s", "time between writes of the result",
                                    Range::positive())
                            .or_else(30.0),
                        Key::number("allowed_failed_fraction",
                                    "share of failed fits above which the program ends with code 5",
                                    Range::between(0.0, 1.0))
                            .or_else(0.0)}})
              .optional()}};
  return schema;
}

}  // namespace nudipole::campaign
