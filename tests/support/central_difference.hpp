#pragma once

namespace nudipole::test {

/// (f(h) - f(-h)) / 2h, the derivative of f at 0: off by h^2/6 f''' and by the rounding of f over
/// h. \param f  of one number; a number or an Eigen array that owns its values
template <class Function>
auto central_difference(const Function& f, double h) {
  const auto up = f(h);
  const auto down = f(-h);
  return decltype(f(h))((up - down) / (2.0 * h));
}

/// The same for the k-th entry of the point: a vector, array or Eigen array.
template <class Function, class Point, class Index>
auto central_difference(const Function& f, const Point& point, Index k, double h) {
  const auto along = [&](double step) {
    Point moved = point;
    moved[k] += step;
    return f(moved);
  };
  return central_difference(along, h);
}

}  // namespace nudipole::test
