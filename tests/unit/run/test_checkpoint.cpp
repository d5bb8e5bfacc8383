#include "nudipole/run/checkpoint.hpp"

#include "support/catch2.hpp"
#include "support/result_files.hpp"
#include "support/stairs.hpp"
#include "support/throws_like.hpp"

using namespace nudipole;
using run::Checkpoint;
namespace name = run::attribute;

namespace {

struct Case {
  test::TemporaryFolder folder{};
  std::filesystem::path file = folder / "a.h5";
  test::StairsCampaign stairs{{}};

  Case() {
    Checkpoint checkpoint{file, test::stairs_identity(), stairs.begin({})};
    checkpoint.note(name::planned_core_ms, 17);
    checkpoint.save();
  }
  void refused(labelled::Attributes identity, labelled::Dataset begin,
               std::initializer_list<std::string> fragments) const {
    test::check_throws<CheckpointError>(
        [&] { Checkpoint(file, std::move(identity), std::move(begin)); }, fragments);
  }
};

}  // namespace

TEST_CASE("A checkpoint resumes its own file and keeps when it began and what was planned") {
  const Case one;
  labelled::Attributes later = test::stairs_identity();
  later[name::created] = std::string{"2027-01-01"};
  Checkpoint checkpoint{one.file, later, one.stairs.begin({})};
  CHECK(checkpoint.resumed());
  CHECK_FALSE(checkpoint.is_complete());
  checkpoint.save();
  const labelled::Attributes stored = io::read_result(one.file).attributes;
  CHECK(run::text_of(stored, name::created) == "2026-01-01");
  CHECK(std::get<std::int64_t>(stored.at(name::planned_core_ms)) == 17);
}

TEST_CASE("A checkpoint refuses the file of something else and says what differs") {
  const Case one;
  labelled::Attributes other = test::stairs_identity();
  other[name::config_sha256] = std::string{"decaf"};
  other[name::config] = std::string{"flavour: e\n"};
  one.refused(other, one.stairs.begin({}),
              {"a.h5", "another configuration", "flavour: file has mu, now e", "another file"});
  other = test::stairs_identity();
  other[name::data] = std::string{"d2  a.csv\n"};
  one.refused(other, one.stairs.begin({}), {"other data files", "a.csv: file has d1, now d2"});
  other = test::stairs_identity();
  other[name::campaign] = std::string{"grid"};
  one.refused(other, one.stairs.begin({}), {"another campaign", "file has stairs, now grid"});
  one.refused(test::stairs_identity({1, 2}), one.stairs.begin({1, 2}),
              {"another shard", "file has 0/1, now 1/2"});
  labelled::Dataset more = one.stairs.begin({});
  more.add_field({"extra", "1", "extra", {}, std::vector<double>{0.0}});
  one.refused(test::stairs_identity(), more, {"other fields (", "write to another file"});
}
