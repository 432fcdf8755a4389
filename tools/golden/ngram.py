"""What KenLM (Heafield 2011) makes of small n-gram models: scores of sentences by its Python module (PyPI: kenlm), and the
ARPA file that its estimator writes for a small text. `ngram.py LMPLZ`: the path of its program lmplz, which is built from
the same package's sources (cmake, boost) and writes the second golden file."""

import gzip
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import kenlm

TESTDATA = pathlib.Path(__file__).resolve().parents[2] / "model/language_model/testdata"


def sentences(rng: random.Random, count: int, vocabulary: int) -> list[str]:
    """Made-up sentences: few words are frequent, and most words are likely to be followed by one of a few."""
    draw = lambda: min(int(rng.paretovariate(0.6)), vocabulary) - 1
    lines = []
    for _ in range(count):
        word = draw()
        line = []
        for _ in range(rng.randint(1, 9)):
            line.append(f"w{word}")
            word = (word * 7 + rng.choice([1, 1, 2, 3])) % vocabulary if rng.random() < 0.5 else draw()
        lines.append(" ".join(line))
    return lines


def random_arpa(rng: random.Random, order: int, words: int, text: list[str]) -> str:
    """A model of arbitrary numbers over the n-grams of a text, of which some are missing though longer ones end in them."""
    ngrams: list[set[tuple[str, ...]]] = [set() for _ in range(order)]
    for line in text:
        padded = ["<s>", *line.split(), "</s>"]
        for n in range(1, order + 1):
            for i in range(len(padded) - n + 1):
                ngrams[n - 1].add(tuple(padded[i : i + n]))
    ngrams[0] |= {(f"w{i}",) for i in range(words)}
    # A bigram that is no context of a longer one may go: KenLM wants contexts, but not what is backed off to.
    contexts = {ngram[:-1] for longer in ngrams[2:] for ngram in longer}
    removable = sorted(ngrams[1] - contexts)
    ngrams[1] -= set(removable[::5])
    lines = ["\\data\\"] + [f"ngram {n + 1}={len(found)}" for n, found in enumerate(ngrams)] + [""]
    for n, found in enumerate(ngrams):
        lines.append(f"\\{n + 1}-grams:")
        for ngram in sorted(found):
            probability = -99 if ngram == ("<s>",) else -round(rng.uniform(0.05, 3), 5)
            backoff = f"\t{-round(rng.uniform(0, 1.5), 5)}" if n + 1 < order and ngram[-1] != "</s>" else ""
            lines.append(f"{probability}\t{' '.join(ngram)}{backoff}")
        lines.append("")
    return "\n".join(lines + ["\\end\\", ""])


def score_golden() -> None:
    rng = random.Random(7)
    arpa = random_arpa(rng, 4, 30, sentences(rng, 150, 30))
    with tempfile.NamedTemporaryFile("w", suffix=".arpa") as file:
        file.write(arpa)
        file.flush()
        model = kenlm.Model(file.name)
    tests = sentences(rng, 60, 33)  # three words of which the model knows nothing
    scores = [{"text": text, "log10": [round(p, 6) for p, _, _ in model.full_scores(text)]} for text in tests]
    (TESTDATA / "kenlm.arpa.gz").write_bytes(gzip.compress(arpa.encode(), mtime=0))
    document = ",\n".join(json.dumps(score) for score in scores)
    (TESTDATA / "kenlm_scores.json").write_text(f"[\n{document}\n]\n")


def estimate_golden(lmplz: str) -> None:
    text = "\n".join(sentences(random.Random(3), 300, 200)) + "\n"
    command = [lmplz, "-o", "3", "-S", "1G"]
    arpa = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    (TESTDATA / "lmplz.txt.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    (TESTDATA / "lmplz.arpa.gz").write_bytes(gzip.compress(arpa, mtime=0))


if __name__ == "__main__":
    TESTDATA.mkdir(parents=True, exist_ok=True)
    score_golden()
    if len(sys.argv) > 1:
        estimate_golden(sys.argv[1])
