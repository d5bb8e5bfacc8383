"""The number that `Likelihood.limit` returns."""


class Limit(float):
    """An upper limit on d [mu_B], a number that knows how it was found.

    `status` is `ok`; `none_in_range` (the likelihood allows every coupling of the configuration),
    `closed` (no N of this mass can be produced), `failed`, or `closed_from_above`: N that decay are
    removed, and couplings above `excluded_to_mu_B`, NaN otherwise, are allowed again. The number is
    NaN unless the status is `ok` or `closed_from_above`.
    """

    __slots__ = ("status", "excluded_to_mu_B")

    def __new__(cls, coupling_mu_B, status, excluded_to_mu_B=float("nan")):
        self = super().__new__(cls, coupling_mu_B)
        self.status, self.excluded_to_mu_B = status, excluded_to_mu_B
        return self

    def __reduce__(self):
        return type(self), (float(self), self.status, self.excluded_to_mu_B)
