#include "nudipole/experiment/data_folder.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

#include <cstdlib>
#include <optional>

using namespace nudipole;
using experiment::find_data_root;

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

TEST_CASE("The path that was asked for wins, then the environment") {
  const Environment environment{"/from/environment"};
  CHECK(find_data_root("/asked/for", "/prefix/bin/nudipole") == "/asked/for");
  CHECK(find_data_root({}, "/prefix/bin/nudipole") == "/from/environment");
}

TEST_CASE("Without both the tree is found beside the program") {
  const test::DetectorFolder tree;
  const auto program = [&](const std::string& path) { return tree.root() / path; };
  for (const char* value : {static_cast<const char*>(nullptr), ""}) {
    const Environment environment{value};
    tree.write("prefix/share/nudipole/data/nuclides.csv", "x [-]\n1\n");
    CHECK(find_data_root({}, program("prefix/bin/nudipole")) ==
          tree.root() / "prefix/share/nudipole/data");
  }
}

TEST_CASE("A tree that is nowhere is a data error that lists the places") {
  const Environment environment{nullptr};
  const test::DetectorFolder tree;
  const std::string root = tree.root().string();
  test::check_throws<DataError>(
      [&] { (void)find_data_root({}, tree.root() / "lonely/bin/nudipole"); },
      {"no data folder", root + "/lonely/share/nudipole/data", "--data", "NUDIPOLE_DATA"});
}
