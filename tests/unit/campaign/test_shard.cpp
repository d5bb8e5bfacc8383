#include "nudipole/scan/shard.hpp"
#include "support/catch2.hpp"

#include <string>

using namespace nudipole::scan;

TEST_CASE("shards are written index/count", "[shard]") {
  CHECK(to_string(Shard{3, 12}) == "3/12");
  CHECK(parse_shard("0/1") == Shard{0, 1});
  CHECK(parse_shard("3/12") == Shard{3, 12});
  for (const std::string bad : {"", "1", "/", "1/", "/2", "2/2", "0/0", "-1/2", "1/2/3", " 1/2",
                                "1/2 ", "0x1/2", "1.0/2", "1/9999999999"}) {
    INFO(bad);
    CHECK_FALSE(parse_shard(bad));
  }
}

TEST_CASE("the shards' masses add up", "[shard]") {
  for (std::size_t masses = 0; masses < 20; ++masses) {
    for (std::size_t count = 1; count < 25; ++count) {
      std::size_t sum = 0;
      for (std::size_t i = 0; i < count; ++i) sum += masses_in({i, count}, masses);
      CHECK(sum == masses);
    }
  }
  CHECK(masses_in({0, 3}, 7) == 3);
  CHECK(masses_in({2, 3}, 7) == 2);
}
