#include "nudipole/detector/probability_table.hpp"

#include <algorithm>

namespace nudipole::detector {
namespace {

/// Straight lines between the energies of a table, at the nodes of a grid [bin, node].
Eigen::MatrixXd at_nodes(const math::PanelGrid& grid, const std::vector<double>& energies,
                         const Eigen::MatrixXd& values) {
  Eigen::MatrixXd matrix =
      Eigen::MatrixXd::Zero(values.rows(), static_cast<Eigen::Index>(grid.node_count()));
  for (std::size_t node = 0; node < grid.node_count(); ++node) {
    const double recoil = grid.nodes()[node];
    if (recoil < energies.front() || recoil > energies.back()) continue;
    const auto next = std::upper_bound(energies.begin() + 1, energies.end() - 1, recoil);
    const auto i = next - energies.begin();
    const double share = (recoil - *(next - 1)) / (*next - *(next - 1));
    matrix.col(static_cast<Eigen::Index>(node)) =
        values.col(i - 1) + share * (values.col(i) - values.col(i - 1));
  }
  return matrix;
}

/// All combinations of the shifts of one table [combination x bin, node].
Eigen::MatrixXd stack_of(const ProbabilityTable& table, const math::PanelGrid& grid) {
  const Eigen::MatrixXd nominal = at_nodes(grid, table.energies_MeV, table.nominal);
  const Eigen::Index bins = nominal.rows();
  Eigen::MatrixXd stack = table.scale.asDiagonal() * nominal;
  for (const std::vector<Eigen::MatrixXd>& shift : table.shifted) {
    // Each shift replaces every block by one block for each of its pulls.
    const auto pulls = static_cast<Eigen::Index>(shift.size()) + 1;
    const Eigen::Index blocks = stack.rows() / bins;
    Eigen::MatrixXd next(stack.rows() * pulls, stack.cols());
    for (Eigen::Index pull = 0; pull < pulls; ++pull) {
      Eigen::ArrayXXd ratio = Eigen::ArrayXXd::Ones(bins, stack.cols());
      if (pull > 0) {
        const Eigen::MatrixXd shifted =
            at_nodes(grid, table.energies_MeV, shift[static_cast<std::size_t>(pull) - 1]);
        ratio = (nominal.array() > 0.0).select(shifted.array() / nominal.array(), 0.0);
      }
      for (Eigen::Index block = 0; block < blocks; ++block) {
        next.middleRows((block * pulls + pull) * bins, bins) =
            (stack.middleRows(block * bins, bins).array() * ratio).matrix();
      }
    }
    stack = std::move(next);
  }
  return stack;
}

}  // namespace

ResponseMatrix tabulate(std::span<const ProbabilityTable> versions,
                        const math::PanelSettings& settings) {
  std::vector<double> breaks;
  for (const ProbabilityTable& table : versions) {
    breaks.insert(breaks.end(), table.energies_MeV.begin(), table.energies_MeV.end());
  }
  std::ranges::sort(breaks);
  ResponseMatrix response{.grid = math::PanelGrid{breaks, settings}, .matrix = {}};
  for (const ProbabilityTable& table : versions) {
    const Eigen::MatrixXd stack = stack_of(table, response.grid);
    const Eigen::Index above = response.matrix.rows();
    response.matrix.conservativeResize(above + stack.rows(), stack.cols());
    response.matrix.bottomRows(stack.rows()) = stack;
  }
  return response;
}

}  // namespace nudipole::detector
