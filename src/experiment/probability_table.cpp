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

struct Shift {
  ResponseShift info;
  std::vector<std::string> columns;  ///< of each pull; the first is the nominal column
};

std::vector<Shift> read_shifts(const Section& response, const std::string& nominal) {
  std::vector<Shift> shifts;
  for (const Section& section : response.sections("shifts")) {
    Shift shift{.info = {.nuisance = section.text("nuisance"), .pulls = {0.0}},
                .columns = {nominal}};
    const std::vector<double> pulls = section.numbers("pulls");
    const std::vector<std::string> columns = section.texts("columns");
    if (pulls.size() != columns.size()) {
      section.fail("columns",
                   std::to_string(columns.size()) + " columns for " + std::to_string(pulls.size()) +
                       " pulls",
                   "one column for each pull");
    }
    for (std::size_t i = 0; i < pulls.size(); ++i) {
      if (std::ranges::find(shift.info.pulls, pulls[i]) != shift.info.pulls.end()) {
        section.fail("pulls", "a pull occurs twice, or is 0 (the nominal column)");
      }
      shift.info.pulls.push_back(pulls[i]);
      shift.columns.push_back(columns[i]);
    }
    shifts.push_back(std::move(shift));
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
class ProbabilityTable {
 public:
  ProbabilityTable(const Section& section, config::Table table, const math::Binning& binning,
                   const std::string& recoil_column)
      : table_(std::move(table)) {
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
      classes.push_back(read_classes(table_, axis.name));
    const auto recoils = table_.column(recoil_column, "keV", Range::non_negative());
    rows_.resize(binning.size());
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      std::string key;
      for (const auto& column : classes) key += column[row] + "/";
      const auto bin = bins.find(key);
      if (bin == bins.end()) {
        section.fail("table", table_.where(row, binning.axes.front().name) + " is not a bin");
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
        section.fail("table", table_.source() + ": the bins have different recoil energies",
                     "the same ascending recoil energies for every bin");
      }
    }
    for (double& energy : energies_) energy *= units::MeV_per_keV;
  }

  [[nodiscard]] const std::vector<double>& energies_MeV() const { return energies_; }

  /// Straight lines between the energies, at the nodes of a grid [bin, node].
  [[nodiscard]] Eigen::MatrixXd at(const math::PanelGrid& grid, const std::string& column) const {
    const auto values = table_.column(column, "-", Range::between(0.0, 1.0));
    Eigen::MatrixXd matrix(static_cast<Eigen::Index>(rows_.size()),
                           static_cast<Eigen::Index>(grid.node_count()));
    for (std::size_t node = 0; node < grid.node_count(); ++node) {
      const double recoil = grid.nodes()[node];
      const auto next = std::upper_bound(energies_.begin() + 1, energies_.end() - 1, recoil);
      const auto i = static_cast<std::size_t>(next - energies_.begin());
      const double share = (recoil - energies_[i - 1]) / (energies_[i] - energies_[i - 1]);
      for (std::size_t bin = 0; bin < rows_.size(); ++bin) {
        const double left = values[rows_[bin][i - 1]];
        matrix(static_cast<Eigen::Index>(bin), static_cast<Eigen::Index>(node)) =
            left + share * (values[rows_[bin][i]] - left);
      }
    }
    return matrix;
  }

 private:
  config::Table table_;
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

StackedResponse read_probability_table(const Section& section, const Context& context,
                                       const math::Binning& binning,
                                       const math::PanelSettings& panels) {
  if (std::ranges::any_of(binning.axes, [](const auto& axis) { return axis.labels.empty(); })) {
    section.fail("kind", "a probability table needs bins of classes", "a section 'bins'");
  }
  const std::string nominal = section.text("nominal");
  const std::vector<Shift> shifts = read_shifts(section, nominal);
  const Eigen::VectorXd scale = read_scale(section, binning);
  const ProbabilityTable table{section, context.table(section.text("table")), binning,
                               section.text("recoil")};
  const math::PanelGrid grid{table.energies_MeV(), panels};

  // Stack by stack: each shift replaces every block by one block for each of its pulls.
  const Eigen::MatrixXd unshifted = table.at(grid, nominal);
  Eigen::MatrixXd stack = scale.asDiagonal() * unshifted;
  StackedResponse result{.response = {.grid = grid, .matrix = {}}, .shifts = {}, .variants = 1};
  const Eigen::Index bins = unshifted.rows();
  for (const Shift& shift : shifts) {
    const auto pulls = static_cast<Eigen::Index>(shift.columns.size());
    Eigen::MatrixXd next(stack.rows() * pulls, stack.cols());
    for (Eigen::Index pull = 0; pull < pulls; ++pull) {
      const Eigen::MatrixXd shifted = table.at(grid, shift.columns[static_cast<std::size_t>(pull)]);
      const Eigen::ArrayXXd ratio =
          (unshifted.array() > 0.0).select(shifted.array() / unshifted.array(), 0.0);
      for (Eigen::Index block = 0; block < result.variants; ++block) {
        next.middleRows((block * pulls + pull) * bins, bins) =
            (stack.middleRows(block * bins, bins).array() * ratio).matrix();
      }
    }
    stack = std::move(next);
    result.variants *= pulls;
    result.shifts.push_back(shift.info);
  }
  result.response.matrix = std::move(stack);
  return result;
}

}  // namespace nudipole::experiment::detail
