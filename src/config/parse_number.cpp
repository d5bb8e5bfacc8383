#include "parse_number.hpp"

#include "message_text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <system_error>

namespace nudipole::config {
namespace {

/// from_chars knows no leading '+'; "+-1" must stay an error.
std::string_view without_plus(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+';
  return plus ? text.substr(1) : text;
}

bool names_nan_or_infinity(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (!text.empty() && text.front() == '.') text.remove_prefix(1);
  const auto is = [text](std::string_view word) {
    return std::ranges::equal(text, word, {},
                              [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  };
  return is("nan") || is("inf") || is("infinity");
}

template <class Value>
Parsed<Value> problem(const std::string& what, const std::string& hint = {}) {
  return {{}, what, hint};
}

/// What may have been meant by the text that follows a number.
std::string hint_for_rest(std::string_view rest) {
  const auto starts_word = [](std::string_view text) {
    return !text.empty() &&
           (std::isalpha(static_cast<unsigned char>(text.front())) != 0 || text.front() == '%');
  };
  if (starts_word(trimmed(rest))) {
    return "write the number alone, the unit belongs into the name of the key or column";
  }
  if (rest.front() == ',') return "write the decimal point as '.'";
  return {};
}

}  // namespace

Parsed<double> parse_number(std::string_view text) {
  if (names_nan_or_infinity(text)) return problem<double>(quoted(text) + " is not finite");
  const std::string_view digits = without_plus(text);
  const char* const end = digits.data() + digits.size();
  double value = 0.0;
  const auto [stop, status] = std::from_chars(digits.data(), end, value);
  if (status == std::errc::invalid_argument) {
    return problem<double>(quoted(text) + " is not a number");
  }
  if (stop != end) {
    return problem<double>(
        quoted(text) + " is not a number",
        hint_for_rest(digits.substr(digits.size() - static_cast<std::size_t>(end - stop))));
  }
  if (status == std::errc::result_out_of_range || !std::isfinite(value)) {
    return problem<double>(quoted(text) + " is too large or too small for double precision");
  }
  return {value, {}, {}};
}

Parsed<std::int64_t> parse_integer(std::string_view text) {
  const std::string_view digits = without_plus(text);
  const char* const end = digits.data() + digits.size();
  std::int64_t value = 0;
  const auto [stop, status] = std::from_chars(digits.data(), end, value);
  if (status == std::errc{} && stop == end) return {value, {}, {}};
  if (status == std::errc::result_out_of_range && stop == end) {
    return problem<std::int64_t>(quoted(text) + " is too large for a whole number of 64 bits");
  }
  const Parsed<double> number = parse_number(text);
  const std::string what = quoted(text) + " is not a whole number";
  if (!number.problem.empty()) return problem<std::int64_t>(what, number.hint);
  return problem<std::int64_t>(what, "write it in digits, without decimal point or exponent");
}

}  // namespace nudipole::config
