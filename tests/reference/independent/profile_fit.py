"""Profile likelihood in x = d^2 by damped Newton steps over the pulls, limits by root finding.

-2 ln L = 2 sum [mu - n + n ln(n/mu)] + sum (theta/sigma)^2,
mu = (1+a) (S + x D) + (1+b) B1 + (1+c) B2 + (1+e) B3.
"""

import numpy as np
from scipy.optimize import brentq


class Profiled:
    """-2 ln L with pulls of given `widths`: self(x, theta) gives its value, gradient and Hessian by
    theta, and derivative by x; `portal` is the portal's template in all bins."""

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


class Likelihood(Profiled):
    def __init__(self, counts, signal, portal, backgrounds, widths):
        self.n = counts.ravel()
        self.signal, self.portal = signal.ravel(), portal.ravel()
        self.backgrounds = np.array([b.ravel() for b in backgrounds])
        self.widths = np.array(list(widths))
        positive = np.where(self.n > 0, self.n, 1)
        self.constant = np.where(self.n > 0, self.n * np.log(positive), 0).sum() - self.n.sum()

    def __call__(self, x, theta):
        """Value, gradient and Hessian by theta, derivative by x."""
        jacobian = np.vstack([(self.signal + x * self.portal)[None], self.backgrounds])
        mu = jacobian.sum(0) + theta @ jacobian
        if (mu <= 0).any():
            return np.inf, None, None, None
        value = 2 * (mu.sum() - (self.n * np.log(mu)).sum() + self.constant)
        value += (theta**2 / self.widths**2).sum()
        residual = 1 - self.n / mu
        gradient = 2 * jacobian @ residual + 2 * theta / self.widths**2
        hessian = 2 * (jacobian * (self.n / mu**2)) @ jacobian.T + np.diag(2 / self.widths**2)
        return value, gradient, hessian, 2 * (1 + theta[0]) * (self.portal @ residual)


def limits(likelihood, thresholds):
    """Minimum over x >= 0 and the x above it where the profile has risen by each threshold.
    Returns value at x = 0, minimum, best x, list of limits in x."""
    at_zero, _, slope = likelihood.profile(0.0)
    unit = 10.0 / likelihood.portal.sum()
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
