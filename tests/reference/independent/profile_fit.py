"""Profile likelihood in x = d^2 by damped Newton steps over the pulls, limits by root finding.

-2 ln L = statistic(mu) + sum (theta/sigma)^2, mu = sum over processes of
(1 + the pulls that scale it) (standard + x portal), deformed by the pulls of its shape.
"""

import dataclasses
from typing import Callable

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq


# ---- statistics: value, derivative and second derivative of -2 ln L by each bin's expectation -----
def poisson(counts):
    """2 sum [mu - n + n ln(n/mu)]"""
    n = counts.ravel()
    constant = np.where(n > 0, n * np.log(np.where(n > 0, n, 1)), 0).sum() - n.sum()

    def statistic(mu):
        if (mu <= 0).any():
            return np.inf, None, None
        return 2 * (mu.sum() - (n * np.log(mu)).sum() + constant), 2 * (1 - n / mu), 2 * n / mu**2

    return statistic


def gaussian(values, errors):
    """sum ((mu - value)/error)^2"""
    def statistic(mu):
        residual = (mu - values) / errors
        return (residual**2).sum(), 2 * residual / errors, 2 / errors**2

    return statistic


def side_by_side(first, second, bins):
    """Two statistics, the first of the first `bins` bins, the second of the others."""
    def statistic(mu):
        a, b = first(mu[:bins]), second(mu[bins:])
        if not np.isfinite(a[0] + b[0]):
            return np.inf, None, None
        return a[0] + b[0], np.append(a[1], b[1]), np.append(a[2], b[2])

    return statistic


# ---- shapes: weights of the variants of a template, first and second derivatives by the pulls -----
@dataclasses.dataclass
class Shape:
    """Deforms a template with the pulls of indices `pulls`; weights(values of these pulls) gives
    w [variant], dw [pull, variant], d2w [pull, pull, variant]."""
    pulls: tuple = ()
    weights: Callable = lambda values: (np.ones(1), np.zeros((0, 1)), np.zeros((0, 0, 1)))


def parabolas(pulls):
    """For variants nominal, then (minus, plus) of each pull: the parabola through -1, 0 and 1, its
    tangent outside; deformations of several pulls add up."""
    def weights(p):
        count, inside = len(p), np.abs(p) <= 1
        even = np.where(inside, p * p, 2 * np.abs(p) - 1)
        even_slope, even_curvature = np.where(inside, 2 * p, 2 * np.sign(p)), 2.0 * inside
        w, dw = np.zeros(1 + 2 * count), np.zeros((count, 1 + 2 * count))
        d2w = np.zeros((count, count, 1 + 2 * count))
        w[0], dw[:, 0], w[1::2], w[2::2] = 1 - even.sum(), -even_slope, (even - p) / 2, (even + p) / 2
        for k in range(count):
            dw[k, 1 + 2 * k:3 + 2 * k] = (even_slope[k] - 1) / 2, (even_slope[k] + 1) / 2
            d2w[k, k, 0] = -even_curvature[k]
            d2w[k, k, 1 + 2 * k:3 + 2 * k] = even_curvature[k] / 2
        return w, dw, d2w

    return Shape(tuple(pulls), weights)


def splines(pulls, knots):
    """For variants on a square grid of two pulls, the second fastest: the product of natural cubic
    splines through the knots."""
    basis = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")

    def weights(p):
        (a, da, d2a), (b, db, d2b) = ([basis(value, order) for order in range(3)] for value in p)
        grid = lambda u, v: np.outer(u, v).ravel()
        mixed = grid(da, db)
        return (grid(a, b), np.array([grid(da, b), grid(a, db)]),
                np.array([[grid(d2a, b), mixed], [mixed, grid(a, d2b)]]))

    return Shape(tuple(pulls), weights)


# ---- likelihood -----------------------------------------------------------------------------------
@dataclasses.dataclass
class Process:
    """Events [bin], or [variant, bin] with a shape, scaled by 1 + the pulls of indices `scales`."""
    scales: tuple
    standard: np.ndarray
    portal: np.ndarray = None
    shape: Shape = dataclasses.field(default_factory=Shape)

    def __post_init__(self):
        variants = 1 if not self.shape.pulls else len(self.standard)
        self.standard = np.reshape(self.standard, (variants, -1))
        self.portal = (0 * self.standard if self.portal is None
                       else np.reshape(self.portal, (variants, -1)))


class Likelihood:
    def __init__(self, statistic, processes, widths):
        self.statistic, self.processes, self.widths = statistic, processes, np.array(list(widths))
        self.portal_events = sum((p.shape.weights(np.zeros(len(p.shape.pulls)))[0] @ p.portal).sum()
                                 for p in processes)

    def __call__(self, x, theta):
        """Value, gradient and a positive Hessian by theta, derivative by x."""
        count = len(theta)
        mu, by_x = 0.0, 0.0
        jacobian, bent = 0.0, []
        for process in self.processes:
            variants = process.standard + x * process.portal
            shape = np.array(process.shape.pulls, dtype=int)
            w, dw, d2w = process.shape.weights(theta[shape])
            scaled = np.isin(np.arange(count), process.scales).astype(float)
            scale = 1 + scaled @ theta
            slopes = np.zeros((count, len(w)))
            slopes[shape] = dw
            mu = mu + scale * (w @ variants)
            by_x = by_x + scale * (w @ process.portal)
            jacobian = jacobian + (np.outer(scaled, w) + scale * slopes) @ variants
            bent.append((variants, scaled, scale, shape, slopes, d2w))
        value, by_mu, curvature = self.statistic(mu)
        if not np.isfinite(value):
            return np.inf, None, None, None
        prior = 2 / self.widths**2
        hessian = (jacobian * curvature) @ jacobian.T + np.diag(prior)
        exact = hessian.copy()
        for variants, scaled, scale, shape, slopes, d2w in bent:
            cross = np.outer(scaled, slopes @ (variants @ by_mu))
            exact += cross + cross.T
            exact[np.ix_(shape, shape)] += scale * (d2w @ (variants @ by_mu))
        if np.linalg.eigvalsh(exact)[0] > 0:
            hessian = exact
        return (value + (theta**2 / self.widths**2).sum(), jacobian @ by_mu + prior * theta, hessian,
                by_x @ by_mu)

    def profile(self, x):
        """Minimum over theta at x: value, theta, slope by x."""
        theta = np.zeros(len(self.widths))
        value, gradient, hessian, slope = self(x, theta)
        for _ in range(100):
            step = -np.linalg.solve(hessian, gradient)
            decrement = -gradient @ step
            scale = 1.0
            while True:
                trial = self(x, theta + scale * step)
                if np.isfinite(trial[0]) and trial[0] <= value + 1e-12 * max(1, abs(value)):
                    break
                scale /= 2
                if scale < 1e-10:
                    return value, theta, slope
            theta = theta + scale * step
            value, gradient, hessian, slope = trial
            if decrement < 1e-18 * max(1, abs(value)):
                break
        return value, theta, slope


def signal_and_backgrounds(statistic, standard, portal, backgrounds, widths):
    """One pull for the signal and the portal, one for each background, without shapes."""
    processes = [Process((0,), standard, portal)]
    processes += [Process((1 + k,), events) for k, events in enumerate(backgrounds)]
    return Likelihood(statistic, processes, widths)


def limits(likelihood, thresholds):
    """Minimum over x >= 0 and the x above it where the profile has risen by each threshold.
    Returns value at x = 0, minimum, best x, list of limits in x."""
    at_zero, _, slope = likelihood.profile(0.0)
    unit = 10.0 / likelihood.portal_events
    best_x, best = 0.0, at_zero
    if slope < 0:
        upper = 1e-4 * unit
        while likelihood.profile(upper)[2] < 0:
            upper *= 2
        best_x = brentq(lambda x: likelihood.profile(x)[2], 0.0, upper, xtol=1e-15 * upper,
                        rtol=1e-14)
        best = likelihood.profile(best_x)[0]
    result = []
    for threshold in thresholds:
        excess = lambda x: likelihood.profile(x)[0] - best - threshold
        upper = max(2 * best_x, 1e-4 * unit)
        while excess(upper) < 0:
            upper *= 1.5
        result.append(brentq(excess, best_x, upper, xtol=1e-15 * upper, rtol=1e-13))
    return at_zero, best, best_x, result


LIMIT_COLUMNS = "chi2_sm [-],chi2_min [-],d_best [{0}],d_limit_2.71 [{0}],d_limit_4.61 [{0}]"


def limit_cells(likelihood, unit):
    """Cells of LIMIT_COLUMNS; unit: coupling of the portal template."""
    at_zero, best, best_x, found = limits(likelihood, (2.71, 4.61))
    return (at_zero, best, *(unit * np.sqrt(x) for x in (best_x, *found)))
