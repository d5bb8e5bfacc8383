"""Writes csi_2022_toys.csv one folder up: p values by simulated experiments. Takes two minutes."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import csi_2022 as csi
from pion_decay import ARRIVAL, COUPLED, NEUTRINOS
from table_file import writer

POINTS = ((10.0, (0.6, 1.2, 1.9, 2.3, 3.0)), (29.8, (1.5, 4.0, 5.0)))  # mass [MeV], d [1e-9 mu_B]
TOYS = 40_000
WIDTHS = np.array(list(csi.PULL_WIDTHS.values()))
TIE = 1e-7  # with few events many toys have the observed statistic


class Model:
    """Events [bin] for many nuisances at once: (1 + t_0)(standard + x portal) + sum_k (1 + t_k) background_k."""

    def __init__(self, standard, portal, backgrounds):
        self.standard, self.portal = standard.ravel(), portal.ravel()
        self.backgrounds = np.array([events.ravel() for events in backgrounds])

    def expected(self, x, theta):
        """mu [toy, bin] and its derivatives by x and the nuisances [toy, 5, bin]."""
        signal = self.standard + x[:, None] * self.portal
        mu = (1 + theta[:, :1]) * signal + (1 + theta[:, 1:]) @ self.backgrounds
        slopes = np.empty((len(x), 5, mu.shape[1]))
        slopes[:, 0] = (1 + theta[:, :1]) * self.portal
        slopes[:, 1] = signal
        slopes[:, 2:] = self.backgrounds
        return mu, slopes

    def deviance(self, x, theta, counts, centres):
        """-2 ln L [toy] with its gradient and exact Hessian by x and the nuisances; infinite where mu <= 0."""
        mu, slopes = self.expected(x, theta)
        good = (mu > 0).all(1) & (x >= 0)
        safe = np.where(mu > 0, mu, 1.0)
        logarithm = counts * np.log(np.where(counts > 0, counts, 1) / safe)
        value = 2 * (safe - counts + logarithm).sum(1) + (((theta - centres) / WIDTHS)**2).sum(1)
        by_mu = 2 * (1 - counts / safe)
        gradient = np.einsum("tkb,tb->tk", slopes, by_mu)
        gradient[:, 1:] += 2 * (theta - centres) / WIDTHS**2
        hessian = np.einsum("tkb,tb,tlb->tkl", slopes, 2 * counts / safe**2, slopes, optimize=True)
        hessian[:, range(1, 5), range(1, 5)] += 2 / WIDTHS**2
        mixed = by_mu @ self.portal
        hessian[:, 0, 1] += mixed
        hessian[:, 1, 0] += mixed
        return np.where(good, value, np.inf), gradient, hessian

    def minimum(self, x, theta, counts, centres, free_x):
        """Damped Newton from (x, theta), over x too where it is free. \\return value, x, theta, slope by x"""
        x, theta = x.copy(), theta.copy()
        value, gradient, hessian = self.deviance(x, theta, counts, centres)
        moves = np.ones((len(x), 5), bool)
        moves[:, 0] = free_x
        for _ in range(200):
            g = np.where(moves, gradient, 0.0)
            h = np.where(moves[:, :, None] & moves[:, None, :], hessian, 0.0) + np.eye(5) * ~moves[:, :, None]
            # The exact Hessian may be indefinite far away: make it positive.
            least = np.linalg.eigvalsh(h)[:, 0]
            h += np.where(least < 1e-3, 1e-3 - least, 0.0)[:, None, None] * np.eye(5)
            step = -np.linalg.solve(h, g[:, :, None])[:, :, 0]
            decrement = -(g * step).sum(1)
            if (decrement < 1e-13).all():
                break
            scale = np.where(decrement < 1e-13, 0.0, 1.0)
            for _ in range(40):
                tx, tt = x + scale * step[:, 0], theta + scale[:, None] * step[:, 1:]
                trial, tg, th = self.deviance(tx, tt, counts, centres)
                better = trial <= value + 1e-11
                if better.all():
                    break
                scale = np.where(better, scale, scale / 2)
            x, theta, value, gradient, hessian = (np.where(better, tx, x), np.where(better[:, None], tt, theta),
                                                  np.where(better, trial, value),
                                                  np.where(better[:, None], tg, gradient),
                                                  np.where(better[:, None, None], th, hessian))
        else:
            raise RuntimeError("a fit has not converged")
        return value, x, theta, gradient[:, 0]

    def statistics(self, x, counts, centres):
        """Two-sided and one-sided q [toy] at x, and the nuisances there."""
        n = len(counts)
        none = np.zeros(n)
        at_zero, _, theta_0, slope = self.minimum(none, centres, counts, centres, False)
        tested, _, theta_x, _ = self.minimum(np.full(n, x), theta_0, counts, centres, False)
        best, best_x = at_zero.copy(), none.copy()
        inside = slope < 0
        # A start inside: x = 0 would stop the first step towards negative values.
        found = self.minimum(np.full(inside.sum(), 0.1 * x), theta_0[inside], counts[inside], centres[inside], True)
        best[inside], best_x[inside] = found[:2]
        q = np.maximum(tested - best, 0.0)
        return q, np.where(best_x > x, 0.0, q), theta_x


def ensemble(model, x, theta, tested_x, random):
    """Statistics of toys made at (x, theta), tested at tested_x."""
    mu = model.expected(np.array([x]), theta[None])[0][0]
    two, one = [], []
    for _ in range(TOYS // 4000):
        counts = random.poisson(mu, (4000, len(mu))).astype(float)
        centres = theta + WIDTHS * random.standard_normal((4000, 4))
        both = model.statistics(tested_x, counts, centres)
        two.append(both[0])
        one.append(both[1])
    return np.concatenate(two), np.concatenate(one)


def main():
    write = writer("make_csi_2022_toys.py")
    response, factors, backgrounds = csi.Response(), csi.time_factors(), csi.backgrounds()
    events = lambda process, recoil, neutrinos, mass=0.0: sum(
        np.outer((csi.nucleus_bins if recoil == "nucleus" else csi.electron_bins)(response, process, nu, mass),
                 factors[ARRIVAL[nu]]) for nu in neutrinos)
    standard = events("full", "nucleus", NEUTRINOS) + events("eves", "electron", NEUTRINOS)
    random = np.random.default_rng(20221)
    rows = []
    for mass, couplings in POINTS:
        portal = sum(events("dipole", recoil, COUPLED["mu"], mass) for recoil in ("nucleus", "electron"))
        model = Model(standard, portal, backgrounds.values())
        data, centre = csi.observed().ravel()[None].astype(float), np.zeros((1, 4))
        theta_0 = model.minimum(np.zeros(1), centre, data, centre, False)[2][0]
        for coupling in couplings:
            x = coupling**2
            q, one_sided, theta = model.statistics(x, data, centre)
            two, one = ensemble(model, x, theta[0], x, random)
            _, background = ensemble(model, 0.0, theta_0, x, random)
            share = lambda values, observed: (values >= observed - TIE).mean()
            rows.append((mass, 1e-9 * coupling, q[0], one_sided[0], TOYS, share(two, q[0]),
                         np.quantile(two, 0.9), share(one, one_sided[0]), share(background, one_sided[0])))
            print(rows[-1], flush=True)
    write("csi_2022_toys.csv",
          ["COHERENT CsI 2022, flavour mu, terms full: the statistic of the data at a point, two-sided and one-sided, and the",
           "share of simulated experiments with at least as much: of the point (two-sided: Feldman and Cousins; one-sided:",
           "p_s+b of CL_s), and without signal (one-sided, 1 - p_b of CL_s); the 90 % quantile of the two-sided one.",
           "Nuisances of toys are those of the data's fit at the point, prior centres fluctuate. Random numbers of numpy:",
           "errors of p are binomial."],
          "mass [MeV],coupling [mu_B],q_two_sided [-],q_one_sided [-],toys [-],p_two_sided [-],critical_90 [-],"
          "p_signal [-],p_background [-]", rows)


if __name__ == "__main__":
    main()
