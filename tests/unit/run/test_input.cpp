// Input for many ranks: rank 0 reads, the others get bytes. Ranks are threads here.
#include "nudipole/run/input.hpp"

#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/result_files.hpp"

#include <barrier>
#include <thread>

using namespace nudipole;

namespace {

constexpr int ranks = 3;

/// What the ranks share.
struct Board {
  std::barrier<> step{ranks};
  std::vector<std::string> texts;
  std::array<std::optional<Error>, ranks> gathered;
};

class ThreadRank final : public run::Communicator {
 public:
  ThreadRank(Board& board, int rank) : board_(&board), rank_(rank) {}
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return ranks; }
  [[nodiscard]] std::vector<std::string> broadcast(std::vector<std::string> texts) const override {
    if (is_root()) board_->texts = std::move(texts);
    board_->step.arrive_and_wait();
    std::vector<std::string> result = board_->texts;
    board_->step.arrive_and_wait();
    return result;
  }
  [[nodiscard]] std::vector<std::optional<Error>> gather(
      const std::optional<Error>& mine) const override {
    board_->gathered.at(static_cast<std::size_t>(rank_)) = mine;
    board_->step.arrive_and_wait();
    std::vector<std::optional<Error>> result;
    if (is_root()) result.assign(board_->gathered.begin(), board_->gathered.end());
    board_->step.arrive_and_wait();
    return result;
  }

 private:
  Board* board_;
  int rank_;
};

/// Calls a function on every rank.
void on_all_ranks(const std::function<void(const ThreadRank&)>& function) {
  Board board;
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < ranks; ++rank) {
    threads.emplace_back([&board, &function, rank] { function(ThreadRank{board, rank}); });
  }
}

}  // namespace

TEST_CASE("Rank 0 alone opens files, and all ranks predict the same") {
  const test::DetectorFolder tree;
  const test::TemporaryFolder folder;
  test::write_file(folder / "a.yaml",
                   "format: 1\nexperiments: [toy]\nflavour: mu\nmass: {values_MeV: [10]}\n"
                   "coupling: {values_mu_B: [1e-9]}\n");
  std::array<std::shared_ptr<const campaign::Setup>, ranks> setups;
  std::array<int, ranks> opened{};
  on_all_ranks([&](const ThreadRank& rank) {
    const auto i = static_cast<std::size_t>(rank.rank());
    const auto open = [&] {
      ++opened.at(i);
      return experiment::DataFolder{tree.root()};
    };
    // The configuration of the others does not exist.
    setups.at(i) = run::load_setup(folder / (rank.is_root() ? "a.yaml" : "no.yaml"), open, rank);
  });
  CHECK(opened == std::array<int, ranks>{1, 0, 0});
  for (const auto& setup : setups) {
    REQUIRE(setup);
    CHECK(setup->config().hash() == setups[0]->config().hash());
    CHECK(setup->files() == setups[0]->files());
    const auto one = setup->experiments()[0].signal().dipole(10.0).total(PortalFlavour::mu);
    const auto root = setups[0]->experiments()[0].signal().dipole(10.0).total(PortalFlavour::mu);
    CHECK((one == root).all());
  }
}

TEST_CASE("Several folders and an experiment by its path reach all ranks as bytes") {
  const test::DetectorFolder tree;
  const test::TemporaryFolder folder;
  std::filesystem::rename(tree.root() / "toy", folder / "toy");
  std::filesystem::create_directory(folder / "more");
  std::filesystem::copy(folder / "toy", folder / "more/again",
                        std::filesystem::copy_options::recursive);
  // Other data, so that it is no copy: the heading of the table is another comment.
  const std::filesystem::path table = folder / "more/again/bins.csv";
  test::write_file(table, "# again\n" + test::read_file(table));
  std::filesystem::create_directory(folder / "configs");
  test::write_file(folder / "configs/a.yaml",
                   "format: 1\nexperiments: [{path: ../toy}, again]\ncorrelate: false\n"
                   "flavour: mu\nmass: {values_MeV: [10]}\ncoupling: {values_mu_B: [1e-9]}\n");
  std::array<std::shared_ptr<const campaign::Setup>, ranks> setups;
  on_all_ranks([&](const ThreadRank& rank) {
    const auto open = [&] {
      REQUIRE(rank.is_root());
      return experiment::DataFolder{std::vector{folder / "more", tree.root()}};
    };
    setups.at(static_cast<std::size_t>(rank.rank())) =
        run::load_setup(folder / (rank.is_root() ? "configs/a.yaml" : "no.yaml"), open, rank);
  });
  for (const auto& setup : setups) {
    REQUIRE(setup);
    CHECK(setup->experiment_names() == std::vector<std::string>{"toy", "again"});
    CHECK(setup->config().hash() == setups[0]->config().hash());
    CHECK(setup->files() == setups[0]->files());
  }
}

TEST_CASE("What is wrong on any rank ends all, and rank 0 knows it with its details") {
  const int bad = GENERATE(0, 2);
  std::array<std::optional<Error>, ranks> reasons;
  std::array<int, ranks> refused{};
  on_all_ranks([&](const ThreadRank& rank) {
    const auto i = static_cast<std::size_t>(rank.rank());
    try {
      run::agree(rank, [&] {
        if (rank.rank() == bad) {
          throw DataError("a table is odd",
                          {.where = "a.csv:3", .expected = "another", .hint = "?"});
        }
      });
    } catch (const run::InputRefused& error) {
      refused.at(i) = 1;
      reasons.at(i) = error.reason();
    }
  });
  CHECK(refused == std::array<int, ranks>{1, 1, 1});
  CHECK_FALSE(reasons[1]);
  REQUIRE(reasons[0]);
  CHECK(reasons[0]->kind() == ErrorKind::data);
  CHECK(reasons[0]->problem() == "a table is odd");
  CHECK(reasons[0]->details().where == (bad == 0 ? "a.csv:3" : "rank 2: a.csv:3"));
  CHECK(reasons[0]->details().hint == "?");
}
