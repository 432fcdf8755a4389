"""Writes datasets/readers/testdata: each folder a data root that holds one form of a set, made by the programs of the field.

Texts and ids are invented, in the forms of the sets; audio is made up.
"""

import io
import json
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from signals import ffmpeg, flac, run, sweep, write_wav

OUT = Path(__file__).parents[2] / "datasets/readers/testdata"
TAR = ["tar", "--sort=name", "--mtime=2020-01-01", "--owner=0", "--group=0", "--numeric-owner"]


def wav(tmp, seed, seconds=0.25):
    return write_wav(tmp / f"{seed}.wav", [sweep(seconds, 16000, seed)], 16000)


def flac_bytes(tmp, seed):
    return flac(wav(tmp, seed), tmp / f"{seed}.flac").read_bytes()


def pack(archive, folder, *options):
    archive.parent.mkdir(parents=True, exist_ok=True)
    run(*TAR, *options, "-C", folder, "-czf", archive, ".")


def librispeech(tmp):
    """Two chapters, one line of whose transcripts has no audio. Packed with and without a leading "./"."""
    texts = {
        "61-70968": ["HE BEGAN A CONFUSED COMPLAINT", "GIVE NOT SO EARNEST A MIND", "A GOLDEN FORTUNE"],
        "121-121726": ["ALSO A POPULAR CONTRIVANCE"],
    }
    root, seed = tmp / "librispeech", 10
    for chapter, lines in texts.items():
        folder = root / "LibriSpeech/test-clean" / chapter.replace("-", "/")
        folder.mkdir(parents=True)
        for i, _ in enumerate(lines[:2]):
            (folder / f"{chapter}-{i:04}.flac").write_bytes(flac_bytes(tmp, seed := seed + 1))
        names = [f"{chapter}-{i:04} {text}\n" for i, text in enumerate(lines)]
        (folder / f"{chapter}.trans.txt").write_text("".join(names))
    (root / "LibriSpeech/README.TXT").write_text("not of the split\n")
    pack(OUT / "librispeech_tar/LibriSpeech/test-clean.tar.gz", root, "--format=gnu")
    run(*TAR, "--format=pax", "-C", root, "-cf", OUT / "librispeech_tar/pax.tar", "LibriSpeech")
    shutil.copytree(root / "LibriSpeech", OUT / "librispeech_folder/LibriSpeech", dirs_exist_ok=True)


def hostile(tmp):
    """Archives whose paths leave the folder, and one with a link."""
    folder = tmp / "hostile"
    folder.mkdir()
    (folder / "evil.txt").write_text("evil\n")
    OUT.mkdir(exist_ok=True)
    for name, path in {"parent": "an4/../../evil.txt", "absolute": "/etc/evil.txt"}.items():
        run(*TAR, "-P", f"--transform=s,evil.txt,{path},", "-C", folder, "-czf", OUT / f"hostile_{name}.tar.gz", "evil.txt")
    (folder / "link.txt").symlink_to("/etc/passwd")
    run(*TAR, "-C", folder, "-czf", OUT / "hostile_link.tar.gz", "evil.txt", "link.txt")


def an4(tmp):
    """Two test utterances and one of train, as headerless big-endian samples."""
    root = tmp / "an4"
    ids = ["an4test_clstk/fcaw/an406-fcaw-b", "an4test_clstk/mmxg/cen1-mmxg-b"]
    for seed, name in enumerate([*ids, "an4_clstk/fash/an251-fash-b"], 20):
        path = root / f"an4/wav/{name}.raw"
        ffmpeg(wav(tmp, seed, 0.1), path, "-f", "s16be", "-c:a", "pcm_s16be")
    etc = root / "an4/etc"
    etc.mkdir()
    (etc / "an4_test.fileids").write_text("".join(f"{name}\n" for name in ids))
    (etc / "an4_test.transcription").write_text("RUBOUT G M (an406-fcaw-b)\n<s> GO </s> (cen1-mmxg-b)\n")
    (OUT / "an4_tar").mkdir(parents=True)
    run(*TAR, "-C", root, "-czf", OUT / "an4_tar/an4_raw.bigendian.tar.gz", "an4")
    shutil.copytree(root, OUT / "an4_folder", dirs_exist_ok=True)


GIGASPEECH = [
    # sid, begin, end, text: the last two of the first recording are garbage or of no test set.
    ("POD1000000001_S0000000", 0.0, 1.5, "AS THEY'RE LEAVING <COMMA> CAN KASH PULL ZAHRA ASIDE <QUESTIONMARK>"),
    ("POD1000000001_S0000001", 3.2, 4.7, "SIX TOMATOES <PERIOD>"),
    ("POD1000000001_S0000002", 4.7, 5.0, "<MUSIC>"),
]


def gigaspeech(tmp):
    """The official JSON, pretty-printed with escapes and brackets in its strings, and one recording of 5 s as Opus."""
    root = OUT / "gigaspeech_json/gigaspeech"
    ffmpeg(wav(tmp, 30, 5.0), root / "audio/podcast/P0000/POD1000000001.opus", "-c:a", "libopus", "-b:a", "16k")

    def segment(sid, begin, end, text, subset="{TEST}"):
        return {"sid": sid, "speaker": "N/A", "begin_time": begin, "end_time": end, "text_tn": text, "subsets": [subset]}

    def recording(aid, path, segments, subset):
        return {"title": 'a "title" with ]}[{ and \\', "aid": aid, "path": path, "md5": "", "subsets": [subset],
                "segments": segments}

    audios = [
        recording("YOU0000000001", "audio/youtube/P0001/YOU0000000001.opus",
                  [segment("YOU0000000001_S0000001", 1, 2, "TRAIN", "{XL}")], "{XL}"),
        recording("POD1000000001", "audio/podcast/P0000/POD1000000001.opus",
                  [*(segment(*row) for row in GIGASPEECH), segment("POD1000000001_S0000003", 0, 1, "DEV", "{DEV}")],
                  "{TEST}"),
        recording("POD1000000002", "audio/podcast/P0000/POD1000000002.opus",
                  [segment("POD1000000002_S0000000", 0, 1, "NO AUDIO")], "{TEST}"),
    ]
    index = {"dataset": "GigaSpeech", "version": "v1.0.0", "subsets": ["{XL}", {"audios": [{"no": 1}]}], "audios": audios}
    (root / "GigaSpeech.json").write_text(json.dumps(index, indent=2) + "\n")


def spgispeech(tmp):
    """The official CSV with WAV files, one of them not there."""
    root = OUT / "spgispeech_csv/spgispeech"
    lines = ["wav_filename|wav_filesize|transcript"]
    texts = ["This, of course, isn't new.", '"We said ""no"" to it."', "Not there."]
    for i, text in enumerate(texts):
        name = f"f6b7{i}/{i + 1}.wav"
        path = wav(tmp, 40 + i)
        lines.append(f"{name}|{path.stat().st_size}|{text}")
        if i < 2:
            (root / "val" / name).parent.mkdir(parents=True)
            shutil.copy(path, root / "val" / name)
    (root / "val.csv").write_text("\n".join(lines) + "\n")


AUDIO = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def parquet(path, columns, audio, **options):
    """Writes a table as Hugging Face's datasets does, in row groups of two."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [{"bytes": data, "path": f"{i}.flac"} for i, data in enumerate(audio)]
    table = pa.table({**columns, "audio": pa.array(cells, AUDIO)})
    pq.write_table(table, path, row_group_size=2, **options)


def hubs(tmp):
    """Parquet of each repository, in each of parquet's compressions."""
    audio = [flac_bytes(tmp, seed) for seed in range(50, 53)]
    ids, begins, ends, texts = (list(column) for column in zip(*GIGASPEECH))
    folder = OUT / "gigaspeech_parquet/gigaspeech"
    rows = {"segment_id": ids, "speaker": ["N/A", "N/A", "N/A"], "text": texts, "begin_time": begins, "end_time": ends}
    for shard, compression in enumerate(["snappy", "zstd"]):
        # The second shard begins where the first ends.
        part = slice(0, 2) if shard == 0 else slice(2, 3)
        for config in ["s", "xs"]:
            parquet(folder / config / f"test-0000{shard}-of-00002.parquet",
                    {name: column[part] for name, column in rows.items()}, audio[part], compression=compression)

    parquet(OUT / "spgispeech_parquet/spgispeech/test/0000.parquet",
            {"wav_filename": ["f6b70/1.wav", "f6b71/2.wav"], "wav_filesize": [1, 2],
             "transcript": ["This, of course, isn't new.", 'We said "no" to it.']}, audio[:2], compression="gzip")
    for name, ids, compression in [
        ("gigaspeech/test-00000-of-00001", GIGASPEECH[0][0], "brotli"),
        ("spgispeech/test-00000-of-00001", "f6b70/1.wav", "lz4"),
        ("librispeech/test.clean-00000-of-00001", "61-70968-0000", "none"),
    ]:
        dataset = name.split("/")[0]
        parquet(OUT / f"leaderboard/open-asr-leaderboard/{name}.parquet",
                {"dataset": [dataset], "text": ["some words"], "id": [ids], "audio_length_s": [0.25]}, audio[:1],
                compression=compression)
    # Other columns; and audio that is only named.
    parquet(OUT / "other_columns/gigaspeech/test.parquet", {"sentence": ["x"], "text": ["x"]}, audio[:1])
    parquet(OUT / "no_bytes/gigaspeech/test.parquet", {"segment_id": ["x"], "text": ["x"]}, [None])


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    for make in [librispeech, hostile, an4, gigaspeech, spgispeech, hubs]:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder))
    print(run("du", "-bch", OUT).decode().splitlines()[-1])


main()
