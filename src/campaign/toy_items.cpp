#include "toy_items.hpp"

#include <algorithm>

namespace nudipole::campaign::detail {
namespace {

constexpr std::size_t items_a_doubling = 32;

std::size_t items_of(std::uint64_t batches) {
  std::size_t item = 0;
  while (item < toy_item_count && batches_before(item) < batches) ++item;
  return item;
}

}  // namespace

std::uint64_t batches_before(std::size_t item) {
  if (item <= items_a_doubling) return item;
  const std::size_t doubling = item / items_a_doubling - 1;
  return (items_a_doubling + item % items_a_doubling) * (std::uint64_t{1} << doubling);
}

std::size_t items_holding(std::uint64_t toys, std::uint64_t batch) {
  return items_of((toys + batch - 1) / batch);
}

std::size_t next_look(std::size_t items_done, std::size_t least) {
  if (items_done < least) return least;
  const std::uint64_t batches = batches_before(items_done);
  return items_of(std::max(batches + 1, batches + batches / 2));
}

}  // namespace nudipole::campaign::detail
