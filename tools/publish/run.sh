#!/usr/bin/env bash
# Makes what stands under reports/published, on the machine that has the GPU: bash tools/publish/run.sh OUT [DATA_ROOT].
# Three runs, each a folder of OUT: scaling-batch-1 (about 5 minutes on an H200), scaling-batch-8 (10), kernels (2), and
# scaling-batch-1-dawn where Dawn runs. Deno must be on PATH; where nothing can be downloaded, with its packages cached
# (DENO_RUN_FLAGS=--cached-only). A run that is cut off keeps what it measured: give the same OUT again to go on.
set -u
out=${1:?usage: bash tools/publish/run.sh OUT [DATA_ROOT]}
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.." || exit 2
data=()
[ -z "${2:-}" ] || data=(--data-root "$2")
export DENO_WEBGPU_BACKEND=${DENO_WEBGPU_BACKEND:-vulkan}

samba() {
  # All permissions: LD_LIBRARY_PATH, which GPU machines set, may not be handed to children otherwise.
  deno run --quiet -A ${DENO_RUN_FLAGS:-} cli.ts "$@"
}

scaling() {
  folder=$out/$1
  shift
  resume=()
  [ ! -e "$folder/points.jsonl" ] || resume=(--resume)
  samba bench:scaling "$@" "${data[@]}" "${resume[@]}" --out "$folder"
}

scaling scaling-batch-1 --batch 1
# Eight recordings at once take transformer-flash 6 s a repeat at 30 minutes: fewer repeats there, and marked.
scaling scaling-batch-8 --batch 8 --budget 40
samba bench:kernels --out "$out/kernels"
scaling scaling-batch-1-dawn --batch 1 --gpu dawn --engines samba,samba-streaming,transformer-flash
for folder in "$out"/*/; do samba verify "$folder"; done
