"""Writes kernels/log_mel/testdata/whisper_log_mel.json: log-mel spectrograms in float64 of half a second of sound.

`whisper80` and `whisper128` restate openai/whisper `log_mel_spectrogram` (its own filter file, frames [n // 160, mels]);
`natural_htk` and `natural_slaney` are log(power + 1e-6) with a 400-sample window in the middle of a 512-point transform.
"""

import importlib.util
import pathlib

import librosa
import numpy
import torch

from common import tensor, write

RATE = 16000
HOP = 160
SAMPLES = 8123  # no multiple of the hop


def sound() -> numpy.ndarray:
    """A rising chirp, a 440 Hz tone with decay, a little noise and a silent tail, as 16-bit integers."""
    t = numpy.arange(SAMPLES) / RATE
    chirp = 0.3 * numpy.sin(2 * numpy.pi * (120 * t + 6000 * t * t))
    tone = 0.4 * numpy.exp(-6 * t) * numpy.sin(2 * numpy.pi * 440 * t)
    noise = 0.02 * numpy.random.default_rng(7).standard_normal(SAMPLES)
    x = chirp + tone + noise
    x[6900:] = 0  # digital silence: the floor of the logarithm
    return numpy.clip(numpy.rint(x * 32768), -32768, 32767).astype(numpy.int64)


def power(x: torch.Tensor, n_fft: int, window: int, padding: str) -> torch.Tensor:
    """[n_fft / 2 + 1, 1 + n // HOP]: |STFT|², centred frames, periodic Hann."""
    hann = torch.hann_window(window, periodic=True, dtype=torch.float64)
    return torch.stft(x, n_fft, HOP, window, hann, center=True, pad_mode=padding, return_complex=True).abs() ** 2


def whisper_filters(mels: int) -> torch.Tensor:
    package = pathlib.Path(importlib.util.find_spec("whisper").submodule_search_locations[0])
    with numpy.load(package / "assets" / "mel_filters.npz", allow_pickle=False) as file:
        return torch.from_numpy(file[f"mel_{mels}"]).double()


def whisper(x: torch.Tensor, mels: int) -> torch.Tensor:
    spectrum = power(x, 400, 400, "reflect")[:, :-1]
    log = (whisper_filters(mels) @ spectrum).clamp(min=1e-10).log10()
    return ((torch.maximum(log, log.max() - 8.0) + 4.0) / 4.0).T


def natural(x: torch.Tensor, htk: bool) -> torch.Tensor:
    filters = librosa.filters.mel(
        sr=RATE, n_fft=512, n_mels=80, fmin=20, fmax=7600, htk=htk, norm=None if htk else "slaney", dtype=numpy.float64
    )
    return (torch.from_numpy(filters) @ power(x, 512, 400, "constant") + 1e-6).log().T


samples = sound()
signal = torch.from_numpy(samples / 32768)
write(
    "kernels/log_mel/testdata/whisper_log_mel.json",
    {
        "about": "made by tools/golden/log_mel.py; signal = samples / 32768 at 16 kHz; spectrograms are [frames, mels]",
        "samples": samples.tolist(),
        "whisper80": {
            "n_fft": 400, "window": 400, "hop": HOP, "padding": "reflect", "last_frame": "dropped", **tensor(whisper(signal, 80)),
        },
        "whisper128": {
            "n_fft": 400, "window": 400, "hop": HOP, "padding": "reflect", "last_frame": "dropped", **tensor(whisper(signal, 128)),
        },
        "natural_htk": {
            "n_fft": 512, "window": 400, "hop": HOP, "padding": "zero", "last_frame": "kept", "from_hz": 20, "to_hz": 7600,
            "norm": "none", "floor": 1e-6, **tensor(natural(signal, True)),
        },
        "natural_slaney": {
            "n_fft": 512, "window": 400, "hop": HOP, "padding": "zero", "last_frame": "kept", "from_hz": 20, "to_hz": 7600,
            "norm": "slaney", "floor": 1e-6, **tensor(natural(signal, False)),
        },
    },
)
