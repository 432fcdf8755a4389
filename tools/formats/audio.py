"""Writes datasets/audio/testdata: files of opusenc, ffmpeg and flac, and what opusdec and ffmpeg decode of them."""

import tempfile
from pathlib import Path

from signals import (
    decoded_by_ffmpeg, decoded_by_opusdec, ffmpeg, flac, opusenc, run, sweep, write_json, write_wav,
)

OUT = Path(__file__).parents[2] / "datasets/audio/testdata"


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    expected = {}
    with tempfile.TemporaryDirectory() as folder:
        tmp = Path(folder)
        mono = write_wav(tmp / "mono.wav", [sweep(1.2345, 16000, 1)], 16000)
        stereo = write_wav(tmp / "stereo.wav", [sweep(0.7, 44100, 2), sweep(0.7, 44100, 3)], 44100)
        telephone = write_wav(tmp / "telephone.wav", [sweep(0.9, 8000, 4)], 8000)

        # Opus: SILK of one channel, CELT of two, and another program's pages.
        opus = {
            "opusenc.opus": (opusenc, mono, ["--bitrate", "16", "--speech"], 1),
            "opusenc_stereo.opus": (opusenc, stereo, ["--bitrate", "160", "--music"], 2),
            "ffmpeg.opus": (ffmpeg, mono, ["-c:a", "libopus", "-b:a", "24k"], 1),
        }
        for name, (encode, source, options, channels) in opus.items():
            expected[name] = decoded_by_opusdec(encode(source, OUT / name, *options), channels)

        # MP3: MPEG 2, 1 with changing bitrate, 2.5, and without the tag that tells the length.
        mp3 = {
            "ffmpeg.mp3": (mono, ["-b:a", "32k"], 1, 16000),
            "ffmpeg_vbr.mp3": (stereo, ["-q:a", "5", "-write_id3v1", "1", "-metadata", "title=sweep"], 2, 44100),
            "ffmpeg_8khz.mp3": (telephone, ["-b:a", "16k"], 1, 8000),
            "ffmpeg_no_tag.mp3": (mono, ["-b:a", "32k", "-write_xing", "0"], 1, 16000),
        }
        for name, (source, options, channels, rate) in mp3.items():
            path = ffmpeg(source, OUT / name, "-c:a", "libmp3lame", *options)
            expected[name] = decoded_by_ffmpeg(path, channels, rate)

        expected["flac.flac"] = decoded_by_ffmpeg(flac(mono, OUT / "flac.flac"), 1, 16000)
        path = ffmpeg(telephone, OUT / "ffmpeg_24bit.flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24")
        expected["ffmpeg_24bit.flac"] = decoded_by_ffmpeg(path, 1, 8000)
        # What is not read.
        ffmpeg(mono, OUT / "ffmpeg_vorbis.ogg", "-c:a", "libvorbis", "-q:a", "0")
        ffmpeg(mono, OUT / "ffmpeg_aac.m4a", "-c:a", "aac", "-b:a", "16k")
    write_json(OUT / "decoded.json", expected)
    print(run("du", "-bch", OUT).decode().splitlines()[-1])


main()
