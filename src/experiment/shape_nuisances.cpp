#include "shape_nuisances.hpp"

#include "nudipole/config/suggestion.hpp"

#include <algorithm>

namespace nudipole::experiment::detail {
namespace {

using config::Section;

/// Parts that a variant changes: the first word of each path, for backgrounds with the name.
std::vector<std::string> parts_of(const Section& changes) {
  std::vector<std::string> parts;
  for (const std::string& path : changes.keys()) {
    const std::size_t dot = path.find('.');
    std::string part = path.substr(0, dot);
    if (part == "backgrounds" && dot != std::string::npos) {
      part = path.substr(0, path.find('.', dot + 1));
    } else if (part != "response" && part != "companions") {
      changes.fail(path, "a shape nuisance cannot change '" + part + "'",
                   "response., companions. or backgrounds.<name>.");
    }
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
  }
  if (parts.empty()) changes.fail("", "the variant changes nothing");
  std::ranges::sort(parts);
  return parts;
}

/// A background that a variant changes must exist.
void check_part(const Section& root, const Section& changes, const std::string& part) {
  if (!part.starts_with("backgrounds.")) return;
  const auto backgrounds = root.section_if("backgrounds");
  const std::vector<std::string> names =
      backgrounds ? backgrounds->keys() : std::vector<std::string>{};
  const std::string name = part.substr(part.find('.') + 1);
  if (std::ranges::find(names, name) != names.end()) return;
  changes.fail("", "there is no background '" + name + "'", "", config::did_you_mean(name, names));
}

}  // namespace

bool FileVersion::changes_in(const std::string& part) const {
  return std::ranges::any_of(changes, [&](const std::string& path) {
    return path == part || path.starts_with(part + ".");
  });
}

ShapeNuisance read_shape(const Section& root, const Section& section, std::size_t nuisance) {
  const Section plus = section.section("plus");
  const std::vector<std::string> changed = parts_of(plus);
  for (const std::string& part : changed) check_part(root, plus, part);
  ShapeNuisance shape{.nuisance = nuisance, .minus = {}, .plus = {root.with(plus), plus.keys()}};
  if (section.has("one_sided")) return shape;
  const Section minus = section.section("minus");
  if (parts_of(minus) != changed) {
    minus.fail("", "minus and plus do not change the same parts");
  }
  shape.minus = FileVersion{root.with(minus), minus.keys()};
  return shape;
}

VariedFile vary(const Section& root, const std::vector<ShapeNuisance>& shapes,
                const std::vector<std::string>& parts) {
  VariedFile result{.versions = {{root}}, .variations = {}};
  for (const ShapeNuisance& shape : shapes) {
    const bool concerned = std::ranges::any_of(
        parts, [&](const std::string& part) { return shape.plus.changes_in(part); });
    if (!concerned) continue;
    if (shape.minus) result.versions.push_back(*shape.minus);
    result.versions.push_back(shape.plus);
    result.variations.push_back(shape.minus ? prediction::parabola(shape.nuisance)
                                            : prediction::straight_line(shape.nuisance));
  }
  return result;
}

}  // namespace nudipole::experiment::detail
