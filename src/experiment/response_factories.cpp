#include "factory_table.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/experiment/factories.hpp"

#include <algorithm>
#include <map>

namespace nudipole::experiment {
namespace {

using config::Range;
using config::Section;
using detector::EfficiencyVariable;

using QuenchingPtr = std::shared_ptr<const detector::Quenching>;
using SmearingPtr = std::shared_ptr<const detector::Smearing>;
using EfficiencyPtr = std::shared_ptr<const detector::Efficiency>;

QuenchingPtr no_quenching(const Section&, const Context&) { return detector::no_quenching(); }

QuenchingPtr polynomial_quenching(const Section& section, const Context&) {
  std::vector<double> coefficients = section.numbers("coefficients_per_MeV");
  if (coefficients.empty()) section.fail("coefficients_per_MeV", "needs at least one number");
  return detector::polynomial_quenching(std::move(coefficients));
}

QuenchingPtr lindhard_quenching(const Section& section, const Context&) {
  return detector::lindhard_quenching(section.number("k", Range::positive()),
                                      section.number("charge", Range::positive()));
}

/// The quenching factor against the recoil energy.
QuenchingPtr tabulated_quenching(const Section& section, const Context& context) {
  const config::Table table = context.table(section.text("table"));
  config::require_increasing(table, "recoil");
  std::vector<double> recoils_MeV;
  for (const double recoil_keV : table.column("recoil", "keVnr", Range::non_negative())) {
    recoils_MeV.push_back(units::MeV_per_keV * recoil_keV);
  }
  const auto factors = table.column("quenching", "-", Range::between(0.0, 1.0));
  if (factors.size() < 2) section.fail("table", table.source() + " has one row", "two or more");
  return detector::tabulated_quenching(std::move(recoils_MeV), {factors.begin(), factors.end()});
}

QuenchingPtr linear_factor_quenching(const Section& section, const Context&) {
  return detector::linear_factor_quenching(
      section.number("factor", Range::positive()),
      units::keV_per_MeV * section.number("slope_per_keV"),
      units::MeV_per_keV * section.number("constant_above_keV", Range::positive()));
}

SmearingPtr gamma_smearing(const Section& section, const Context&) {
  return detector::gamma_smearing(
      units::MeV_per_keV * section.number("scale_keVee", Range::positive()),
      units::keV_per_MeV * section.number("rate_per_keVee", Range::positive()));
}

SmearingPtr sharp_smearing(const Section& section, const Context&) {
  return detector::sharp_smearing(units::keV_per_MeV *
                                  section.number("yield_per_keVee", Range::positive()));
}

SmearingPtr ionisation_smearing(const Section& section, const Context&) {
  const bool truncated = section.choice("truncation", {"at_zero", "none"}) == "at_zero";
  return detector::ionisation_smearing(
      {.noise_keV = section.number("noise_keVee", Range::positive()),
       .pair_energy_keV = section.number("pair_energy_keVee", Range::non_negative()),
       .fano = section.number("fano", Range::non_negative()),
       .truncation = truncated ? detector::Truncation::at_zero : detector::Truncation::none});
}

/// What an efficiency depends on.
struct Variable {
  EfficiencyVariable kind;
  double unit;                           ///< of the file, in that of the response
  std::vector<std::string> table_units;  ///< in the heading of a table's column
};

EfficiencyPtr threshold_efficiency(const Section& section, const Context&,
                                   const Variable& variable) {
  return detector::threshold_efficiency(section.number("start", Range::non_negative()) *
                                        variable.unit);
}

SmearingPtr square_root_smearing(const Section& section, const Context&) {
  return detector::square_root_smearing(section.number("width_at_1_keVee", Range::positive()));
}

EfficiencyPtr logistic_efficiency(const Section& section, const Context&,
                                  const Variable& variable) {
  return detector::logistic_efficiency(
      {.height = section.number("height"),
       .slope = section.number("slope", Range::positive()) / variable.unit,
       .centre = section.number("centre") * variable.unit,
       .offset = section.number_or("offset", 0.0)});
}

EfficiencyPtr tabulated_efficiency(const Section& section, const Context& context,
                                   const Variable& variable) {
  const config::Table table = context.table(section.text("table"));
  const std::string x_column = section.text("x");
  const std::string column = section.text("column");
  config::require_increasing(table, x_column);
  if (std::ranges::find(variable.table_units, table.unit(x_column)) == variable.table_units.end()) {
    throw DataError("the column '" + x_column + "' is in [" + table.unit(x_column) + "]",
                    {.where = table.source(),
                     .expected = "[" + variable.table_units.front() + "]",
                     .hint = "convert the column and its heading"});
  }
  const auto x = table.column(x_column, table.unit(x_column));
  const auto values = table.column(column, "-", Range::between(0.0, 1.0));
  std::vector<double> scaled;
  for (const double point : x) scaled.push_back(point * variable.unit);
  return detector::tabulated_efficiency(std::move(scaled), {values.begin(), values.end()});
}

EfficiencyPtr stepped_efficiency(const Section& section, const Context&, const Variable& variable) {
  std::vector<double> positions = section.numbers("positions");
  std::vector<double> values = section.numbers("values", Range::between(0.0, 1.0));
  if (positions.empty() || values.size() != positions.size()) {
    section.fail("values",
                 std::to_string(values.size()) + " values for " + std::to_string(positions.size()) +
                     " positions",
                 "one value for each position");
  }
  for (std::size_t i = 1; i < positions.size(); ++i) {
    if (positions[i] <= positions[i - 1]) {
      section.fail("positions", "positions do not grow at entry " + std::to_string(i),
                   "strictly ascending numbers");
    }
  }
  for (double& position : positions) position *= variable.unit;
  return detector::stepped_efficiency(std::move(positions), std::move(values));
}

using QuenchingBuilder = QuenchingPtr (*)(const Section&, const Context&);
using SmearingBuilder = SmearingPtr (*)(const Section&, const Context&);
using EfficiencyBuilder = EfficiencyPtr (*)(const Section&, const Context&, const Variable&);

}  // namespace

QuenchingPtr make_quenching(const Section& section, const Context& context) {
  static const detail::FactoryTable<QuenchingBuilder> table{
      {"none", no_quenching},
      {"lindhard", lindhard_quenching},
      {"linear_factor", linear_factor_quenching},
      {"polynomial", polynomial_quenching},
      {"table", tabulated_quenching}};
  QuenchingPtr quenching = detail::find_builder(table, section)(section, context);
  section.finish();
  return quenching;
}

SmearingPtr make_smearing(const Section& section, const Context& context) {
  static const detail::FactoryTable<SmearingBuilder> table{{"gamma", gamma_smearing},
                                                           {"ionisation", ionisation_smearing},
                                                           {"sharp", sharp_smearing},
                                                           {"square_root", square_root_smearing}};
  SmearingPtr smearing = detail::find_builder(table, section)(section, context);
  section.finish();
  return smearing;
}

detector::AppliedEfficiency make_efficiency(const Section& section, const Context& context,
                                            const std::string& observed_unit) {
  static const detail::FactoryTable<EfficiencyBuilder> table{{"logistic", logistic_efficiency},
                                                             {"steps", stepped_efficiency},
                                                             {"table", tabulated_efficiency},
                                                             {"threshold", threshold_efficiency}};
  const std::map<std::string, Variable> variables{
      {"observed", {EfficiencyVariable::observed, 1.0, {observed_unit}}},
      {"electron_equivalent_keV",
       {EfficiencyVariable::electron_equivalent_MeV, units::MeV_per_keV, {"keVee"}}},
      {"recoil_keV", {EfficiencyVariable::recoil_MeV, units::MeV_per_keV, {"keV", "keVnr"}}}};
  const Variable& variable = variables.at(
      section.choice("variable", {"observed", "electron_equivalent_keV", "recoil_keV"}));
  detector::AppliedEfficiency efficiency{.variable = variable.kind, .function = nullptr};
  efficiency.function = detail::find_builder(table, section)(section, context, variable);
  section.finish();
  return efficiency;
}

}  // namespace nudipole::experiment
