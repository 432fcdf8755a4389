#!/usr/bin/env bash
# Packs speech to train on for a GPU machine without a network, next to what pack.sh packs and in a folder of its own, as all
# together is more than one transfer takes: bash tools/publish/pack_speech.sh FOLDER DATA_ROOT an4|lossy. AN4 goes as its
# unpacked folder, compressed better than in its archive (53 MB). There: bash FOLDER/unpack.sh, before there.sh.
set -euo pipefail
folder=$(mkdir -p "${1:?usage: bash tools/publish/pack_speech.sh FOLDER DATA_ROOT an4|lossy}" && cd "$1" && pwd)
root=${2:?usage: bash tools/publish/pack_speech.sh FOLDER DATA_ROOT an4|lossy}
rm -f "$folder"/speech.tar*
case ${3:?name what to pack: an4 or lossy} in
  an4)
    unpacked=$(mktemp -d)
    trap 'rm -rf "$unpacked"' EXIT
    tar xzf "$root"/an4_raw.bigendian.tar.gz -C "$unpacked"
    tar c -C "$unpacked" an4 | xz -9 -T0 >"$folder/speech.tar.xz"
    ;;
  lossy) tar cf "$folder/speech.tar" -C "$root" LibriSpeech-lossy ;;
  *)
    echo "no speech is called $3: an4 or lossy" >&2
    exit 3
    ;;
esac
cat >"$folder/unpack.sh" <<'UNPACK'
#!/usr/bin/env bash
set -eu
mkdir -p /tmp/samba/shared/data
tar xf "$(dirname -- "${BASH_SOURCE[0]}")"/speech.tar* -C /tmp/samba/shared/data
UNPACK
du -sh "$folder"
