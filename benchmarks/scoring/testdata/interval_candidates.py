"""Coverage of 95 % intervals for a corpus word error rate on simulated corpora with known speaker effects: the table of
README.md. python3 interval_candidates.py CORPORA (needs numpy and scipy; 4,000 corpora take two minutes)."""
import sys

import numpy as np
from scipy import stats

rng = np.random.default_rng(1)
ALPHA, RESAMPLES = 0.05, 1000


def corpus(speakers, words, unequal, mean, kind, spread):
    """Errors and words of each speaker; rates vary between speakers, and errors come in clusters within one."""
    n = np.maximum(5, np.round(words * np.exp(rng.normal(0, unequal, speakers) - unequal**2 / 2)))
    if kind == "lognormal":
        rate = mean * np.exp(rng.normal(0, spread, speakers) - spread**2 / 2)
    else:
        rate = rng.gamma(1 / spread**2, mean * spread**2, speakers)
    return rng.negative_binomial(np.maximum(n * np.minimum(rate, 0.95), 1e-9), 0.5).astype(float), n


def ratio(e, n):
    rate, k = e.sum(-1) / n.sum(-1), e.shape[-1]
    return rate, np.sqrt(k / (k - 1) * ((e - rate[..., None] * n) ** 2).sum(-1)) / n.sum(-1)


def intervals(e, n):
    k = len(e)
    rate, se = ratio(e, n)
    t = stats.t.ppf(1 - ALPHA / 2, k - 1)
    drawn = rng.integers(0, k, (RESAMPLES, k))
    rates, ses = ratio(e[drawn], n[drawn])
    out = {"percentile": np.quantile(rates, [ALPHA / 2, 1 - ALPHA / 2])}
    tail = stats.norm.cdf(-np.sqrt(k / (k - 1)) * t)
    out["expanded percentile"] = np.quantile(rates, [tail, 1 - tail])
    z0 = stats.norm.ppf(np.clip(((rates < rate).mean() + (rates <= rate).mean()) / 2, 1e-4, 1 - 1e-4))
    without = (e.sum() - e) / (n.sum() - n)
    skew = without.mean() - without
    a = (skew**3).sum() / (6 * (skew**2).sum() ** 1.5)
    z = z0 + stats.norm.ppf([ALPHA / 2, 1 - ALPHA / 2])
    out["BCa"] = np.quantile(rates, stats.norm.cdf(z0 + z / (1 - a * z)))
    out["t"] = (rate - t * se, rate + t * se)
    half = t * se / (2 * np.sqrt(rate))
    out["t, roots"] = (max(0, np.sqrt(rate) - half) ** 2, (np.sqrt(rate) + half) ** 2)
    out["t, logarithms"] = (rate * np.exp(-t * se / rate), rate * np.exp(t * se / rate))
    good = (ses > 0) & (rates > 0)
    rates, ses = rates[good], ses[good]
    low, high = np.quantile((rates - rate) / ses, [ALPHA / 2, 1 - ALPHA / 2])
    out["bootstrap-t"] = (rate - high * se, rate - low * se)
    reach = np.quantile(np.abs(np.log(rates / rate)) / (ses / rates), 1 - ALPHA)
    out["symmetric bootstrap-t, logarithms"] = (rate * np.exp(-reach * se / rate), rate * np.exp(reach * se / rate))
    reach = np.quantile(np.abs(np.sqrt(rates) - np.sqrt(rate)) / (ses / (2 * np.sqrt(rates))), 1 - ALPHA)
    half = reach * se / (2 * np.sqrt(rate))
    out["symmetric bootstrap-t, roots"] = (max(0, np.sqrt(rate) - half) ** 2, (np.sqrt(rate) + half) ** 2)
    return out


CORPORA = {
    "40": (40, 1314, 0.11, 0.03, "lognormal", 0.5),
    "33": (33, 1586, 0.19, 0.09, "gamma", 0.6),
    "20 unequal": (20, 1000, 0.6, 0.06, "lognormal", 0.5),
    "20 low": (20, 300, 0.3, 0.01, "lognormal", 0.5),
    "10": (10, 77, 0.15, 0.12, "lognormal", 0.4),
    "8": (8, 300, 0.3, 0.08, "lognormal", 0.5),
    "5": (5, 300, 0.3, 0.08, "lognormal", 0.5),
}
covered, widths = {}, {}
for name, setting in CORPORA.items():
    for _ in range(int(sys.argv[1])):
        errors, words = corpus(*setting)
        if errors.sum() == 0:
            continue
        for interval, (lower, upper) in intervals(errors, words).items():
            covered.setdefault(interval, {}).setdefault(name, []).append(lower <= setting[3] <= upper)
            widths.setdefault(interval, {}).setdefault(name, []).append(upper - lower)
print("| interval |", " | ".join(CORPORA), "|")
for interval, hits in covered.items():
    print("|", interval, "|", " | ".join(f"{100 * np.mean(hits[name]):.1f} ({np.median(widths[interval][name]) / np.median(widths['t'][name]):.2f})" for name in CORPORA), "|")
