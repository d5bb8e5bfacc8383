"""Writes ../combined_limits.csv: COHERENT CsI 2022 and CENNS-10 (12 bins) together. Takes three seconds.

The neutrino yield of the source, 10 %, is one pull of both; the rest of each signal's uncertainty in
quadrature is its own: mu = (1 + flux + own) (S + x D) + backgrounds.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import cenns10 as lar
import csi_2022 as csi
from profile_fit import Profiled, limits
from table_file import writer

MASSES = (0.1, 1, 10, 29.8, 45)
COUPLED = {"e": ("nu_e",), "mu": ("nu_mu", "nubar_mu"), "universal": csi.NEUTRINOS}
FLUX_WIDTH = 0.10


class Part:
    """One data set: value, derivative and second derivative of -2 ln L by each bin's expectation."""

    def __init__(self, statistic, signal, portal, backgrounds):
        self.statistic = statistic
        self.signal, self.portal = signal.ravel(), portal.ravel()
        self.backgrounds = np.array([b.ravel() for b in backgrounds])


def poisson(counts):
    n = counts.ravel()
    constant = np.where(n > 0, n * np.log(np.where(n > 0, n, 1)), 0).sum() - n.sum()

    def statistic(mu):
        if (mu <= 0).any():
            return np.inf, None, None
        return (2 * (mu.sum() - (n * np.log(mu)).sum() + constant), 2 * (1 - n / mu),
                2 * n / mu**2)

    return statistic


def gaussian(values, errors):
    def statistic(mu):
        residual = (mu - values) / errors
        return (residual**2).sum(), 2 * residual / errors, 2 / errors**2

    return statistic


class Likelihood(Profiled):
    """Several parts; theta = flux, then for each part: own signal, its backgrounds."""

    def __init__(self, parts, widths):
        self.parts, self.widths = parts, np.array(widths)
        self.portal = np.concatenate([part.portal for part in parts])

    def __call__(self, x, theta):
        """Value, gradient and Hessian by theta, derivative by x."""
        value = (theta**2 / self.widths**2).sum()
        gradient = 2 * theta / self.widths**2
        hessian = np.diag(2 / self.widths**2)
        slope, first = 0.0, 1
        for part in self.parts:
            count = len(part.backgrounds)
            signal = part.signal + x * part.portal
            scale = 1 + theta[0] + theta[first]
            index = np.array([0, first, *range(first + 1, first + 1 + count)])
            jacobian = np.vstack([signal[None], signal[None], part.backgrounds])
            mu = scale * signal + (1 + theta[first + 1:first + 1 + count]) @ part.backgrounds
            chi2, by_mu, curvature = part.statistic(mu)
            if not np.isfinite(chi2):
                return np.inf, None, None, None
            value += chi2
            gradient[index] += jacobian @ by_mu
            hessian[np.ix_(index, index)] += (jacobian * curvature) @ jacobian.T
            slope += scale * (part.portal @ by_mu)
            first += 1 + count
        return value, gradient, hessian, slope


def rest(width):
    return np.sqrt(width**2 - FLUX_WIDTH**2)


def main():
    csi_response, lar_response = csi.Response(), lar.Response()
    factors = csi.time_factors()
    widths = [FLUX_WIDTH, rest(csi.PULL_WIDTHS["signal"]),
              *(csi.PULL_WIDTHS[name] for name in ("brn", "nin", "ssb")),
              rest(lar.PULL_WIDTHS["signal"]),
              *(lar.PULL_WIDTHS[name] for name in ("brn_prompt", "brn_delayed"))]

    def csi_events(process, neutrinos, mass=0.0):
        electrons = "dipole" if process == "dipole" else "eves"
        return sum(np.outer(csi.nucleus_bins(csi_response, process, nu, mass)
                            + csi.electron_bins(csi_response, electrons, nu, mass),
                            factors[csi.ARRIVAL[nu]]) for nu in neutrinos)

    def lar_events(process, neutrinos, mass=0.0):
        return sum(lar.nucleus_bins(lar_response, process, nu, mass) for nu in neutrinos)

    standard = csi_events("full", csi.NEUTRINOS), lar_events("full", csi.NEUTRINOS)
    rows = []
    for mass in MASSES:
        for flavour, coupled in COUPLED.items():
            parts = [Part(poisson(csi.observed()), standard[0], csi_events("dipole", coupled, mass),
                          csi.backgrounds().values()),
                     Part(gaussian(*lar.observed()), standard[1],
                          lar_events("dipole", coupled, mass), lar.backgrounds().values())]
            likelihood = Likelihood(parts, widths)
            at_zero, best, best_x, found = limits(likelihood, (2.71, 4.61))
            flux = likelihood.profile(best_x)[1][0]
            rows.append((flavour, mass, at_zero, best, flux,
                         *(1e-9 * np.sqrt(x) for x in (best_x, *found))))
    writer("make_combined.py")("combined_limits.csv", [
        "COHERENT CsI 2022 and CENNS-10 (12 bins) with a common neutrino yield of 10 %: -2 ln L without portal (sm) and at",
        "its minimum over d >= 0, the common pull's value and the coupling there, and the couplings where it has risen by",
        "2.71 and 4.61. Damped Newton over eight pulls, Brent root finding. Accuracy 1e-9 (d_best 1e-6, a root of a slope)."],
        "flavour [text],mass [MeV],chi2_sm [-],chi2_min [-],sns_flux [-],d_best [mu_B],"
        "d_limit_2.71 [mu_B],d_limit_4.61 [mu_B]", rows)


if __name__ == "__main__":
    main()
