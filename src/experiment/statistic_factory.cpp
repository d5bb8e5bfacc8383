#include "bin_table.hpp"
#include "factory_table.hpp"
#include "nudipole/experiment/factories.hpp"

#include <cmath>

namespace nudipole::experiment {
namespace {

using config::Key;
using config::Range;
using config::Section;

Data poisson(const Section& section, const Context& context, const math::Binning& binning) {
  const config::Table& table = context.table(section.text("table"));
  const std::string column = section.text("column");
  const std::vector<std::size_t> rows = detail::bin_rows(section, table, binning);
  Eigen::ArrayXd counts = detail::read_bins(section, table, column, binning);
  for (Eigen::Index bin = 0; bin < counts.size(); ++bin) {
    if (counts(bin) < 0.0) {
      section.fail("column", "negative counts at " +
                                 table.where(rows[static_cast<std::size_t>(bin)], column));
    }
  }
  const std::optional<double> floor = section.number_if("floor");
  return {floor ? likelihood::poisson_deviance(*floor) : likelihood::poisson_deviance(),
          std::move(counts)};
}

/// Squared errors of Gaussian data: those of column `error`, or the sum of the columns `variance`
/// (counts and their subtracted background); plus those of a relative error of some predictions.
Eigen::ArrayXd read_variances(const Section& section, const config::Table& table,
                              const math::Binning& binning) {
  Eigen::ArrayXd variances = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(binning.size()));
  if (section.has("variance")) {
    for (const std::string& column : section.texts("variance")) {
      variances += detail::read_bins(section, table, column, binning);
    }
    if (!(variances > 0.0).all()) section.fail("variance", "a bin's variance is not positive");
  } else {
    const std::string column = section.text("error");
    const std::vector<std::size_t> rows = detail::bin_rows(section, table, binning);
    const Eigen::ArrayXd errors = detail::read_bins(section, table, column, binning);
    for (Eigen::Index bin = 0; bin < errors.size(); ++bin) {
      if (!(errors(bin) > 0.0)) {
        section.fail("error", "an error that is not positive at " +
                                  table.where(rows[static_cast<std::size_t>(bin)], column));
      }
    }
    variances = errors.square();
  }
  if (const auto relative = section.section_if("relative_error")) {
    Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(variances.size());
    for (const std::string& column : relative->texts("columns")) {
      sum += detail::read_bins(section, table, column, binning);
    }
    variances += (relative->number("fraction") * sum).square();
  }
  return variances;
}

Data gaussian(const Section& section, const Context& context, const math::Binning& binning) {
  const config::Table& table = context.table(section.text("table"));
  Eigen::ArrayXd values = detail::read_bins(section, table, section.text("column"), binning);
  return {likelihood::gaussian_chi2(read_variances(section, table, binning).sqrt()),
          std::move(values)};
}

using Builder = Data (*)(const Section&, const Context&, const math::Binning&);

std::vector<Key> poisson_keys() {
  std::vector<Key> keys = detail::column_keys("observed counts");
  keys.push_back(Key::number("floor",
                             "least expected events of a bin; without it a bin must have some",
                             Range::positive())
                     .optional());
  return keys;
}

std::vector<Key> gaussian_keys() {
  std::vector<Key> keys = detail::column_keys("observed values");
  keys.push_back(Key::texts("variance", "columns whose sum is the squared error").optional());
  keys.push_back(Key::text("error", "column of the errors").unless({"variance"}));
  keys.push_back(Key::section("relative_error", "error added in quadrature",
                              {.keys = {Key::number("fraction", "of the sum of the columns",
                                                    Range::positive()),
                                        Key::texts("columns", "columns that it is a fraction of")}})
                     .optional());
  return keys;
}

const detail::FactoryTable<Builder>& builders() {
  static const detail::FactoryTable<Builder> table{
      {{"poisson", "Poisson deviance", poisson_keys()}, poisson},
      {{"gaussian", "sum of ((data - prediction)/error)^2", gaussian_keys()}, gaussian}};
  return table;
}

}  // namespace

config::Schema data_schema() { return detail::schema_of(builders()); }

Data make_data(const Section& section, const Context& context, const math::Binning& binning) {
  return detail::find_builder(builders(), section)(section, context, binning);
}

}  // namespace nudipole::experiment
