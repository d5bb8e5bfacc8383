"""Delta chi2 against the coupling at the masses of result files (figure 2 of arXiv:2108.12998)."""

import numpy as np
from matplotlib import colormaps

from . import FigureError, axes as shared, style, words
from .panels import draw_panels

TOP = 12.0  # a little above 99 % with two degrees of freedom
CURVES = 8
ABOVE = 1e6  # where the profile was not computed because it lies beyond its ceiling


def chosen_masses(result, wanted_MeV, most):
    """Indices of the masses to draw: those asked for, else at most so many, evenly among those that are done."""
    done = np.flatnonzero(result.done)
    if wanted_MeV is None:
        return done[np.unique(np.linspace(0, len(done) - 1, min(most, len(done))).round().astype(int))]
    indices = [int(np.argmin(abs(result.mass_MeV - mass))) for mass in wanted_MeV]
    for index, mass in zip(indices, wanted_MeV):
        if abs(result.mass_MeV[index] - mass) > 1e-3 * mass:
            raise FigureError(f"--masses: {result.path} has no mass of {mass:g} MeV; the nearest is "
                              f"{result.mass_MeV[index]:.4g} MeV")
    return np.array(indices)


def levels_of(specification, dof):
    """(Delta chi2, name) of the levels that the program handed over for so many degrees of freedom."""
    return sorted((value, shared.level_name(confidence)) for (confidence, n), value in specification.thresholds.items()
                  if n == dof)


def _range(coupling, delta, top):
    """The couplings between the first bend of a curve and the place where the last one leaves the frame."""
    if len(coupling) < 2:
        return coupling[0] / 3, coupling[0] * 3
    with np.errstate(invalid="ignore"):
        bent = np.flatnonzero(np.any(abs(delta - delta[:, :1]) > 0.02, axis=0))
        inside = np.flatnonzero(np.any(delta < top, axis=0))
    low = coupling[bent[0]] / 1.3 if len(bent) else coupling[0]
    high = coupling[inside[-1]] * 1.5 if len(inside) else coupling[-1]
    return max(low, coupling[0]), min(high, coupling[-1])


def _panel(axes, result, specification, first, last):
    chosen = chosen_masses(result, specification.masses_MeV, CURVES)
    coupling, handles, rows = result.coupling_mu_B, [], []
    chi2, least = result.minus_two_log_l(), result.best_fits()[0]
    for index, mass in enumerate(chosen):
        delta = chi2[mass] - least[mass]
        shade = colormaps["viridis"](index / max(len(chosen) - 1, 1) * 0.88)
        handles += axes.plot(coupling, np.where(np.isinf(delta), ABOVE, delta), color=shade,
                             linestyle=style.DASHES[index % 5], linewidth=1.4, label=words.mass(result.mass_MeV[mass]))
        rows += [[float(result.mass_MeV[mass]), float(d), float(v)] for d, v in zip(coupling, delta)]
    axes.set_xscale("log")
    axes.set_ylim(specification.ylim or (0, TOP))
    axes.set_xlim(specification.xlim or _range(coupling, (chi2 - least[:, None])[chosen], axes.get_ylim()[1]))
    axes.set_xlabel(shared.coupling_label(result.flavour, "with"))
    if first:
        axes.set_ylabel(r"$\Delta\chi^2$")
    levels = levels_of(specification, 1)
    shared.level_lines(axes, levels)
    if last:
        shared.level_ticks(axes, levels)
    return handles, rows, r"$m_N$"


def draw(specification):
    return draw_panels(specification, _panel, ["mass_MeV", "d_mu_B", "delta_chi2"])
