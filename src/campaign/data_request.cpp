#include "nudipole/campaign/data_request.hpp"

#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"
#include "run_config_words.hpp"

namespace nudipole::campaign {
namespace {

using config::Key;
using config::Kind;
using config::Range;
using config::Section;

constexpr const char* measured = "measured";
constexpr const char* asimov = "asimov";

std::vector<double> read_couplings(const Section& section, std::size_t couplings) {
  const bool natural = section.has("couplings_per_GeV");
  const std::string key = natural ? "couplings_per_GeV" : "couplings_mu_B";
  if (!section.has(key)) {
    section.fail("mass_MeV", "a mass without couplings", "couplings_mu_B or couplings_per_GeV",
                 "without both the data are those of the Standard Model");
  }
  std::vector<double> values = section.numbers(key);
  if (values.size() != couplings) {
    section.fail(key,
                 std::to_string(values.size()) + " numbers for " + std::to_string(couplings) +
                     (couplings == 1 ? " coupling" : " couplings"),
                 "a number for each coupling of this configuration");
  }
  constexpr double largest_mu_B = 1.0e-2;  // as in the grid of a scan: far beyond any limit
  for (double& value : values) {
    if (natural) value = DipoleCoupling::from_per_GeV(value).mu_B();
    if (value > largest_mu_B) {
      section.fail(key, "the coupling is " + shortest_text(value) + " mu_B",
                   "couplings up to " + shortest_text(largest_mu_B) + " mu_B");
    }
  }
  return values;
}

}  // namespace

Key data_key() {
  const std::string couplings = "d of the portal in these data, one for each coupling";
  config::Schema schema{
      .kinds = {
          {measured, "what the experiments measured", {}},
          {asimov,
           "in every bin what a model expects, the Standard Model unless there is a mass; priors "
           "are centred on the model too",
           {Key::choice("generate_at", "nuisances of the model", detail::generate_at_words())
                .or_else("profiled"),
            Key::number("mass_MeV", "mass of N in these data", Range::non_negative())
                .required_with("couplings_mu_B"),
            Key::numbers("couplings_mu_B", couplings, Range::non_negative())
                .at_least(1)
                .optional()
                .unless({"couplings_per_GeV"}),
            Key::numbers("couplings_per_GeV", couplings, Range::non_negative())
                .at_least(1)
                .optional()
                .unless({"couplings_mu_B"}),
            Key::number("strength",
                        "factor of the neutrinos' Standard Model scattering in these data; fits "
                        "do not know it",
                        Range::non_negative())
                .or_else(1.0)}}}};
  return Key::section("data", "what the likelihood is compared with", std::move(schema))
      .or_value(Key::choice("data", "the kind alone",
                            std::vector<config::Choice>{{measured, "as by default"},
                                                        {asimov, "of the Standard Model"}}))
      .optional();
}

std::optional<AsimovRequest> read_data(const Section& root, std::size_t couplings) {
  if (!root.has("data")) return std::nullopt;
  if (!root.is_map("data")) {
    if (root.text("data") == measured) return std::nullopt;
    return AsimovRequest{.where = root.where("data")};
  }
  const Section section = root.section("data");
  if (section.kind() == measured) return std::nullopt;
  AsimovRequest request{.generate_at = section.one_of("generate_at", detail::generate_at_words()),
                        .strength = section.number("strength"),
                        .where = root.where("data")};
  if (section.has("couplings_per_GeV") && !section.has("mass_MeV")) {
    section.fail("couplings_per_GeV", "couplings without a mass", "mass_MeV beside them");
  }
  if (section.has("mass_MeV")) {
    request.portal = {section.number("mass_MeV"), read_couplings(section, couplings)};
  }
  return request;
}

Pairs canonical_pairs(const AsimovRequest& request) {
  Pairs pairs{
      {"data.kind", asimov},
      {"data.generate_at", config::word_of(request.generate_at, detail::generate_at_words())}};
  if (request.portal) {
    pairs.emplace_back("data.mass_MeV", shortest_text(request.portal->mass_MeV));
    pairs.emplace_back("data.couplings_mu_B", list_text(request.portal->coupling_mu_B));
  }
  if (request.strength != 1.0) {
    pairs.emplace_back("data.strength", shortest_text(request.strength));
  }
  return pairs;
}

}  // namespace nudipole::campaign
