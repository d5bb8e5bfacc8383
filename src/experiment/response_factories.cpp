#include "factory_table.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/experiment/factories.hpp"

#include <algorithm>
#include <map>

namespace nudipole::experiment {
namespace {

using config::Key;
using config::Range;
using config::Section;
using detector::EfficiencyVariable;

using QuenchingPtr = std::shared_ptr<const detector::Quenching>;
using SmearingPtr = std::shared_ptr<const detector::Smearing>;
using EfficiencyPtr = std::shared_ptr<const detector::Efficiency>;

QuenchingPtr no_quenching(const Section&, const Context&) { return detector::no_quenching(); }

QuenchingPtr polynomial_quenching(const Section& section, const Context&) {
  std::vector<double> coefficients = section.numbers("coefficients_per_MeV");
  return detector::polynomial_quenching(std::move(coefficients));
}

QuenchingPtr lindhard_quenching(const Section& section, const Context&) {
  return detector::lindhard_quenching(section.number("k"), section.number("charge"));
}

/// The quenching factor against the recoil energy.
QuenchingPtr tabulated_quenching(const Section& section, const Context& context) {
  const config::Table& table = context.table(section.text("table"));
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
      section.number("factor"), units::keV_per_MeV * section.number("slope_per_keV"),
      units::MeV_per_keV * section.number("constant_above_keV"));
}

SmearingPtr gamma_smearing(const Section& section, const Context&) {
  return detector::gamma_smearing(units::MeV_per_keV * section.number("scale_keVee"),
                                  units::keV_per_MeV * section.number("rate_per_keVee"));
}

SmearingPtr sharp_smearing(const Section& section, const Context&) {
  return detector::sharp_smearing(units::keV_per_MeV * section.number("yield_per_keVee"));
}

const config::Words<detector::Truncation> truncations{
    {detector::Truncation::at_zero, "at_zero", "cut, and normalised above"},
    {detector::Truncation::none, "none", "not cut"}};

SmearingPtr ionisation_smearing(const Section& section, const Context&) {
  return detector::ionisation_smearing({.noise_keV = section.number("noise_keVee"),
                                        .pair_energy_keV = section.number("pair_energy_keVee"),
                                        .fano = section.number("fano"),
                                        .truncation = section.one_of("truncation", truncations)});
}

SmearingPtr gaussian_smearing(const Section& section, const Context&) {
  const Section width = section.section("width");
  detector::PositionCurve curve;
  if (const auto position = section.section_if("position")) {
    curve = {.offset = position->number("offset_keV"),
             .slope = position->number("slope"),
             .quadratic = position->number("quadratic_per_keV"),
             .exponential = position->number("exponential_keV"),
             .decay = position->number("decay_keV")};
  }
  return detector::gaussian_smearing({.constant = width.number("constant_keV"),
                                      .root = width.number("root"),
                                      .linear = width.number("linear"),
                                      .quadratic = width.number("quadratic_per_keV"),
                                      .cubic = width.number("cubic")},
                                     curve);
}

/// What an efficiency depends on.
struct Variable {
  EfficiencyVariable kind;
  double unit;                           ///< of the file, in that of the response
  std::vector<std::string> table_units;  ///< in the heading of a table's column
};

EfficiencyPtr threshold_efficiency(const Section& section, const Context&,
                                   const Variable& variable) {
  return detector::threshold_efficiency(section.number("start") * variable.unit);
}

SmearingPtr square_root_smearing(const Section& section, const Context&) {
  return detector::square_root_smearing(section.number("width_at_1_keVee"));
}

EfficiencyPtr logistic_efficiency(const Section& section, const Context&,
                                  const Variable& variable) {
  return detector::logistic_efficiency({.height = section.number("height"),
                                        .slope = section.number("slope") / variable.unit,
                                        .centre = section.number("centre") * variable.unit,
                                        .offset = section.number("offset")});
}

EfficiencyPtr tabulated_efficiency(const Section& section, const Context& context,
                                   const Variable& variable) {
  const config::Table& table = context.table(section.text("table"));
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
  std::vector<double> values = section.numbers("values");
  if (values.size() != positions.size()) {
    section.fail("values",
                 std::to_string(values.size()) + " values for " + std::to_string(positions.size()) +
                     " positions",
                 "one value for each position");
  }
  for (double& position : positions) position *= variable.unit;
  return detector::stepped_efficiency(std::move(positions), std::move(values));
}

using QuenchingBuilder = QuenchingPtr (*)(const Section&, const Context&);
using SmearingBuilder = SmearingPtr (*)(const Section&, const Context&);
using EfficiencyBuilder = EfficiencyPtr (*)(const Section&, const Context&, const Variable&);

const detail::FactoryTable<QuenchingBuilder>& quenchings() {
  static const detail::FactoryTable<QuenchingBuilder> table{
      {{"none", "E_ee = E_nr", {}}, no_quenching},
      {{"lindhard",
        "Lindhard's model",
        {Key::number("k", "its parameter k", Range::positive()),
         Key::number("charge", "Z of the nucleus", Range::positive())}},
       lindhard_quenching},
      {{"linear_factor",
        "E_ee/E_nr = factor + slope x E_nr up to an energy, constant above",
        {Key::number("factor", "at zero energy", Range::positive()),
         Key::number("slope_per_keV", "slope"),
         Key::number("constant_above_keV", "where it becomes constant", Range::positive())}},
       linear_factor_quenching},
      {{"polynomial",
        "E_ee = sum of c_k E_nr^k, k = 1, 2, ..., energies in MeV",
        {Key::numbers("coefficients_per_MeV", "c_1, c_2, ... in MeV^(1-k)").at_least(1)}},
       polynomial_quenching},
      {{"table",
        "E_ee/E_nr against the recoil energy",
        {Key::text("table", "file with recoil [keVnr] and quenching [-]")}},
       tabulated_quenching}};
  return table;
}

const detail::FactoryTable<SmearingBuilder>& smearings() {
  static const detail::FactoryTable<SmearingBuilder> table{
      {{"gamma",
        "gamma density of mean E_ee/scale and shape 1 + rate x E_ee",
        {Key::number("scale_keVee", "energy of one unit of the observable", Range::positive()),
         Key::number("rate_per_keVee", "growth of the shape", Range::positive())}},
       gamma_smearing},
      {{"gaussian",
        "Gaussian around E in keV, or around its position; its standard deviation in keV is "
        "constant + root sqrt(E) + "
        "linear E + quadratic E^2 + cubic E^3",
        {Key::section("width", "coefficients, 0 where absent; E in keV",
                      {.keys = {Key::number("constant_keV", "in keV").or_else(0.0),
                                Key::number("root", "in keV^(1/2)").or_else(0.0),
                                Key::number("linear", "pure number").or_else(0.0),
                                Key::number("quadratic_per_keV", "in 1/keV").or_else(0.0),
                                Key::number("cubic", "in 1/keV^2").or_else(0.0)}}),
         Key::section(
             "position",
             "mean of the observable: offset + slope E + quadratic E^2 + exponential "
             "exp(-E/decay); without it E",
             {.keys = {Key::number("offset_keV", "in keV").or_else(0.0),
                       Key::number("slope", "pure number").or_else(1.0),
                       Key::number("quadratic_per_keV", "in 1/keV").or_else(0.0),
                       Key::number("exponential_keV", "in keV").or_else(0.0),
                       Key::number("decay_keV", "in keV", Range::positive()).or_else(1.0)}})
             .optional()}},
       gaussian_smearing},
      {{"ionisation",
        "Gaussian of variance noise^2 + fano x pair_energy x E_ee",
        {Key::number("noise_keVee", "electronic noise", Range::positive()),
         Key::number("pair_energy_keVee", "energy of an electron-hole pair", Range::non_negative()),
         Key::number("fano", "Fano factor", Range::non_negative()),
         Key::choice("truncation", "at zero observed energy", truncations)}},
       ionisation_smearing},
      {{"sharp",
        "no smearing",
        {Key::number("yield_per_keVee", "observable per energy", Range::positive())}},
       sharp_smearing},
      {{"square_root",
        "Gaussian whose width grows with the square root of the energy",
        {Key::number("width_at_1_keVee", "standard deviation at 1 keVee, in keVee",
                     Range::positive())}},
       square_root_smearing}};
  return table;
}

const detail::FactoryTable<EfficiencyBuilder>& efficiencies() {
  static const detail::FactoryTable<EfficiencyBuilder> table{
      {{"logistic",
        "height/(1 + exp(-slope (x - centre))) + offset, not below 0",
        {Key::number("height", "height"),
         Key::number("slope", "slope, in 1/unit of the variable", Range::positive()),
         Key::number("centre", "centre, in the unit of the variable"),
         Key::number("offset", "offset").or_else(0.0)}},
       logistic_efficiency},
      {{"steps",
        "0 below the first position, then constant up to the next",
        {Key::numbers("positions", "where it steps, in the unit of the variable")
             .at_least(1)
             .ascending(),
         Key::numbers("values", "from each position on", Range::between(0.0, 1.0))}},
       stepped_efficiency},
      {{"table",
        "straight lines between the rows of a table",
        {Key::text("table", "file"), Key::text("x", "its column of the variable"),
         Key::text("column", "its column of the efficiency")}},
       tabulated_efficiency},
      {{"threshold",
        "0 below, 1 above",
        {Key::number("start", "threshold, in the unit of the variable", Range::non_negative())}},
       threshold_efficiency}};
  return table;
}

}  // namespace

config::Schema quenching_schema() { return detail::schema_of(quenchings()); }
config::Schema smearing_schema() { return detail::schema_of(smearings()); }
config::Schema efficiency_schema() {
  return detail::schema_of(efficiencies(),
                           {Key::choice("variable", "what it depends on",
                                        {{"observed", "the observable, in the unit of `energy`"},
                                         {"electron_equivalent_keV", "the quenched energy"},
                                         {"recoil_keV", "the recoil energy"}})});
}

QuenchingPtr make_quenching(const Section& section, const Context& context) {
  return detail::find_builder(quenchings(), section)(section, context);
}

SmearingPtr make_smearing(const Section& section, const Context& context) {
  return detail::find_builder(smearings(), section)(section, context);
}

detector::AppliedEfficiency make_efficiency(const Section& section, const Context& context,
                                            const std::string& observed_unit) {
  const std::map<std::string, Variable> variables{
      {"observed", {EfficiencyVariable::observed, 1.0, {observed_unit}}},
      {"electron_equivalent_keV",
       {EfficiencyVariable::electron_equivalent_MeV, units::MeV_per_keV, {"keVee"}}},
      {"recoil_keV", {EfficiencyVariable::recoil_MeV, units::MeV_per_keV, {"keV", "keVnr"}}}};
  const Variable& variable = variables.at(section.text("variable"));
  return {.variable = variable.kind,
          .function = detail::find_builder(efficiencies(), section)(section, context, variable)};
}

}  // namespace nudipole::experiment
