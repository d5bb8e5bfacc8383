#include "nudipole/campaign/shard.hpp"
#include "support/catch2.hpp"

#include <string>

using namespace nudipole::campaign;

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

TEST_CASE("every place belongs to one shard", "[shard]") {
  for (std::size_t places = 0; places < 20; ++places) {
    for (std::size_t count = 1; count < 25; ++count) {
      std::vector<int> owners(places, 0);
      for (std::size_t i = 0; i < count; ++i) {
        for (const std::size_t place : Shard{i, count}.members(places)) ++owners.at(place);
      }
      CHECK(owners == std::vector<int>(places, 1));
    }
  }
  CHECK(Shard{1, 3}.members(7) == std::vector<std::size_t>{1, 4});
}
