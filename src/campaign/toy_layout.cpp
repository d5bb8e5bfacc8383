#include "toy_layout.hpp"

#include "nudipole/campaign/toy_results.hpp"
#include "toy_items.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/inference/q_histogram.hpp"

#include <algorithm>
#include <numeric>

namespace nudipole::campaign::detail {
namespace {

using labelled::Dataset;
using labelled::FieldRole;

void add_axes(const Setup& setup, const std::vector<Test>& tests, std::span<const double> points,
              Dataset& data) {
  std::vector<std::int32_t> items;
  for (std::size_t i = 0; i < toy_item_count; ++i) items.push_back(static_cast<std::int32_t>(i));
  std::vector<std::string> names;
  for (const Test& test : tests) names.push_back(test.name);
  std::vector<double> edges;
  for (std::size_t bin = 0; bin < inference::q_bins::count; ++bin) {
    edges.push_back(inference::q_bins::lower_edge(bin));
  }
  data.add_axis({"point", "1", "hypothesis that toys are made for",
                 std::vector<double>(points.begin(), points.end())});
  data.add_axis({"item", "1", "piece of the toys of a point", items});
  data.add_axis({"test", "", "what toys are compared with the data in", names});
  data.add_axis({"confidence", "1", "confidence level", setup.config().limits.confidence});
  data.add_axis({"q_bin", "1", "where a bin of the statistic begins", edges});
  if (setup.config().couplings.size() == 1) return;
  std::vector<std::string> couplings;
  for (const Coupling& coupling : setup.config().couplings) couplings.push_back(coupling.name);
  data.add_axis({"parameter", "", "coupling that a hypothesis has a value of", couplings});
}

void add_constants(const Setup& setup, const std::vector<Test>& tests, Dataset& data) {
  std::vector<std::int32_t> batches;
  for (std::size_t item = 0; item < toy_item_count; ++item) {
    batches.push_back(static_cast<std::int32_t>(batches_before(item)));
  }
  std::vector<double> masses;
  for (const Test& test : tests) masses.push_back(test.mass_MeV);
  std::vector<std::pair<int, std::string>> methods;
  for (const ToyMethod method :
       {ToyMethod::feldman_cousins, ToyMethod::cls, ToyMethod::goodness_of_fit, ToyMethod::coverage,
        ToyMethod::significance}) {
    methods.emplace_back(static_cast<int>(method), std::string{to_string(method)});
  }
  data.add_field({.name = "method",
                  .units = "1",
                  .long_name = "what toys are made for",
                  .axes = {},
                  .values = std::vector{static_cast<std::int8_t>(setup.config().toys->method)},
                  .flags = methods});
  data.add_field({"batch_size",
                  "1",
                  "toys of a batch",
                  {},
                  std::vector{static_cast<std::int32_t>(setup.config().toys->batch)}});
  data.add_field({"first_batch", "1", "batches before an item", {"item"}, batches});
  data.add_field({"test_mass", "MeV", "mass of a test that has one", {"test"}, masses});
  if (!data.has_axis("parameter")) return;
  std::vector<std::int8_t> given;
  for (const Coupling& coupling : setup.config().couplings) {
    given.push_back(coupling.is_mapped() ? 1 : 0);
  }
  data.add_field({.name = "given",
                  .units = "1",
                  .long_name = "whether hypotheses give the coupling",
                  .axes = {"parameter"},
                  .values = given,
                  .flags = {{0, "profiled"}, {1, "given"}}});
}

void add_counts(Dataset& data) {
  const auto add = [&data](const char* name, const char* what, std::vector<std::string> axes) {
    data.add_empty_field<std::int32_t>({.name = name,
                                        .units = "1",
                                        .long_name = what,
                                        .axes = std::move(axes),
                                        .role = FieldRole::count});
  };
  add("toys", "toys whose fits are verified", {"point", "test"});
  add("failed", "toys with a fit that is not", {"point", "test"});
  add("at_least", "toys with a statistic of at least q_observed", {"point", "test"});
  add("histogram", "toys by their statistic", {"point", "test", "q_bin"});
}

}  // namespace

void add_given_parameters(const RunConfig& config, Dataset& data) {
  if (data.has_field("given_parameters")) return;
  data.add_field({"given_parameters",
                  "1",
                  "parameters that a hypothesis gives",
                  {},
                  std::vector{std::int32_t{given_parameters(config)}}});
}

void add_expected_limit(Dataset& data, std::vector<std::string> axes) {
  data.add_axis(
      {"sigma", "1", "quantile of a limit, as that of a Gaussian",
       std::vector<double>(inference::band_sigmas.begin(), inference::band_sigmas.end())});
  axes.emplace_back("sigma");
  data.add_empty_field<double>({"expected_limit", "mu_B",
                                "upper limit of data without signal, by the Asimov data set",
                                std::move(axes)});
}

Dataset make_toy_dataset(const Setup& setup, const ToyPlan& plan, std::span<const double> points,
                         std::size_t kept_toys) {
  Dataset data;
  const std::vector<Test> tests = plan.tests();
  add_axes(setup, tests, points, data);
  add_constants(setup, tests, data);
  data.add_empty_field<double>({"mass", "MeV", "mass of the hypothesis", {"point"}});
  std::vector<std::string> couplings{"point"};
  if (data.has_axis("parameter")) couplings.emplace_back("parameter");
  data.add_empty_field<double>({"coupling", "mu_B", "coupling of the hypothesis", couplings});
  const std::vector<std::string> items{"point", "item"};
  using enum ItemCode;
  data.add_empty_field<std::int8_t>({.name = "item_status",
                                     .units = "1",
                                     .long_name = "what was done",
                                     .axes = items,
                                     .flags = {{code(not_done), "not_done"},
                                               {code(done), "done"},
                                               {code(not_wanted), "not_wanted"},
                                               {code(elsewhere), "elsewhere"},
                                               {code(failed), "failed"},
                                               {code(closed), "closed"},
                                               {code(asymptotic), "asymptotic"}},
                                     .role = FieldRole::progress});
  std::ranges::fill(data.values<std::int8_t>("item_status"), code(not_wanted));
  data.add_empty_field<std::int32_t>(
      {"failed_toy", "1", "number of the item's first toy that failed; -1: none", items});
  data.add_empty_field<double>({"q_observed", "1", "statistic of the data", {"point", "test"}});
  add_counts(data);
  if (plan.finds_limits()) {
    const std::vector<std::string> levels{"point", "confidence"};
    data.add_empty_field<double>({"asymptotic_limit", "mu_B",
                                  "upper limit at the mass by the formulae of large samples",
                                  levels});
    if (setup.config().limits.expected) add_expected_limit(data, levels);
  }
  add_given_parameters(setup.config(), data);
  return with_kept_toys(data, kept_toys);
}

Dataset with_kept_toys(const Dataset& data, std::size_t kept_toys) {
  const std::size_t before = data.has_axis("toy") ? data.axis("toy").size() : 0;
  if (before == kept_toys) return data;
  if (kept_toys > 0 && kept_toys < before) {
    throw CheckpointError("the file has room for q of " + std::to_string(before) +
                              " toys a point, and most allows " + std::to_string(kept_toys),
                          {.where = "toys.most",
                           .expected = "at least as many as before",
                           .hint = "raise most, or drop what is kept (keep: none)"});
  }
  Dataset result;
  for (const labelled::Axis& axis : data.axes()) {
    if (axis.name != "toy") result.add_axis(axis);
  }
  if (kept_toys > 0) {
    std::vector<std::int32_t> numbers(kept_toys);
    std::iota(numbers.begin(), numbers.end(), 0);
    result.add_axis({"toy", "1", "number of a toy, as --toy has it", std::move(numbers)});
  }
  for (const labelled::Field& field : data.fields()) {
    if (field.name != "q") result.add_field(field);
    // Beside the counts of the same values, wherever other fields have been added since.
    if (field.name == "histogram" && kept_toys > 0) {
      result.add_empty_field<double>({"q", "1", "statistic of a toy", {"point", "test", "toy"}});
    }
  }
  if (before == 0 || kept_toys == 0) return result;
  auto& to = result.values<double>("q");
  const auto& from = data.values<double>("q");
  for (std::size_t row = 0; row < from.size() / before; ++row) {
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(row * before), before,
                to.begin() + static_cast<std::ptrdiff_t>(row * kept_toys));
  }
  return result;
}

}  // namespace nudipole::campaign::detail
