#!/usr/bin/env python3
"""Discrete Laplace and Gaussian draws written straight from the algorithms of arXiv 2004.00010, for samplers.json.

Uniform integers come from a byte tape: SHA-256(seed || 8-byte counter), blocks one after another. uniform(n) reads
ceil(bits/8) bytes big endian, bits = (n-1).bit_length(), keeps the low bits, and reads again while the value is >= n.
Run: python3 test/vectors/golden/reference.py > test/vectors/golden/samplers.json
"""
import hashlib
import json
import math
from fractions import Fraction as F
from itertools import count


def tape(seed):
    for i in count():
        yield from hashlib.sha256(seed.encode() + i.to_bytes(8, "big")).digest()


class Dice:
    def __init__(self, stream):
        self.stream, self.read = stream, 0

    def uniform(self, n):
        bits = (n - 1).bit_length()
        while True:
            raw = bytes(next(self.stream) for _ in range((bits + 7) // 8))
            self.read += len(raw)
            value = int.from_bytes(raw, "big") & ((1 << bits) - 1)
            if value < n:
                return value

    def coin(self, p):
        return self.uniform(p.denominator) < p.numerator

    def coin_exp(self, gamma):
        whole = max(0, math.ceil(gamma) - 1)
        parts = [F(1)] * whole + [gamma - whole]
        return all(self.run_length(part) % 2 == 1 for part in parts)

    def run_length(self, gamma):
        return next(k for k in count(1) if not self.coin(gamma / k))

    def laplace(self, scale):
        t, s = scale.numerator, scale.denominator
        while True:
            minus = self.coin(F(1, 2))
            low = next(u for u in (self.uniform(t) for _ in count()) if self.coin_exp(F(u, t)))
            high = next(v for v in count() if not self.coin_exp(F(1)))
            y = (low + t * high) // s
            if y or not minus:
                return -y if minus else y

    def gaussian(self, variance):
        t = math.isqrt(math.floor(variance)) + 1
        while True:
            y = self.laplace(F(t))
            if self.coin_exp((abs(y) - variance / t) ** 2 / (2 * variance)):
                return y


def case(of, scale, draws):
    dice = Dice(tape(f"{of} {scale}"))
    values = [getattr(dice, of)(F(scale)) for _ in range(draws)]
    return {"of": of, "scale": scale, "seed": f"{of} {scale}", "bytes": dice.read, "draws": values}


def recorded():
    raw = bytes(b for b, _ in zip(tape("recorded"), range(8192)))
    dice = Dice(iter(raw))
    values = [dice.gaussian(F(100)) for _ in range(100)]
    return {"tape": raw[: dice.read].hex(), "of": "gaussian", "scale": "100", "draws": values}


if __name__ == "__main__":
    cases = [case("gaussian", s, 4000) for s in ("1/3", "1", "100", "400", "22500/7", "200000000000001/3")]
    cases += [case("laplace", s, 4000) for s in ("1/2", "1", "10", "40", "355/113", "2000000")]
    print(json.dumps({"recorded": recorded(), "cases": cases}, separators=(",", ":")))
