#include "nudipole/labelled/digest.hpp"

#include "support/catch2.hpp"
#include "support/result_files.hpp"

using namespace nudipole;
using namespace nudipole::test;
using labelled::content_digest;
using labelled::DigestScope;

namespace {

labelled::Dataset one_field(const labelled::Field& field) {
  labelled::Dataset data;
  data.add_axis({"mass", "MeV", "mass", std::vector<double>{1.0, 2.0}});
  data.add_field(field);
  return data;
}

}  // namespace

TEST_CASE("The digest follows its documented encoding") {
  // sha256 of "axis" "a" "" "" "i32" 1 {7}, each text after its length, computed with Python:
  // hashlib.sha256(b''.join(struct.pack('<Q',len(t))+t for t in (b'axis',b'a',b'',b'',b'i32'))
  //                + struct.pack('<Qi',1,7)).hexdigest()
  labelled::Dataset data;
  data.add_axis({"a", "", "", std::vector<std::int32_t>{7}});
  CHECK(content_digest(data) == "ba68deb4bef78e22ac3a0e541114567094f4cfad875ca06474a6fdbb961117dc");
}

TEST_CASE("The digest sees every part of a dataset") {
  const labelled::Field field{.name = "x",
                              .units = "1",
                              .long_name = "text",
                              .axes = {"mass"},
                              .values = std::vector<std::int32_t>{0, 1},
                              .flags = {{0, "no"}}};
  std::vector<labelled::Field> others(9, field);
  others[0].name = std::string{"y"};
  others[1].units = std::string{"MeV"};
  others[2].long_name = std::string{"texts"};
  others[3].axes = {};
  others[3].values = std::vector<std::int32_t>{0};
  others[4].values = std::vector<std::int32_t>{0, 2};
  others[5].values = std::vector<std::int8_t>{0, 1};
  others[6].flags = {{1, "no"}};
  others[7].flags = {};
  others[8].role = labelled::FieldRole::timing;
  const std::string digest = content_digest(one_field(field));
  CHECK(digest == content_digest(one_field(field)));
  for (const labelled::Field& other : others) CHECK(digest != content_digest(one_field(other)));

  // 0 and -0 are equal numbers with different bits.
  labelled::Field zero = field;
  zero.flags = {};
  zero.values = std::vector<double>{0.0, 1.0};
  labelled::Field negative = zero;
  negative.values = std::vector<double>{-0.0, 1.0};
  CHECK(content_digest(one_field(zero)) != content_digest(one_field(negative)));
}

TEST_CASE("Texts cannot run into each other") {
  const auto digest = [](std::vector<std::string> names) {
    labelled::Dataset data;
    data.add_axis({"n", "", "", std::move(names)});
    return content_digest(data);
  };
  CHECK(digest({"ab", "c"}) != digest({"a", "bc"}));
  CHECK(digest({"abc", ""}) != digest({"", "abc"}));
}

TEST_CASE("The digest of results leaves timings out and nothing else") {
  io::ResultFile a = sample_result();
  io::ResultFile b = sample_result();
  b.dataset.values<double>("wall_s")[3] = 17.0;
  CHECK(content_digest(a.dataset) != content_digest(b.dataset));
  CHECK(content_digest(a.dataset, DigestScope::results_only) ==
        content_digest(b.dataset, DigestScope::results_only));
  b.dataset.values<double>("limit")[3] *= 1 + 1e-15;
  CHECK(content_digest(a.dataset, DigestScope::results_only) !=
        content_digest(b.dataset, DigestScope::results_only));
  CHECK(content_digest(a.attributes, a.dataset) != content_digest({}, a.dataset));
}
