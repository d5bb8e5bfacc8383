#include "nudipole/io/result_file.hpp"

#include "support/catch2.hpp"
#include "support/result_files.hpp"

#include <cstring>

using namespace nudipole;
using namespace nudipole::test;

TEST_CASE("A result file gives back exactly what was written") {
  const TemporaryFolder folder;
  const auto path = folder / "result.h5";
  const io::ResultFile written = sample_result();
  io::write_result(path, written);
  const io::ResultFile read = io::read_result(path);

  CHECK(read.attributes == written.attributes);
  CHECK(read.dataset.axes() == written.dataset.axes());
  REQUIRE(read.dataset.fields().size() == written.dataset.fields().size());
  for (std::size_t i = 0; i < read.dataset.fields().size(); ++i) {
    const labelled::Field& a = read.dataset.fields()[i];
    const labelled::Field& b = written.dataset.fields()[i];
    INFO(b.name);
    CHECK(a.name == b.name);
    CHECK(a.units == b.units);
    CHECK(a.long_name == b.long_name);
    CHECK(a.axes == b.axes);
    CHECK(a.flags == b.flags);
    CHECK(a.role == b.role);
    CHECK(a.values.index() == b.values.index());
    if (b.name != "delta_chi2") CHECK(a.values == b.values);
  }
  // NaN is unequal to itself: compare bits.
  const auto& a = read.dataset.values<double>("delta_chi2");
  const auto& b = written.dataset.values<double>("delta_chi2");
  REQUIRE(a.size() == b.size());
  CHECK(std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
  CHECK(std::isnan(a[0]));
  CHECK(std::signbit(read.dataset.values<double>("pull")[0]));

  CHECK(io::read_attributes(path) == written.attributes);
  CHECK(folder.entries() == 1);
}

TEST_CASE("Empty results and empty axes are results") {
  const TemporaryFolder folder;
  io::ResultFile empty;
  io::write_result(folder / "empty.h5", empty);
  CHECK(same(io::read_result(folder / "empty.h5"), empty));

  io::ResultFile no_nuisances;
  no_nuisances.dataset.add_axis({"mass", "MeV", "mass", std::vector<double>{1.0, 2.0}});
  no_nuisances.dataset.add_axis({"nuisance", "", "nuisance", std::vector<std::string>{}});
  no_nuisances.dataset.add_axis({"level", "1", "level", std::vector<double>{}});
  no_nuisances.dataset.add_field(
      {"pull", "1", "pull", {"mass", "nuisance"}, std::vector<double>{}});
  io::write_result(folder / "none.h5", no_nuisances);
  CHECK(io::read_result(folder / "none.h5").dataset == no_nuisances.dataset);
}

TEST_CASE("Two writes of the same contents give the same bytes") {
  const TemporaryFolder folder;
  io::write_result(folder / "a.h5", sample_result());
  ::sleep(1);  // HDF5's own time stamps count seconds
  io::write_result(folder / "b.h5", sample_result());
  CHECK(read_file(folder / "a.h5") == read_file(folder / "b.h5"));
  io::write_result(folder / "b.h5", io::read_result(folder / "a.h5"));
  CHECK(read_file(folder / "a.h5") == read_file(folder / "b.h5"));
  io::write_result(folder / "b.h5", sample_result(2));
  CHECK(read_file(folder / "a.h5") != read_file(folder / "b.h5"));
}

TEST_CASE("A result file is written through a symbolic link") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "scratch");
  std::filesystem::create_symlink("scratch/real.h5", folder / "link.h5");
  io::write_result(folder / "link.h5", sample_result());
  io::write_result(folder / "link.h5", sample_result(2));
  CHECK(std::filesystem::is_symlink(folder / "link.h5"));
  CHECK(std::get<std::int64_t>(io::read_attributes(folder / "scratch/real.h5").at("generation")) ==
        2);
}

TEST_CASE("What a result file cannot hold is refused before anything is written") {
  const TemporaryFolder folder;
  const auto refused = [&](const io::ResultFile& result) {
    CHECK_THROWS_AS(io::write_result(folder / "x.h5", result), Error);
    CHECK(folder.entries() == 0);
  };
  io::ResultFile result;
  result.attributes["format"] = "mine";
  refused(result);
  result.attributes = {{"with space", "text"}};
  refused(result);
  result.attributes = {{"text", std::string("a\0b", 3)}};
  refused(result);

  const auto with_flags = [](std::vector<std::pair<int, std::string>> flags,
                             labelled::Field::Values values) {
    io::ResultFile file;
    file.dataset.add_field({.name = "status",
                            .units = "1",
                            .long_name = "",
                            .axes = {},
                            .values = std::move(values),
                            .flags = std::move(flags)});
    return file;
  };
  refused(with_flags({{300, "big"}}, std::vector<std::int8_t>{0}));
  refused(with_flags({{0, "two words"}}, std::vector<std::int8_t>{0}));
  refused(with_flags({{0, "real"}}, std::vector<double>{0}));

  io::ResultFile slash;
  slash.dataset.add_axis({"a/b", "1", "", std::vector<double>{1.0}});
  refused(slash);
}

TEST_CASE("Files that are no results are told apart") {
  const TemporaryFolder folder;
  const auto complaint = [&](const std::string& name) {
    const std::string text = complaint_of([&] { io::read_result(folder / name); });
    CHECK(contains(text, (folder / name).string()));
    CHECK(complaint_of([&] { io::read_attributes(folder / name); }) == text);
    return text;
  };
  CHECK(contains(complaint("missing.h5"), "No such file or directory"));
  write_file(folder / "empty.h5", "");
  CHECK(contains(complaint("empty.h5"), "is empty (0 bytes)"));
  write_file(folder / "text.h5", "mass,coupling\n1,2\n");
  CHECK(contains(complaint("text.h5"), "is not an HDF5 file"));
  write_file(folder / "start.h5", "\x89HDF");
  CHECK(contains(complaint("start.h5"), "is truncated"));
  std::filesystem::create_directory(folder / "folder.h5");
  CHECK(contains(complaint("folder.h5"), "is not a regular file"));
}
