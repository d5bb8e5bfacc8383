// Drives mpi::dispatch with made-up work; test_dispatch.py runs it on several ranks.
//   dispatch_driver MODE UNITS
// Rank 0 prints `key value` lines. Exit codes: 0, or `code_of_error` + the kind of a caught error.
#include "nudipole/core/error.hpp"
#include "nudipole/mpi/dispatch.hpp"
#include "nudipole/mpi/session.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace nudipole;
using Clock = std::chrono::steady_clock;

constexpr int code_of_error = 40;
constexpr int code_of_stop = 75;

std::vector<scan::Unit> make_units(std::uint64_t count) {
  std::vector<scan::Unit> units;
  for (std::uint64_t i = 0; i < count; ++i) {
    units.push_back(
        {.mass = i, .first_coupling = i, .last_coupling = i + 2, .with_limits = i % 2 == 0});
  }
  return units;
}

/// A result that depends on its unit alone and fills every field, a NaN included.
scan::UnitResult make_result(const scan::Unit& unit) {
  const auto x = static_cast<double>(unit.mass);
  const scan::FitRecord record{.coupling_mu_B = x * 1e-10,
                               .minus_two_log_l = std::sqrt(x + 2.0),
                               .status = fit::FitStatus::converged_fallback,
                               .evaluations = static_cast<std::int32_t>(unit.mass),
                               .nuisances = {x / 3.0, std::numeric_limits<double>::quiet_NaN()},
                               .contributions = {x / 7.0, -x, 0.1}};
  return {.unit = unit,
          .best = record,
          .limits = {{x / 9.0, inference::LimitStatus::closed}},
          .parts = {{.best_coupling_mu_B = x / 11.0,
                     .best_minus_two_log_l = x + 5.0,
                     .best_status = fit::FitStatus::converged,
                     .limits = {{x / 13.0, inference::LimitStatus::ok}}}},
          .grid = {record, record},
          .seconds = 0.5};
}

/// Equal bit by bit, as far as a text of all digits can tell.
std::string fingerprint(const scan::UnitResult& result) {
  std::string text;
  const auto add = [&text](double value) { text += std::to_string(value) + " "; };
  const auto add_record = [&](const scan::FitRecord& record) {
    for (const double value : {record.coupling_mu_B * 1e10, record.minus_two_log_l}) add(value);
    add(static_cast<int>(record.status));
    add(record.evaluations);
    for (const double value : record.nuisances) add(value);
    for (const double value : record.contributions) add(value);
  };
  const auto add_limits = [&](const std::vector<inference::Limit>& limits) {
    for (const inference::Limit& limit : limits) {
      add(limit.x_mu_B2);
      add(static_cast<int>(limit.status));
    }
  };
  add_record(result.best);
  add_limits(result.limits);
  for (const scan::PartResult& part : result.parts) {
    for (const double value : {part.best_coupling_mu_B * 1e10, part.best_minus_two_log_l}) {
      add(value);
    }
    add(static_cast<int>(part.best_status));
    add_limits(part.limits);
  }
  for (const scan::FitRecord& record : result.grid) add_record(record);
  add(result.seconds);
  return text;
}

/// What one rank does with a unit.
struct Work {
  std::string mode;
  std::size_t evaluated = 0;

  scan::UnitResult operator()(const scan::Unit& unit) {
    using namespace std::chrono_literals;
    ++evaluated;
    if (mode == "idle" || mode == "now") std::this_thread::sleep_for(2s);
    if (mode == "stop") std::this_thread::sleep_for(2ms);
    const bool fails = unit.mass == 3;
    if (fails && mode == "throw") {
      throw NumericalError("the minimum got lost", {.where = "mass 3 MeV"});
    }
    if (fails && mode == "data") throw DataError("a table changed");
    if (fails && mode == "foreign") throw std::runtime_error("no memory left, say");
    if (mode == "all_throw") throw NumericalError("nothing works");
    return make_result(unit);
  }
};

double cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Rank 0: dispatches and prints what it saw.
int coordinate(const mpi::Session& session, Work& work, std::uint64_t count) {
  const std::vector<scan::Unit> units = make_units(count);
  std::vector<int> times_stored(units.size(), 0);
  std::size_t stored = 0;
  std::size_t wrong = 0;
  std::size_t ticks = 0;
  const std::size_t stop_after = work.mode == "stop" ? 5 : std::numeric_limits<std::size_t>::max();
  const Clock::time_point start = Clock::now();
  const double cpu_before = cpu_s();
  const bool finished = mpi::dispatch(
      session, units, std::ref(work),
      {.store =
           [&](const scan::UnitResult& result) {
             ++stored;
             ++times_stored.at(result.unit.mass);
             const bool right = result.unit == units[result.unit.mass] &&
                                fingerprint(result) == fingerprint(make_result(result.unit));
             if (!right) ++wrong;
           },
       .stop =
           [&] {
             const bool late = Clock::now() - start > std::chrono::milliseconds{300};
             if (work.mode == "now" && late) return mpi::Stop::now;
             return stored >= stop_after ? mpi::Stop::soon : mpi::Stop::none;
           },
       .tick = [&] { ++ticks; }});
  const double wall_s = std::chrono::duration<double>(Clock::now() - start).count();
  std::cout << "cpu_share " << (cpu_s() - cpu_before) / wall_s << "\nwall_s " << wall_s
            << "\nfinished " << finished << "\nstored " << stored << "\nwrong " << wrong
            << "\nticks " << ticks << "\nmost_often "
            << std::accumulate(times_stored.begin(), times_stored.end(), 0,
                               [](int a, int b) { return std::max(a, b); })
            << std::endl;
  // As after SIGTERM: workers are in the middle of something and MPI_Finalize would wait for them.
  if (!finished && work.mode == "now") mpi::dismiss(session, code_of_stop);
  return finished ? 0 : code_of_stop;
}

/// Sum over ranks of the units they evaluated, and rank 0's own.
void print_evaluations(const mpi::Session& session, const Work& work) {
  const std::vector<std::string> counts = session.gather(std::to_string(work.evaluated));
  if (!session.is_root()) return;
  std::size_t sum = 0;
  for (const std::string& count : counts) sum += std::stoul(count);
  std::cout << "evaluated " << sum << "\nevaluated_by_root " << counts.front() << std::endl;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 3) return 2;
  const mpi::Session session;
  Work work{.mode = argv[1]};
  try {
    int code = 0;
    if (session.is_root()) {
      code = coordinate(session, work, std::stoul(argv[2]));
    } else {
      mpi::serve(session, std::ref(work));
    }
    print_evaluations(session, work);
    return code;
  } catch (const Error& error) {
    std::cout << "error " << to_string(error.kind()) << ": " << error.what() << std::endl;
    session.abort(code_of_error + static_cast<int>(error.kind()));
  } catch (const std::exception& error) {
    std::cout << "error foreign: " << error.what() << std::endl;
    session.abort(code_of_error + 9);
  }
}
