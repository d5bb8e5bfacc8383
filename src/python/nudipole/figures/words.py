"""Words of figures: flavours, names of experiments, units, in the field's spelling."""

import re

FLAVOURS = {"e": r"d_e", "mu": r"d_\mu", "tau": r"d_\tau", "universal": "d"}
NEUTRINOS = {"e": r"\nu_e", "mu": r"\nu_\mu", "tau": r"\nu_\tau", "universal": r"\nu_\alpha"}

UNITS = {"mu_B": r"$\mu_{\rm B}$", "GeV-1": r"GeV$^{-1}$", "us": r"$\mu$s", "1": "", "-": ""}


def coupling(flavour):
    """The coupling's symbol: d_mu, d_alpha where a figure holds several flavours (None), in mathematics."""
    return FLAVOURS.get(flavour, r"d_\alpha")


def lagrangian(flavour):
    """The convention that gives a coupling its meaning."""
    neutrino = NEUTRINOS.get(flavour, r"\nu_\alpha")
    return (rf"$\mathcal{{L}}=\frac{{1}}{{2}}\,{coupling(flavour)}\,\bar N\sigma_{{\mu\nu}}{neutrino}\,F^{{\mu\nu}}"
            r"+\mathrm{h.c.}$")


def with_unit(name, unit):
    text = UNITS.get(unit, unit)
    return f"{name} [{text}]" if text else name


def pretty(text):
    """A title in which d_mu, Delta chi2 and the like are set as mathematics."""
    text = re.sub(r"\bd_(e|mu|tau)\b", lambda m: f"${FLAVOURS[m[1]]}$", text)
    text = re.sub(r"\bDelta chi2\b", r"$\\Delta\\chi^2$", text)
    text = re.sub(r"\bmu_B\b", r"$\\mu_{\\rm B}$", text)
    return text.replace("8B", r"$^8$B")


def without_flavour(title):
    """`d_mu from COHERENT CsI 2022` is `COHERENT CsI 2022` where the axis names the flavour."""
    return re.sub(r"^(Allowed |Delta chi2 of a )?(universal d|d_\w+( and d_\w+)*|d)( from|,) ", "", title)


def identifier(name):
    """An identifier of ours as words."""
    known = {"coherent": "COHERENT", "csi": "CsI", "cenns10": "CENNS-10", "xenonnt": "XENONnT", "xenon1t": "XENON1T",
             "pandax4t": "PandaX-4T", "dresden": "Dresden", "ii": "II", "8b": r"$^8$B", "er": "ER", "lz": "LZ",
             "brn": "BRN", "nin": "NIN", "ssb": "SSB", "sns": "SNS", "conus": "CONUS", "3d": "3-D", "cevns": "CEvNS",
             "eves": r"$\nu e$", "s2only": "S2-only", "ac": "AC", "sm": "SM", "lar": "LAr"}
    return " ".join(known.get(word.lower(), word) for word in name.split("_"))


def mass(value_MeV):
    """A mass with its handiest unit."""
    if 0 < value_MeV < 0.0995:
        return f"{1e3 * value_MeV:.3g} keV"
    return f"{value_MeV:.3g} MeV"


def unique(labels, names):
    """Labels that differ: equal ones get the names of their files."""
    return [f"{label} ({name})" if labels.count(label) > 1 else label for label, name in zip(labels, names)]


def scientific(value):
    """2e-9 as 2 x 10^-9, in mathematics."""
    if value == 0:
        return "0"
    exponent = int(f"{value:.2e}".split("e")[1])
    factor = f"{value / 10.0**exponent:.3g}"
    return rf"$10^{{{exponent}}}$" if factor == "1" else rf"{factor}$\times 10^{{{exponent}}}$"


def process(name, experiment):
    """A background's name without that of its experiment."""
    short = [word for word in name.split("_") if word not in experiment.split("_")] or name.split("_")
    return identifier("_".join(short))


def nuisance(name):
    return identifier(name)


def rate(column):
    """The heading of a rate: `rate_per_keV_kg_day` as dR/dT [1/(keV kg day)]."""
    units = column.removeprefix("rate").removeprefix("_per_").replace("_", " ").strip()
    return rf"d$R$/d$T$ [1 / ({units})]" if units else r"d$R$/d$T$"
