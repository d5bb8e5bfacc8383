#include "commands.hpp"
#include "exit_code.hpp"
#include "interrupt.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/sha256.hpp"
#include "nudipole/io/checkpoint.hpp"
#include "nudipole/mpi/calibrate.hpp"
#include "nudipole/mpi/dispatch.hpp"
#include "nudipole/mpi/session.hpp"
#include "nudipole/scan/plan.hpp"
#include "nudipole/scan/schedule.hpp"
#include "progress_display.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>

namespace nudipole::jobs {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  ConfigOption config;
  std::string output;
  std::string shard = "0/1";
  std::optional<double> max_time_s;
  Clock::time_point start = Clock::now();
};

void say(const std::string& text) { std::cerr << "nudipole: " << text << std::endl; }

scan::Shard parse_shard(const std::string& text) {
  if (const auto shard = scan::parse_shard(text)) return *shard;
  throw ConfigError("no shard is called '" + text + "'",
                    {.where = "--shard", .expected = "i/n with 0 <= i < n, e.g. 0/4"});
}

/// What a rank got out of loading its input, in a form that can be sent.
struct Loaded {
  std::optional<scan::Analysis> analysis;
  std::optional<io::Checkpoint> checkpoint;  ///< rank 0 only
  ExitCode code = exit_done;
  std::string message;  ///< of an error

  /// Digest of everything that results depend on; equal on all ranks of a sound run.
  [[nodiscard]] std::string fingerprint() const {
    std::string text = analysis->config().hash();
    for (const experiment::FileDigest& file : analysis->files()) text += file.name + file.sha256;
    return sha256_hex(text);
  }
};

Loaded load(const Options& options, const scan::Shard& shard, const mpi::Session& session) {
  Loaded loaded;
  const auto fail = [&loaded](ErrorKind kind, const char* what) {
    loaded.code = exit_code_of(kind);
    loaded.message = std::string{to_string(kind)} + ": " + what;
  };
  try {
    loaded.analysis.emplace(options.config.load());
    if (session.is_root()) loaded.checkpoint.emplace(options.output, *loaded.analysis, shard);
  } catch (const Error& error) {
    fail(error.kind(), error.what());
  } catch (const std::exception& error) {
    fail(ErrorKind::unexpected, error.what());
  }
  return loaded;
}

/// Collective: 0 when all ranks loaded the same input, else the exit code; rank 0 says why.
int agree(const mpi::Session& session, const Loaded& loaded) {
  const std::string text = loaded.code == exit_done ? "ok " + loaded.fingerprint() : loaded.message;
  const std::vector<std::string> texts = session.gather(text);
  int code = loaded.code;
  if (session.is_root()) {
    if (loaded.code != exit_done) {
      say(loaded.message);
    } else {
      for (std::size_t rank = 1; rank < texts.size(); ++rank) {
        if (texts[rank] == texts.front()) continue;
        code = exit_data;
        const std::string who = "rank " + std::to_string(rank);
        say(texts[rank].starts_with("ok ")
                ? "data error: " + who +
                      " read another configuration or other data than rank 0; give all nodes the "
                      "same files and the same NUDIPOLE_DATA"
                : who + ": " + texts[rank]);
        break;
      }
    }
  }
  return session.broadcast(code);
}

/// Rank 0: hands out the work, keeps the checkpoint, decides the exit code.
class Scan {
 public:
  Scan(const mpi::Session& session, const Options& options, Loaded& loaded,
       const scan::Shard& shard)
      : session_(&session),
        options_(&options),
        analysis_(&*loaded.analysis),
        checkpoint_(&*loaded.checkpoint),
        shard_(shard) {}

  /// \param cost  what decides about order and size of the units, and about no result
  int run(const scan::CostModel& cost) {
    const auto workers = static_cast<std::size_t>(std::max(1, session_->size() - 1));
    const std::vector<scan::Unit> units =
        scan::schedule(scan::plan(checkpoint_->table(), shard_), cost, workers);
    announce();
    unsaved_ = !units.empty() || !checkpoint_->resumed();
    if (!unsaved_) say("nothing is left to do; the file stays as it is");
    bool finished = false;
    {
      ProgressDisplay display{masses_in_shard(), checkpoint_->table().progress().masses_done};
      save();
      finished = hand_out(units, display);
      display.update(checkpoint_->table().progress().masses_done);
    }
    return conclude(finished);
  }

 private:
  bool hand_out(const std::vector<scan::Unit>& units, ProgressDisplay& display) {
    const auto store = [this](const scan::UnitResult& result) {
      checkpoint_->table().store(result);
      unsaved_ = true;
    };
    const auto tick = [this, &display] {
      save_if_due();
      display.update(checkpoint_->table().progress().masses_done);
    };
    try {
      const bool finished = mpi::dispatch(*session_, units, scan::Evaluator{*analysis_},
                                          {.store = store,
                                           .stop = [this] { return stop(); },
                                           .tick = tick,
                                           .finish = [this] { save(); }});
      save();
      return finished;
    } catch (...) {
      save_what_arrived();
      throw;
    }
  }

  [[nodiscard]] std::size_t masses_in_shard() const {
    return scan::masses_in(shard_, analysis_->config().mass_MeV.size());
  }

  void announce() const {
    const scan::Progress progress = checkpoint_->table().progress();
    const std::string path = checkpoint_->path().string();
    if (checkpoint_->resumed()) {
      say("resuming " + path + ": " + std::to_string(progress.masses_done) + " of " +
          std::to_string(masses_in_shard()) + " masses are done");
    } else {
      say("writing " + path + ", " + std::to_string(masses_in_shard()) + " masses x " +
          std::to_string(analysis_->config().coupling_mu_B.size()) + " couplings on " +
          std::to_string(session_->size()) + (session_->size() == 1 ? " rank" : " ranks"));
    }
  }

  [[nodiscard]] mpi::Stop stop() const {
    const Interrupt interrupt = interrupt_noted();
    if (interrupt == Interrupt::now) return mpi::Stop::now;
    const bool out_of_time =
        options_->max_time_s &&
        std::chrono::duration<double>(Clock::now() - options_->start).count() >=
            *options_->max_time_s;
    return interrupt == Interrupt::soon || out_of_time ? mpi::Stop::soon : mpi::Stop::none;
  }

  void save() {
    if (!unsaved_) return;
    checkpoint_->save();
    unsaved_ = false;
    last_save_ = Clock::now();
  }

  void save_if_due() {
    const std::chrono::duration<double> age = Clock::now() - last_save_;
    if (age.count() >= analysis_->config().checkpoint_every_s || take_trouble_noted()) save();
  }

  /// After an error, which is the one to report should the file not be writable either.
  void save_what_arrived() {
    try {
      save();
    } catch (const CheckpointError&) {
    }
  }

  [[nodiscard]] int conclude(bool finished) const {
    const scan::Progress progress = checkpoint_->table().progress();
    const std::string done = std::to_string(progress.masses_done) + " of " +
                             std::to_string(masses_in_shard()) + " masses";
    if (!finished) {
      say("stopped with " + done + " done; run the same command again to go on");
      return exit_resumable;
    }
    const std::size_t fits = progress.fits_done + progress.masses_done;
    say("done: " + done + ", " + std::to_string(progress.fits_failed) + " of " +
        std::to_string(fits) + " fits failed");
    const double allowed = analysis_->config().allowed_failed_fraction * static_cast<double>(fits);
    return static_cast<double>(progress.fits_failed) > allowed ? exit_failed_fits : exit_done;
  }

  const mpi::Session* session_;
  const Options* options_;
  const scan::Analysis* analysis_;
  io::Checkpoint* checkpoint_;
  scan::Shard shard_;
  bool unsaved_ = false;  ///< the table holds more than the file
  Clock::time_point last_save_ = Clock::now();
};

int scan_command(const Options& options) {
  note_interrupts();
  const mpi::Session session;
  // Errors must not leave the session's scope: unwinding MPI would lose their message.
  try {
    scan::Shard shard;
    Loaded loaded;
    try {
      shard = parse_shard(options.shard);
      loaded = load(options, shard, session);
    } catch (const Error& error) {
      loaded.code = exit_code_of(error.kind());
      loaded.message = std::string{to_string(error.kind())} + ": " + error.what();
    }
    if (const int code = agree(session, loaded); code != exit_done) {
      return session.is_root() ? code : exit_done;
    }
    const scan::CostModel cost = mpi::calibrate(session, *loaded.analysis, shard);
    if (!session.is_root()) {
      leave_after_interrupt(exit_resumable);
      mpi::serve(session, scan::Evaluator{*loaded.analysis});
      leave_on_interrupt(exit_done);
      return exit_done;
    }
    const int code = Scan{session, options, loaded, shard}.run(cost);
    loaded.checkpoint.reset();
    // After SIGTERM the launcher no longer takes part in MPI_Finalize: leave without it.
    if (interrupt_noted() == Interrupt::now && session.size() > 1) mpi::dismiss(session, code);
    leave_on_interrupt(code);
    return code;
  } catch (const Error& error) {
    say(std::string{to_string(error.kind())} + ": " + error.what());
    if (session.size() > 1) session.abort(exit_code_of(error.kind()));
    return exit_code_of(error.kind());
  } catch (const std::exception& error) {
    say(std::string{"unexpected error: "} + error.what());
    if (session.size() > 1) session.abort(exit_unexpected);
    return exit_unexpected;
  }
}

}  // namespace

void add_scan(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "scan", "Scans masses and couplings, alone or under mpirun; goes on where a file stopped");
  options->config.add_to(*command);
  command->add_option("-o,--output", options->output, "result file (HDF5), also the checkpoint")
      ->required()
      ->check(not_empty());
  command->add_option("--shard", options->shard, "i/n: only the i-th (from 0) of n parts")
      ->capture_default_str();
  command
      ->add_option("--max-time", options->max_time_s,
                   "stop with a checkpoint after this many seconds (exit code 75)")
      ->check(positive_number());
  command->footer("Example: mpirun -n 4 nudipole scan configs/csi2022_mu.yaml -o csi2022_mu.h5");
  command->callback([&run, options] { run = [options] { return scan_command(*options); }; });
}

}  // namespace nudipole::jobs
