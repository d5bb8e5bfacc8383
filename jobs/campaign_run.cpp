#include "campaign_run.hpp"

#include "exit_code.hpp"
#include "fit_count.hpp"
#include "interrupt.hpp"
#include "messages.hpp"
#include "nudipole/mpi/executor.hpp"
#include "nudipole/run/input.hpp"
#include "nudipole/run/runner.hpp"
#include "progress_display.hpp"
#include "void_results.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace nudipole::jobs {
namespace {

using Clock = std::chrono::steady_clock;

campaign::Shard parse_shard(const std::string& text) {
  if (const auto shard = campaign::parse_shard(text)) return *shard;
  throw ConfigError("no shard is called '" + text + "'",
                    {.where = "--shard", .expected = "i/n with 0 <= i < n, e.g. 0/4"});
}

run::Policy policy(const CampaignOptions& options, const campaign::RunConfig& config) {
  const auto stop = [&options] {
    const Interrupt interrupt = interrupt_noted();
    if (interrupt == Interrupt::now) return run::Stop::now;
    const std::chrono::duration<double> age = Clock::now() - options.start;
    const bool out_of_time = options.max_time_s && age.count() >= *options.max_time_s;
    return interrupt == Interrupt::soon || out_of_time ? run::Stop::soon : run::Stop::none;
  };
  return {.checkpoint_every_s = config.checkpoint_every_s,
          .stop = stop,
          .save_now = take_trouble_noted};
}

/// Says what begins, and shows how far it is.
class Display final : public run::Observer {
 public:
  Display(const campaign::Campaign& campaign, int ranks) : campaign_(&campaign), ranks_(ranks) {}

  void begun(const run::Checkpoint& checkpoint, run::Work work) override {
    const run::Progress& progress = checkpoint.table().progress();
    const std::string noun{campaign_->place_noun()};
    const std::string path = checkpoint.path().string();
    if (checkpoint.resumed()) {
      say("resuming " + path + ": " + places_text(progress, noun) + " are done");
    } else {
      say("writing " + path + ", " + std::to_string(progress.places_total) + " " + noun + " x " +
          campaign_->place_text() + " on " + std::to_string(ranks_) +
          (ranks_ == 1 ? " rank" : " ranks"));
    }
    if (work == run::Work::none) say("nothing is left to do; the file stays as it is");
    bar_.emplace(noun, progress.places_done, ranks_);
  }
  void advanced(const run::Progress& progress) override {
    bar_->update(progress.places_done, progress.places_total);
  }

 private:
  const campaign::Campaign* campaign_;
  int ranks_;
  std::optional<ProgressDisplay> bar_;
};

/// Says how it ended. \return the exit code
int conclude(const campaign::Setup& setup, const run::ResultTable& table, run::Ending ending,
             const CampaignCommand& command, const std::string& noun) {
  const std::string done = places_text(table.progress(), noun);
  if (ending == run::Ending::stopped) {
    say("stopped with " + done + " done; run the same command again to go on");
    return exit_resumable;
  }
  const Failures failures = command.failures(table);
  say("done: " + done + ", " + std::to_string(failures.failed) + " of " +
      std::to_string(failures.total) + " " + failures.noun + " failed");
  if (const std::string warning = warning_after(setup, table.dataset()); !warning.empty()) {
    say("warning: " + warning);
  }
  const double allowed =
      setup.config().allowed_failed_fraction * static_cast<double>(failures.total);
  return static_cast<double>(failures.failed) > allowed ? exit_failed_fits : exit_done;
}

/// Rank 0: runs the campaign and ends the other ranks.
int lead(const CampaignOptions& options, const mpi::Session& session, const campaign::Setup& setup,
         const campaign::Campaign& campaign, std::unique_ptr<run::Checkpoint> checkpoint,
         const CampaignCommand& command) {
  const auto executor = mpi::make_executor(session, campaign);
  std::optional<Display> display{std::in_place, campaign, session.size()};
  const run::Ending ending =
      run_campaign(campaign, *checkpoint, *executor, policy(options, setup.config()), *display);
  display.reset();
  const int code =
      conclude(setup, checkpoint->table(), ending, command, std::string{campaign.place_noun()});
  checkpoint.reset();
  // After SIGTERM the launcher no longer takes part in MPI_Finalize: leave without it.
  if (interrupt_noted() == Interrupt::now && session.size() > 1) mpi::dismiss(session, code);
  mpi::finish(session);
  leave_on_interrupt(code);
  return code;
}

int run_on_this_rank(const CampaignOptions& options, const CampaignCommand& command,
                     const mpi::Session& session) {
  const auto setup = run::load_setup(
      options.config.file, [&options] { return options.config.data.open(); }, session);
  std::unique_ptr<campaign::Campaign> campaign;
  std::unique_ptr<run::Checkpoint> checkpoint;
  run::agree(session, [&] {
    campaign = command.make(setup);
    const campaign::Shard shard = parse_shard(options.shard);
    if (!session.is_root()) return;
    checkpoint = std::make_unique<run::Checkpoint>(
        options.output, run::identity_of(*setup, *campaign, shard), campaign->begin(shard),
        [&](labelled::Dataset earlier) { return campaign->continued(std::move(earlier)); });
  });
  if (session.is_root()) {
    return lead(options, session, *setup, *campaign, std::move(checkpoint), command);
  }
  leave_after_interrupt(exit_resumable);
  mpi::serve(session, *campaign);
  leave_on_interrupt(exit_done);
  return exit_done;
}

}  // namespace

int run_campaign_command(const CampaignOptions& options, const CampaignCommand& command) {
  note_interrupts();
  const mpi::Session session;
  const auto end_with = [&session](ExitCode code) {
    if (session.size() > 1) session.abort(code);
    return code;
  };
  // Errors must not leave the session's scope: unwinding MPI would lose their message.
  try {
    return run_on_this_rank(options, command, session);
  } catch (const run::InputRefused& refused) {
    if (refused.reason()) say(message_of(*refused.reason()));
    return refused.reason() ? exit_code_of(refused.reason()->kind()) : exit_done;
  } catch (const Error& error) {
    say(message_of(error));
    return end_with(exit_code_of(error.kind()));
  } catch (const std::exception& error) {
    say(std::string{"unexpected error: "} + error.what());
    return end_with(exit_unexpected);
  }
}

Failures failed_fits(const run::ResultTable& table) {
  const run::Progress& progress = table.progress();
  const bool is_fitted = table.dataset().has_field("fit_status");
  return {.failed = progress.failed,
          .total = is_fitted ? count_fits(table.dataset(), progress).done : progress.items_done,
          .noun = is_fitted ? "fits" : "limits"};
}

void CampaignOptions::add_to(CLI::App& command) {
  config.add_to(command);
  output_option =
      command.add_option("-o,--output", output, "result file (HDF5), also the checkpoint")
          ->check(not_empty());
  command.add_option("--shard", shard, "i/n: only the i-th (from 0) of n parts")
      ->capture_default_str();
  command
      .add_option("--max-time", max_time_s,
                  "stop with a checkpoint after this many seconds (exit code 75)")
      ->check(positive_number());
}

}  // namespace nudipole::jobs
