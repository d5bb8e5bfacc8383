#include "nudipole/experiment/data_folder.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

#include <cstdlib>
#include <optional>

using namespace nudipole;
using experiment::find_data_roots;
using experiment::installed_data;
using Roots = std::vector<std::filesystem::path>;

namespace {

/// Sets NUDIPOLE_DATA, or takes it away, and puts the old value back.
class Environment {
 public:
  explicit Environment(const char* value) {
    if (const char* old = std::getenv(name)) old_ = old;
    value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  }
  ~Environment() { old_ ? ::setenv(name, old_->c_str(), 1) : ::unsetenv(name); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  Environment(Environment&&) = delete;
  Environment& operator=(Environment&&) = delete;

 private:
  static constexpr const char* name = "NUDIPOLE_DATA";
  std::optional<std::string> old_;
};

}  // namespace

TEST_CASE("The folders that were asked for come first, then those of the environment") {
  const Environment environment{"/from/environment::/and/another"};
  const Roots all = find_data_roots({"/asked/for", "/and/this"}, "/installed");
  CHECK(all == Roots{"/asked/for", "/and/this", "/from/environment", "/and/another"});
  CHECK(find_data_roots({}, "/installed") == Roots{"/from/environment", "/and/another"});
}

TEST_CASE("Nothing follows folders that have the shared tables") {
  const test::DetectorFolder tree;
  tree.write("share/nudipole/data/nuclides.csv", "x [-]\n1\n");
  const auto installed = installed_data(tree.root() / "bin/nudipole");
  CHECK(installed == tree.root() / "share/nudipole/data");
  {
    const Environment environment{"/from/environment"};
    CHECK(find_data_roots({"/mine", tree.root()}, installed) == Roots{"/mine", tree.root()});
    CHECK(find_data_roots({"/mine"}, installed) == Roots{"/mine", "/from/environment", installed});
  }
  const Environment environment{tree.root().c_str()};
  CHECK(find_data_roots({"/mine"}, installed) == Roots{"/mine", tree.root()});
  CHECK(find_data_roots({}, installed) == Roots{tree.root()});
}

TEST_CASE("Without both the tree is found beside the program") {
  const test::DetectorFolder tree;
  tree.write("prefix/share/nudipole/data/nuclides.csv", "x [-]\n1\n");
  const auto installed = installed_data(tree.root() / "prefix/bin/nudipole");
  for (const char* value : {static_cast<const char*>(nullptr), ""}) {
    const Environment environment{value};
    CHECK(find_data_roots({}, installed) == Roots{tree.root() / "prefix/share/nudipole/data"});
  }
}

TEST_CASE("A tree that is nowhere is a data error that lists the places") {
  const Environment environment{nullptr};
  test::check_throws<DataError>(
      [&] { (void)find_data_roots({}, "/lonely/share/nudipole/data"); },
      {"no data folder", "/lonely/share/nudipole/data", "--data", "NUDIPOLE_DATA"});
}
