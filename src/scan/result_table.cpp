#include "nudipole/scan/result_table.hpp"

#include "nudipole/core/error.hpp"
#include "result_layout.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace nudipole::scan {
namespace {

bool is_done(std::int8_t status) {
  return status != static_cast<std::int8_t>(fit::FitStatus::not_done);
}

/// Limits that a fit on the way to them has spoilt, of one mass or of one experiment at it. Those
/// above a best fit that failed itself are not counted beside it.
std::size_t failed_limits(const labelled::Dataset& dataset, const std::string& field,
                          std::size_t place) {
  const std::size_t limits = dataset.axis("confidence").size() * dataset.axis("dof").size();
  const auto codes = std::span{dataset.values<std::int8_t>(field)}.subspan(place * limits, limits);
  return static_cast<std::size_t>(
      std::ranges::count(codes, static_cast<std::int8_t>(inference::LimitStatus::failed)));
}

/// Progress of one mass.
Progress mass_progress(const labelled::Dataset& dataset, std::size_t mass) {
  const std::size_t couplings = dataset.axis("coupling").size();
  const auto points =
      std::span{dataset.values<std::int8_t>("fit_status")}.subspan(mass * couplings, couplings);
  const std::int8_t best = dataset.values<std::int8_t>("best_status")[mass];
  const auto failed = [](std::int8_t code) {
    const auto status = static_cast<fit::FitStatus>(code);
    return is_done(code) && status != fit::FitStatus::not_applicable && !fit::is_converged(status);
  };
  Progress progress{.masses_total = 1, .fits_total = couplings};
  progress.fits_done = static_cast<std::size_t>(std::ranges::count_if(points, is_done));
  progress.fits_failed =
      static_cast<std::size_t>(std::ranges::count_if(points, failed)) + (failed(best) ? 1 : 0);
  if (!failed(best)) progress.fits_failed += failed_limits(dataset, "limit_status", mass);
  if (dataset.has_field("experiment_best_status")) {
    const std::size_t parts = dataset.axis("experiment").size();
    const auto bests = std::span{dataset.values<std::int8_t>("experiment_best_status")}.subspan(
        mass * parts, parts);
    for (std::size_t part = 0; part < parts; ++part) {
      progress.fits_failed +=
          failed(bests[part])
              ? 1
              : failed_limits(dataset, "experiment_limit_status", mass * parts + part);
    }
  }
  progress.masses_done = is_done(best) && progress.fits_done == couplings ? 1 : 0;
  return progress;
}

/// The status to store: a fit without a finite value has failed, whatever it says itself. A bound
/// has no fit and so no value.
std::int8_t status_code(fit::FitStatus status, double minus_two_log_l) {
  const bool usable = std::isfinite(minus_two_log_l) || status == fit::FitStatus::not_applicable;
  return static_cast<std::int8_t>(usable ? status : fit::FitStatus::failed);
}

/// Adds (sign 1) or takes away (sign -1) the progress of a mass.
void add(Progress& sum, const Progress& part, int sign) {
  const auto apply = [sign](std::size_t& total, std::size_t change) {
    total = sign > 0 ? total + change : total - change;
  };
  apply(sum.masses_done, part.masses_done);
  apply(sum.masses_total, part.masses_total);
  apply(sum.fits_done, part.fits_done);
  apply(sum.fits_total, part.fits_total);
  apply(sum.fits_failed, part.fits_failed);
}

/// The same axes and fields with the same sizes, whatever the values.
bool same_shape(const labelled::Dataset& one, const labelled::Dataset& other) {
  if (one.axes() != other.axes() || one.fields().size() != other.fields().size()) return false;
  for (std::size_t i = 0; i < one.fields().size(); ++i) {
    const labelled::Field& a = one.fields()[i];
    const labelled::Field& b = other.fields()[i];
    if (a.name != b.name || a.axes != b.axes || a.values.index() != b.values.index()) return false;
  }
  return true;
}

}  // namespace

ResultTable::ResultTable(const Analysis& analysis)
    : dataset_(detail::make_dataset(analysis)),
      couplings_(analysis.config().coupling_mu_B.size()),
      nuisances_(analysis.joint().nuisances().size()),
      experiments_(analysis.experiments().size()),
      limits_(analysis.config().limits.confidence.size() * analysis.config().limits.dof.size()),
      parts_(analysis.parts().size()) {
  if (analysis.bound() != nullptr) return;
  const likelihood::PortalTemplates templates = analysis.portal(analysis.config().mass_MeV.front());
  dataset_.values<double>("standard_model").front() =
      evaluate_point(analysis, templates, 0.0).minus_two_log_l;
  progress_ = progress_of(dataset_);
}

ResultTable::ResultTable(const Analysis& analysis, labelled::Dataset earlier)
    : ResultTable(analysis) {
  if (!same_shape(dataset_, earlier)) {
    throw CheckpointError("the result file holds other axes or fields than this program writes",
                          {.hint = "write to a new file"});
  }
  dataset_ = std::move(earlier);
  progress_ = progress_of(dataset_);
}

void ResultTable::store_fit(const FitRecord& record, std::size_t mass, std::size_t coupling) {
  const std::size_t point = mass * couplings_ + coupling;
  dataset_.values<double>("minus_two_log_l")[point] = record.minus_two_log_l;
  dataset_.values<std::int8_t>("fit_status")[point] =
      status_code(record.status, record.minus_two_log_l);
  dataset_.values<std::int32_t>("fit_evaluations")[point] = record.evaluations;
  std::ranges::copy(record.nuisances, dataset_.values<double>("nuisance_value").begin() +
                                          static_cast<std::ptrdiff_t>(point * nuisances_));
  std::copy_n(record.contributions.begin(), experiments_,
              dataset_.values<double>("contribution").begin() +
                  static_cast<std::ptrdiff_t>(point * experiments_));
  dataset_.values<double>("prior")[point] = record.contributions.back();
}

void ResultTable::require_shape(const UnitResult& result) const {
  const Unit& unit = result.unit;
  const auto fits = [this](const FitRecord& record) {
    return record.nuisances.size() == nuisances_ && record.contributions.size() == experiments_ + 1;
  };
  const auto fits_part = [this](const PartResult& part) { return part.limits.size() == limits_; };
  const bool good = unit.mass < dataset_.axis("mass").size() &&
                    unit.first_coupling <= unit.last_coupling && unit.last_coupling <= couplings_ &&
                    result.grid.size() == unit.last_coupling - unit.first_coupling &&
                    std::ranges::all_of(result.grid, fits) &&
                    (!unit.with_limits || (fits(result.best) && result.limits.size() == limits_ &&
                                           result.parts.size() == parts_ &&
                                           std::ranges::all_of(result.parts, fits_part)));
  if (!good) throw Error(ErrorKind::unexpected, "a result does not have the shape of its unit");
}

void ResultTable::store(const UnitResult& result) {
  require_shape(result);
  const std::size_t mass = result.unit.mass;
  add(progress_, mass_progress(dataset_, mass), -1);
  store_values(result);
  add(progress_, mass_progress(dataset_, mass), 1);
}

void ResultTable::store_values(const UnitResult& result) {
  const std::size_t mass = result.unit.mass;
  for (std::size_t i = 0; i < result.grid.size(); ++i) {
    store_fit(result.grid[i], mass, result.unit.first_coupling + i);
  }
  dataset_.values<double>("compute_time")[mass] += result.seconds;
  if (!result.unit.with_limits) return;
  dataset_.values<double>("best_minus_two_log_l")[mass] = result.best.minus_two_log_l;
  dataset_.values<double>("best_coupling")[mass] = result.best.coupling_mu_B;
  dataset_.values<std::int8_t>("best_status")[mass] =
      status_code(result.best.status, result.best.minus_two_log_l);
  std::ranges::copy(result.best.nuisances, dataset_.values<double>("best_nuisance_value").begin() +
                                               static_cast<std::ptrdiff_t>(mass * nuisances_));
  store_limits("limit", mass, result.limits);
  for (std::size_t i = 0; i < parts_; ++i) {
    const PartResult& part = result.parts[i];
    const std::size_t place = mass * parts_ + i;
    dataset_.values<double>("experiment_best_minus_two_log_l")[place] = part.best_minus_two_log_l;
    dataset_.values<double>("experiment_best_coupling")[place] = part.best_coupling_mu_B;
    dataset_.values<std::int8_t>("experiment_best_status")[place] =
        status_code(part.best_status, part.best_minus_two_log_l);
    store_limits("experiment_limit", place, part.limits);
  }
}

void ResultTable::store_limits(const std::string& field, std::size_t place,
                               const std::vector<inference::Limit>& limits) {
  auto& values = dataset_.values<double>(field);
  auto& codes = dataset_.values<std::int8_t>(field + "_status");
  for (std::size_t i = 0; i < limits_; ++i) {
    const auto [x_mu_B2, status] = limits[i];
    values[place * limits_ + i] = std::sqrt(x_mu_B2);
    const bool without_number = status == inference::LimitStatus::ok && !std::isfinite(x_mu_B2);
    codes[place * limits_ + i] =
        static_cast<std::int8_t>(without_number ? inference::LimitStatus::failed : status);
  }
}

bool ResultTable::has_limits(std::size_t mass) const {
  return is_done(dataset_.values<std::int8_t>("best_status")[mass]);
}

bool ResultTable::has_point(std::size_t mass, std::size_t coupling) const {
  return is_done(dataset_.values<std::int8_t>("fit_status")[mass * couplings_ + coupling]);
}

Progress progress_of(const labelled::Dataset& dataset, const Shard& shard) {
  Progress progress;
  const std::size_t masses = dataset.axis("mass").size();
  for (std::size_t mass = shard.index; mass < masses; mass += shard.count) {
    add(progress, mass_progress(dataset, mass), 1);
  }
  return progress;
}

}  // namespace nudipole::scan
