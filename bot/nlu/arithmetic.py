"""Arithmetic that gives the same bits on every x86-64 processor, so that the same data give the same model everywhere.

numpy's own products and exponentials choose among kernels by what the processor has (AVX2, AVX-512), which add in
another order or round the last digit another way. That is nothing in one number; over thousands of steps of training it
grows, until "they keep my passport" is a report on one machine and a question on another. Here only operations are used
that IEEE 754 fixes to the last bit, in a fixed order: scipy's sparse products are plain loops, built for the oldest
processor that is served.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import sparse

Array = np.ndarray

#: Terms of the series: at half of log 2 the first one left out is 1e-14.
_TERMS = 11


def product(left: Array, right: Array) -> Array:
    """The matrix product, ``left @ right``."""
    return sparse.csr_array(left) @ np.ascontiguousarray(right)


def product_across(left: Array, right: Array) -> Array:
    """``left.T @ right``, without turning *left*."""
    return sparse.csr_array(left).T @ np.ascontiguousarray(right)


def exponential(values: Array) -> Array:
    """e to the *values*, float64; right to some 13 digits. Values lie below 700."""
    exact = values.astype(np.float64)
    doublings = np.rint(exact / math.log(2))
    rest = exact - doublings * math.log(2)
    total = np.ones_like(rest)
    for term in range(_TERMS, 0, -1):
        total *= rest / term
        total += 1
    return np.ldexp(total, doublings.astype(np.int32))
