"""Makes sclite.tsv and sc_stats.tsv: random word sequences as NIST's SCTK 2.4.10 (Debian package sctk) aligns and compares them.

python3 sctk_golden.py (needs /usr/lib/sctk/bin; writes beside itself)
"""
import os
import random
import re
import subprocess
import sys
import tempfile

SCTK = "/usr/lib/sctk/bin"
HERE = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(4)


def trn(path, texts):
    with open(path, "w") as file:
        for i, words in enumerate(texts):
            file.write(f"{' '.join(words)} (s-{i:05d})\n")


def sclite(folder, refs, hyps, name):
    """sclite's alignments, a letter a step, and the file that sc_stats reads."""
    trn(f"{folder}/ref.trn", refs)
    trn(f"{folder}/{name}.trn", hyps)
    subprocess.run(
        [f"{SCTK}/sclite", "-r", "ref.trn", "trn", "-h", f"{name}.trn", "trn", "-i", "rm", "-o", "sgml"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL)
    text = open(f"{folder}/{name}.trn.sgml").read()
    paths = re.findall(r'<PATH id="\(s-(\d+)\)"[^>]*>\n(.*?)\n?</PATH>', text, re.S)
    steps = {int(i): "".join(re.findall(r"(?:^|:)([CSDI]),", path)) for i, path in paths}
    return [steps[i] for i in range(len(refs))], text


def noisy(words, rate):
    out = []
    for word in words:
        kind = rng.random() / rate
        if kind < 0.25:
            continue
        out.append(rng.choice("abcdefgh") if kind < 0.75 else word)
        if 0.75 <= kind < 1:
            out.append(rng.choice("abcdefgh"))
    return out


with tempfile.TemporaryDirectory() as folder:
    refs = [[rng.choice("abcd") for _ in range(rng.randint(1, 14))] for _ in range(400)]
    hyps = [[rng.choice("abcd") for _ in range(rng.randint(1, 14))] for _ in range(400)]
    steps, _ = sclite(folder, refs, hyps, "hyp")
    with open(f"{HERE}/sclite.tsv", "w") as file:
        for ref, hyp, path in zip(refs, hyps, steps):
            file.write(f"{' '.join(ref)}\t{' '.join(hyp)}\t{path}\n")

    refs = [[rng.choice("abcdefgh") for _ in range(rng.randint(2, 25))] for _ in range(150)]
    systems = [[noisy(ref, rate) or ["a"] for ref in refs] for rate in (0.12, 0.10)]
    reports = [sclite(folder, refs, hyps, name) for hyps, name in zip(systems, "ab")]
    subprocess.run([f"{SCTK}/sc_stats", "-p", "-t", "mapsswe", "-v", "-n", "out"], cwd=folder, check=True,
                   input="".join(text for _, text in reports), text=True, stdout=subprocess.DEVNULL)
    line = re.search(r"MTCH_PR_RESULTS.*", open(f"{folder}/out.stats.mapsswe").read())[0]
    with open(f"{HERE}/sc_stats.tsv", "w") as file:
        file.write(f"# {line}\n")
        for row in zip(refs, *systems):
            file.write("\t".join(" ".join(words) for words in row) + "\n")
