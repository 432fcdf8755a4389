#!/usr/bin/env bash
# Packs what a GPU machine without a network needs to make published reports: bash tools/publish/pack.sh FOLDER [DATA_ROOT].
# FOLDER gets this commit as a git repository without history (reports name the commit) and, with DATA_ROOT, its
# LibriSpeech; add Deno and its packages there by whatever way the machine has. There, in FOLDER: bash there.sh OUT RUN..., with the runs of run.sh.
# It unpacks to /tmp/samba once, goes on where an earlier call was cut off, and leaves one archive per run in OUT.
set -euo pipefail
folder=$(mkdir -p "${1:?usage: bash tools/publish/pack.sh FOLDER [DATA_ROOT]}" && cd "$1" && pwd)
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."
[ -z "$(git status --porcelain --untracked-files=no)" ] || echo "warning: what is not committed does not travel" >&2
clone=$(mktemp -d)
trap 'rm -rf "$clone"' EXIT
git clone --quiet --depth 1 --no-checkout "file://$PWD" "$clone/main"
tar cf "$folder/git.tar" -C "$clone/main" .git
rm -f "$folder/data.tar"
[ -z "${2:-}" ] || tar cf "$folder/data.tar" -C "$2" LibriSpeech
cat >"$folder/there.sh" <<'THERE'
#!/usr/bin/env bash
set -u
here=$(cd "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
out=${1:?usage: bash there.sh OUT RUN...}
shift
mkdir -p /tmp/samba/main /tmp/samba/shared/data
if [ ! -e /tmp/samba/main/cli.ts ]; then
  tar xf "$here/git.tar" -C /tmp/samba/main
  git config --global --add safe.directory /tmp/samba/main
  git -C /tmp/samba/main reset --quiet --hard
  [ ! -e "$here/data.tar" ] || tar xf "$here/data.tar" -C /tmp/samba/shared/data
fi
data=
[ -z "$(ls /tmp/samba/shared/data)" ] || data=../shared/data
cd /tmp/samba/main || exit 2
for run in "$@"; do
  start=$SECONDS
  DENO_RUN_FLAGS=--cached-only bash tools/publish/run.sh /tmp/samba/out "$data" "$run" >"$out/$run.log" 2>&1
  tar cJf "$out/$run.tar.xz" -C /tmp/samba/out "$run"
  echo "$run: $((SECONDS - start)) s; $(tail -n 1 "$out/$run.log")"
done
THERE
du -sh "$folder"
