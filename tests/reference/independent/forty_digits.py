"""Kinematics and cross sections with 40-digit arithmetic (mpmath): the numbers in tests/unit/{physics,flux,
detector}. Formulas as printed in the papers, cancellations and all. Prints what the tests quote."""

from mpmath import cos, exp, log, mp, mpf, pi, quad, sin, sqrt

mp.dps = 40
ALPHA = 1 / mpf("137.035999084")
FERMI = mpf("1.1663787e-11")
HBAR_C = mpf("197.3269804")
CM2 = HBAR_C**2 * mpf("1e-26")
ELECTRON = mpf("0.51099895")
MUON, PION = mpf("105.6583755"), mpf("139.57039")
BOHR_MAGNETON = sqrt(pi * ALPHA) / ELECTRON
S2 = mpf("0.23863")
CAESIUM = mpf("123772.5397389")  # mass of the Cs-133 nucleus that all these numbers use


def minimum_energy(T, M, m):  # LLX eq. 8
    return (m**2 + 2 * M * T) / (2 * (sqrt(T * (T + 2 * M)) - T))


def recoils(E, M, m):  # KDK eq. 18 with both signs
    root = sqrt(m**4 - 4 * m**2 * M * (E + M) + 4 * E**2 * M**2)
    return [(E**2 - m**2 / 2 + E / (2 * M) * (sign * root - m**2)) / (2 * E + M) for sign in (-1, 1)]


def helm(q, radius, s=mpf("0.9")):
    k = q / HBAR_C
    x = k * sqrt(mpf(5) / 3 * (radius**2 - 3 * s**2))
    return 3 * (sin(x) - x * cos(x)) / x**3 * exp(-(k * s)**2 / 2)


def dipole(E, T, M, m, sign=1):  # KDK eq. 17; sign = -1: LLX eq. 7 as printed
    return ALPHA * (1 / T - 1 / E - m**2 / (2 * E * M * T) * (1 + sign * (M - T) / (2 * E))
                    - m**4 * (M - T) / (8 * E**2 * M**2 * T**2))


def electron(E, T, gv, ga):  # LLX eq. 5
    return FERMI**2 * ELECTRON * CM2 / (2 * pi) * (
        (gv - ga)**2 * (1 - T / E)**2 + (gv + ga)**2 - (gv**2 - ga**2) * ELECTRON * T / E**2)


def show(*cells):
    print(*(mp.nstr(cell, 17) if isinstance(cell, mpf) else cell for cell in cells))


def main():
    show("bohr magneton [1/MeV]", BOHR_MAGNETON)
    show("Cs-133 nucleus", mpf("132.90545196") * mpf("931.49410242") - 55 * ELECTRON)
    for E, m, T in (("30", "10", "0.010"), ("30", "0.001", "0.010"), ("50", "40", "0.012"),
                    ("29.79", "25", "0.008")):
        E, m, T = mpf(E), mpf(m), mpf(T)
        form = helm(sqrt(2 * CAESIUM * T + T**2), mpf("4.804"))
        sigma = dipole(E, T, CAESIUM, m) * BOHR_MAGNETON**2 * 55**2 * form**2 * CM2
        show("dipole Cs", E, m, T, minimum_energy(T, CAESIUM, m), form, sigma)
    show("q", sqrt(2 * CAESIUM * mpf("0.010") + mpf("0.010")**2))
    for E, M, m in ((40, CAESIUM, 20), ("52.8", CAESIUM, "0.01"), (30, CAESIUM, "1e-4"),
                    (50, ELECTRON, 1), (50, ELECTRON, "0.01"), ("29.79", CAESIUM, "29.78")):
        show("recoils", E, mp.nstr(M, 8), m, *recoils(mpf(E), M, mpf(m)))
    for m, T in ((10, "0.010"), (25, "0.005")):  # the misprint, STYLE: M = 120 GeV, E = 30 MeV
        args = (mpf(30), mpf(T), mpf(120000), mpf(m))
        show("minus/plus", m, T, dipole(*args, -1) / dipole(*args))
    for E, T in (("10", "0.5"), ("40", "0.003")):
        for name, gv, ga in (("nu_e", 2 * S2 + 0.5, 0.5), ("nubar_e", 2 * S2 + 0.5, -0.5),
                             ("nu_mu", 2 * S2 - 0.5, -0.5), ("nubar_mu", 2 * S2 - 0.5, 0.5)):
            show("electron", E, T, name, electron(mpf(E), mpf(T), mpf(gv), mpf(ga)))
    E, T = mpf(30), mpf("0.010")
    leading = FERMI**2 * CAESIUM / pi * CM2 * (1 - CAESIUM * T / (2 * E**2))
    show("CEvNS leading", leading, "full", leading - FERMI**2 * CAESIUM / pi * CM2 * T / E)
    for R, x in (("4.804", "0.05"), ("4.804", "0.0999"), ("4.804", "0.1001"), ("3.7", "2.5"),
                 ("5.4", "6")):  # on both sides of the first zero and of any series at small x
        R = mpf(R)
        q = mpf(x) / sqrt(mpf(5) / 3 * (R**2 - 3 * mpf("0.81"))) * HBAR_C
        show("helm", R, x, q, helm(mpf(mp.nstr(q, 17)), R))
    end = MUON / 2
    spectra = {"nubar_mu": lambda E: 64 * E**2 / MUON**3 * (mpf(3) / 4 - E / MUON),
               "nu_e": lambda E: 192 * E**2 / MUON**3 * (mpf(1) / 2 - E / MUON)}
    for name, spectrum in spectra.items():
        for x in (mpf(0), mpf(5), mpf(30), mpf("52.8"), end * (1 - mpf("1e-6"))):
            show("moments", name, x, *(quad(lambda E: spectrum(E) * E**-k, [x, end]) for k in range(3)))
    fluence = mpf("0.0848") * mpf("3.198e23") / (4 * pi * mpf(1930)**2)
    show("CsI 2022 fluence [1/cm^2]", fluence)
    a, b, c, d = (mpf(v) for v in ("1.32045", "0.285979", "10.8646", "-0.333322"))
    show("zero of the CsI 2022 efficiency [PE]", c - log(-a / d - 1) / b)
    show("line", (PION**2 - MUON**2) / (2 * PION), "end point", end)


if __name__ == "__main__":
    main()
