#include "bin_classes.hpp"
#include "factory_table.hpp"
#include "nudipole/experiment/factories.hpp"

#include <cmath>

namespace nudipole::experiment {
namespace {

using config::Section;
using StatisticPtr = std::shared_ptr<const likelihood::Statistic>;

/// A column with one row a bin in the order of the binning; the table's own edges must agree.
Eigen::ArrayXd read_bins(const Section& section, const config::Table& table,
                         const std::string& column, const math::Binning& binning) {
  if (table.rows() != binning.size()) {
    section.fail("table", table.source() + " has " + std::to_string(table.rows()) + " rows",
                 std::to_string(binning.size()) + ", one a bin");
  }
  for (std::size_t axis = 0; axis < binning.axes.size(); ++axis) {
    const math::BinAxis& bins = binning.axes[axis];
    if (!bins.labels.empty()) {
      detail::require_classes(section, table, binning, axis);
      continue;
    }
    const auto lower = table.column(bins.name + "_lo", bins.unit);
    const auto upper = table.column(bins.name + "_hi", bins.unit);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const std::size_t i = binning.indices(row)[axis];
      constexpr double tolerance = 1.0e-9;
      if (std::abs(lower[row] - bins.edges[i]) > tolerance ||
          std::abs(upper[row] - bins.edges[i + 1]) > tolerance) {
        section.fail("table", table.where(row, bins.name + "_lo") + " is not the bin " +
                                  std::to_string(bins.edges[i]) + " .. " +
                                  std::to_string(bins.edges[i + 1]) + " " + bins.unit,
                     "rows in the order of the bins, the last axis fastest");
      }
    }
  }
  const auto values = table.column(column, "counts");
  return Eigen::Map<const Eigen::ArrayXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

StatisticPtr poisson(const Section& section, const Context& context,
                     const math::Binning& binning) {
  const config::Table table = context.table(section.text("table"));
  const std::string column = section.text("column");
  Eigen::ArrayXd counts = read_bins(section, table, column, binning);
  for (Eigen::Index bin = 0; bin < counts.size(); ++bin) {
    if (counts(bin) < 0.0) {
      section.fail("column",
                   "negative counts at " + table.where(static_cast<std::size_t>(bin), column));
    }
  }
  return likelihood::poisson_deviance(std::move(counts));
}

StatisticPtr gaussian(const Section& section, const Context& context,
                      const math::Binning& binning) {
  const config::Table table = context.table(section.text("table"));
  const std::string error_column = section.text("error");
  Eigen::ArrayXd values = read_bins(section, table, section.text("column"), binning);
  Eigen::ArrayXd errors = read_bins(section, table, error_column, binning);
  for (Eigen::Index bin = 0; bin < errors.size(); ++bin) {
    if (!(errors(bin) > 0.0)) {
      section.fail("error", "an error that is not positive at " +
                                table.where(static_cast<std::size_t>(bin), error_column));
    }
  }
  return likelihood::gaussian_chi2(std::move(values), std::move(errors));
}

using Builder = StatisticPtr (*)(const Section&, const Context&, const math::Binning&);

}  // namespace

StatisticPtr make_statistic(const Section& section, const Context& context,
                            const math::Binning& binning) {
  static const detail::FactoryTable<Builder> table{{"poisson", poisson}, {"gaussian", gaussian}};
  StatisticPtr statistic = detail::find_builder(table, section)(section, context, binning);
  section.finish();
  return statistic;
}

}  // namespace nudipole::experiment
