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

std::size_t look_at_or_after(std::size_t items, std::size_t least) {
  std::size_t look = least;
  while (look < items) {
    const std::uint64_t batches = batches_before(look);
    look = items_of(std::max(batches + 1, batches + batches / 2));
  }
  return look;
}

}  // namespace nudipole::campaign::detail
