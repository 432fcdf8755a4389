"""Sounds to encode: made up, so that no recording's licence follows the test files."""

import array
import json
import math
import random
import struct
import subprocess
import wave
from pathlib import Path


def sweep(seconds, rate, seed):
    """A gliding tone and its overtone in bursts, with a little noise: as hard to encode as speech. 16-bit integers."""
    rng = random.Random(seed)
    samples, phase = array.array("h"), 0.0
    for i in range(round(seconds * rate)):
        t = i / rate
        hertz = 200 + 150 * math.sin(2 * math.pi * (1.3 + 0.1 * seed) * t) + 900 * t
        phase += 2 * math.pi * min(hertz, 0.4 * rate) / rate
        burst = max(0.0, math.sin(2 * math.pi * 4 * t + seed)) ** 0.5
        x = burst * (0.4 * math.sin(phase) + 0.15 * math.sin(2 * phase)) + 0.01 * rng.uniform(-1, 1)
        samples.append(round(x * 32767))
    return samples


def write_wav(path, channels, rate):
    """Writes 16-bit WAV with Python's own wave module."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array.array("h", [x for frame in zip(*channels) for x in frame]).tobytes())
    return path


def run(*arguments):
    """Runs a program, which must succeed; gives what it printed."""
    return subprocess.run([str(a) for a in arguments], check=True, stdout=subprocess.PIPE).stdout


def ffmpeg(source, path, *options):
    """Encodes with ffmpeg, the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    run("ffmpeg", "-v", "error", "-y", "-i", source, "-fflags", "+bitexact", "-flags:a", "+bitexact", *options, path)
    return path


def flac(source, path):
    """Encodes with the flac program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    run("flac", "--silent", "--force", "--no-padding", "-8", "-o", path, source)
    return path


def opusenc(source, path, *options):
    """Encodes with opusenc, the same bytes each time."""
    run("opusenc", "--quiet", "--serial", "1", *options, source, path)
    return path


def floats(raw):
    return list(struct.unpack(f"<{len(raw) // 4}f", raw))


def figures(samples, channels, rate, every=149):
    """What a decoder must give: how many samples of each channel, and the values of some of them."""
    return {
        "sampleRate": rate,
        "samples": len(samples) // channels,
        "every": every,
        "values": [[float(f"{x:.7g}") for x in samples[c::channels][::every]] for c in range(channels)],
    }


def decoded_by_opusdec(path, channels):
    raw = run("opusdec", "--quiet", "--no-dither", "--float", "--rate", "48000", path, "-")
    return figures(floats(raw), channels, 48000)


def decoded_by_ffmpeg(path, channels, rate):
    return figures(floats(run("ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-")), channels, rate)


def write_json(path, value):
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")
