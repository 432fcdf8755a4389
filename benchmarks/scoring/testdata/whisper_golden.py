"""Makes whisper_english.json: what OpenAI's English normaliser gives for made-up lines full of what Unicode, numbers
and contractions can do to a port.

pip download --no-deps --no-binary :all: openai-whisper==20250625, unpack it, pip install more-itertools regex, then
python3 whisper_golden.py openai_whisper-20250625/whisper/normalizers
"""
import importlib.util
import json
import os
import random
import sys
import types

folder = sys.argv[1]
package = types.ModuleType("normalizers")
package.__path__ = [folder]
sys.modules["normalizers"] = package
for name in ("basic", "english"):
    spec = importlib.util.spec_from_file_location(f"normalizers.{name}", f"{folder}/{name}.py")
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

normalise = module.EnglishTextNormalizer()
rng = random.Random(1)
NUMBERS = sorted(normalise.standardize_numbers.words)
CONTRACTIONS = [pattern.replace("\\b", "") for pattern in normalise.replacers]
SPELLINGS = sorted(normalise.standardize_spellings.mapping)
OTHERS = (
    "the cat o'clock John's . , ! ? - — ’ “x” [noise] (laughs) <unk> <b> hmm mm mhm mmm uh um $5 £3.50 €1,234 ¢7 5% 50 "
    "percent 1,234 3.14 .5 5. 1.2.3 10:30 a.m. U.S.A. 1990s 21st 274th 2x x2 half café naïve Ærø straße ŒUVRE Łódź þing "
    "中文 ½ ² ٣ ٣.٥ १२ ß İstanbul Σας _under_ e\u0301 e\u0301's mr\u0301 _mr_ ÀMR 'tis can't he'd been she's got $0.05 "
    "$0.5 0 00 007 1 1s one's 100000000000000000000 12345678901234567890123 per cent %% $ $$ 5$ % . .. 1. 2,3 4,,5 +3 -4"
).split(" ") + ["and a half", "\u00a0", "\x1c", "\x85", "\ufeff"]
SIGNS = "abz 019.,$%'’-\u00a0\u2003\u0301\u093f\x85\ufeff\x1c½²٣√€¢£_()[]<>\n\tßÆ"


def line():
    if rng.random() < 0.15:
        return "".join(rng.choice(SIGNS) for _ in range(rng.randint(1, 25)))
    words = []
    for _ in range(rng.randint(1, 14)):
        kind = rng.random()
        word = rng.choice(NUMBERS if kind < 0.6 else OTHERS if kind < 0.85 else CONTRACTIONS if kind < 0.93 else SPELLINGS)
        if rng.random() < 0.15:
            word = word.capitalize()
        if rng.random() < 0.08:
            word += rng.choice([",", ".", "!", "?", "'s", "-", "%"])
        words.append(word)
    return " ".join(words)


lines = [line() for _ in range(600)]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "whisper_english.json"), "w") as file:
    pairs = [json.dumps([text, normalise(text)]) for text in lines]
    file.write("[\n" + ",\n".join(pairs) + "\n]\n")
