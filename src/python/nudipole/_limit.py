"""The number that `Likelihood.limit` returns."""


class Limit(float):
    """An upper limit on d [mu_B], a number that knows how it was found.

    `status` is `ok`; `none_in_range` (the likelihood allows every coupling of the configuration),
    `closed` (no N of this mass can be produced) or `failed`. The number is NaN unless it is `ok`.
    """

    __slots__ = ("status",)

    def __new__(cls, coupling_mu_B, status):
        self = super().__new__(cls, coupling_mu_B)
        self.status = status
        return self

    def __reduce__(self):
        return type(self), (float(self), self.status)
