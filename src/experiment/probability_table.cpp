#include "probability_table.hpp"

#include "bin_classes.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <map>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Section;

/// A shift and the columns of its pulls other than 0.
struct ColumnShift {
  Shift shift;
  std::vector<std::string> columns;
};

std::vector<ColumnShift> read_shifts(const Section& response) {
  std::vector<ColumnShift> shifts;
  for (const Section& section : response.sections("shifts")) {
    Shift shift{.nuisance = section.text("nuisance"), .pulls = {0.0}};
    const std::vector<double> pulls = section.numbers("pulls");
    std::vector<std::string> columns = section.texts("columns");
    if (pulls.size() != columns.size()) {
      section.fail("columns",
                   std::to_string(columns.size()) + " columns for " + std::to_string(pulls.size()) +
                       " pulls",
                   "one column for each pull");
    }
    for (std::size_t i = 0; i < pulls.size(); ++i) {
      if (std::ranges::find(shift.pulls, pulls[i]) != shift.pulls.end()) {
        section.fail("pulls", "a pull occurs twice, or is 0 (the nominal column)");
      }
      shift.pulls.push_back(pulls[i]);
    }
    shifts.push_back({std::move(shift), std::move(columns)});
  }
  return shifts;
}

/// Factor of each bin: of its class, or 1.
Eigen::VectorXd read_scale(const Section& response, const math::Binning& binning) {
  Eigen::VectorXd scale = Eigen::VectorXd::Ones(static_cast<Eigen::Index>(binning.size()));
  const auto section = response.section_if("scale");
  if (!section) return scale;
  const std::string column = section->text("column");
  const auto axis = std::ranges::find(binning.axes, column, &math::BinAxis::name);
  if (axis == binning.axes.end())
    section->fail("column", "the bins have no class '" + column + "'");
  const Section factors = section->section("factors");
  std::map<std::string, double> by_label;
  for (const std::string& label : axis->labels) {
    by_label.emplace(label, factors.number(label));
  }
  const auto position = static_cast<std::size_t>(axis - binning.axes.begin());
  for (std::size_t bin = 0; bin < binning.size(); ++bin) {
    scale(static_cast<Eigen::Index>(bin)) =
        by_label.at(axis->labels[binning.indices(bin)[position]]);
  }
  return scale;
}

/// The table sorted out: energies, and probabilities [bin, energy] of any column.
class SortedTable {
 public:
  /// \param table  must outlive this
  SortedTable(const Section& section, const config::Table& table, const math::Binning& binning,
              const std::string& recoil_column)
      : table_(&table) {
    std::map<std::string, std::size_t> bins;
    for (std::size_t bin = 0; bin < binning.size(); ++bin) {
      std::string key;
      for (std::size_t axis = 0; axis < binning.axes.size(); ++axis) {
        key += binning.axes[axis].labels[binning.indices(bin)[axis]] + "/";
      }
      bins.emplace(key, bin);
    }
    std::vector<std::vector<std::string>> classes;
    for (const math::BinAxis& axis : binning.axes)
      classes.push_back(read_classes(*table_, axis.name));
    const auto recoils = table_->column(recoil_column, "keV", Range::non_negative());
    rows_.resize(binning.size());
    for (std::size_t row = 0; row < table_->rows(); ++row) {
      std::string key;
      for (const auto& column : classes) key += column[row] + "/";
      const auto bin = bins.find(key);
      if (bin == bins.end()) {
        section.fail("table", table_->where(row, binning.axes.front().name) + " is not a bin");
      }
      rows_[bin->second].push_back(row);
    }
    for (const std::size_t row : rows_.front()) energies_.push_back(recoils[row]);
    for (const std::vector<std::size_t>& rows : rows_) {
      bool alike = rows.size() == energies_.size();
      for (std::size_t i = 0; alike && i < rows.size(); ++i) {
        alike = recoils[rows[i]] == energies_[i] && (i == 0 || energies_[i] > energies_[i - 1]);
      }
      if (!alike || rows.size() < 2) {
        section.fail("table", table_->source() + ": the bins have different recoil energies",
                     "the same ascending recoil energies for every bin");
      }
    }
    for (double& energy : energies_) energy *= units::MeV_per_keV;
  }

  [[nodiscard]] const std::vector<double>& energies_MeV() const { return energies_; }

  [[nodiscard]] Eigen::MatrixXd probabilities(const std::string& column) const {
    const auto values = table_->column(column, "-", Range::between(0.0, 1.0));
    Eigen::MatrixXd matrix(static_cast<Eigen::Index>(rows_.size()),
                           static_cast<Eigen::Index>(energies_.size()));
    for (Eigen::Index bin = 0; bin < matrix.rows(); ++bin) {
      const std::vector<std::size_t>& rows = rows_[static_cast<std::size_t>(bin)];
      for (Eigen::Index i = 0; i < matrix.cols(); ++i) {
        matrix(bin, i) = values[rows[static_cast<std::size_t>(i)]];
      }
    }
    return matrix;
  }

 private:
  const config::Table* table_;
  std::vector<double> energies_;
  std::vector<std::vector<std::size_t>> rows_;  ///< [bin][energy] -> row of the table
};

}  // namespace

config::Kind probability_table_kind() {
  return {
      "probability_table",
      "probabilities of the bins against recoil energy, from a table",
      {Key::text("table", "file with the classes of `bins`, recoil energy and probabilities"),
       Key::text("recoil", "its column of the recoil energy in keV"),
       Key::text("nominal", "its column of the probabilities without shifts"),
       Key::sections("shifts", "columns at shifted parameters",
                     {.keys = {Key::text("nuisance", "a nuisance of kind shift"),
                               Key::numbers("pulls", "its values, without 0").at_least(1),
                               Key::texts("columns", "the column at each")}}),
       Key::section("scale", "a factor of each class",
                    {.keys = {Key::text("column", "a class of `bins`"),
                              Key::entries("factors", "its words and their factors",
                                           Key::number("<word>", "factor", Range::positive()))}})
           .optional()}};
}

ShiftedTable read_probability_table(const Section& section, const Context& context,
                                    const math::Binning& binning) {
  if (std::ranges::any_of(binning.axes, [](const auto& axis) { return axis.labels.empty(); })) {
    section.fail("kind", "a probability table needs bins of classes", "a section 'bins'");
  }
  const std::string nominal = section.text("nominal");
  const std::vector<ColumnShift> shifts = read_shifts(section);
  const Eigen::VectorXd scale = read_scale(section, binning);
  const SortedTable sorted{section, context.table(section.text("table")), binning,
                           section.text("recoil")};
  ShiftedTable result{.table = {.energies_MeV = sorted.energies_MeV(),
                                .nominal = sorted.probabilities(nominal),
                                .shifted = {},
                                .scale = scale},
                      .shifts = {}};
  for (const auto& [shift, columns] : shifts) {
    std::vector<Eigen::MatrixXd>& shifted = result.table.shifted.emplace_back();
    for (const std::string& column : columns) shifted.push_back(sorted.probabilities(column));
    result.shifts.push_back(shift);
  }
  return result;
}

}  // namespace nudipole::experiment::detail
