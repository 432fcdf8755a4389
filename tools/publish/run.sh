#!/usr/bin/env bash
# Makes what stands under reports/published, on the machine that has the GPU: bash tools/publish/run.sh OUT [DATA_ROOT [RUN...]].
# Each RUN is a folder of OUT: scaling-batch-1 (about 5 minutes on an H200), scaling-batch-1-dawn (2), kernels (5),
# scaling-batch-8 (9), training-throughput (1) and training-long (6); all of these by default. Besides, train:NAME:SEED trains
# one of the shipped models (samba-an4-mamba, samba-an4-concat, samba-an4-attention, samba-an4-causal or transformer-an4; it
# needs an4 and synthetic-speech in DATA_ROOT) and evaluate:NAME:SEED evaluates it on AN4's test set; trainings.sh does both
# for many.
# Deno must be on PATH; where nothing can be downloaded, with its packages cached (DENO_RUN_FLAGS=--cached-only). A run that
# is cut off keeps what it measured: give the same OUT again to go on.
set -u
out=${1:?usage: bash tools/publish/run.sh OUT [DATA_ROOT [RUN...]]}
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.." || exit 2
data=()
[ -z "${2:-}" ] || data=(--data-root "$2")
runs=("${@:3}")
[ ${#runs[@]} -gt 0 ] || runs=(scaling-batch-1 scaling-batch-1-dawn kernels scaling-batch-8 training-throughput training-long)
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

# What makes each shipped model of the preset an4-synthetic. The transformer's blocks are smaller, so it gets more of them; it
# does best with attention to a third of a second on either side and more weight on CTC (training/EXPERIMENTS.md).
transformer="model.family=transformer model.encoder.blocks=8 model.encoder.attention=window model.encoder.window=8"
transformer+=" losses.ctcWeight=0.5 losses.intermediateCtc.blocks=[2,4,6] losses.intermediateCtc.share=0.5"
declare -A models=(
  [samba-an4-mamba]=model.decoder.crossConnection=mamba
  [samba-an4-concat]=model.decoder.crossConnection=concat
  [samba-an4-attention]=model.decoder.crossConnection=attention
  [samba-an4-causal]=model.encoder.direction=causal
  [transformer-an4]=$transformer
)

train() {
  name=${1%:*}
  folder=$out/train-$name-${1#*:}
  resume=()
  [ ! -e "$folder/last.safetensors" ] || resume=(--resume)
  settings=(--set "name=$name" --set "seed=${1#*:}")
  for setting in ${models[$name]}; do settings+=(--set "$setting"); done
  samba train an4-synthetic "${settings[@]}" "${data[@]}" "${resume[@]}" --out "$folder"
}

# Both heads of a trained model on AN4's test set, each a report of its own.
evaluate() {
  name=${1%:*}
  engine=${name%%-*}
  for decode in ctc greedy; do
    folder=$out/eval-an4-$name-${1#*:}-$decode
    resume=()
    [ ! -e "$folder/utterances.jsonl" ] || resume=(--resume)
    samba eval an4 --engine "$engine" --weights "$out/train-$name-${1#*:}/model.safetensors" --decode "$decode" \
      "${data[@]}" "${resume[@]}" --out "$folder" && samba verify "$folder" || return
  done
}

for run in "${runs[@]}"; do
  case $run in
    scaling-batch-1) scaling "$run" --batch 1 ;;
    scaling-batch-1-dawn) scaling "$run" --batch 1 --gpu dawn --engines samba,samba-streaming,transformer-flash ;;
    training-throughput) samba bench:training --only throughput --out "$out/$run" ;;
    training-long) samba bench:training --only long --repeats 5 --budget 30 --out "$out/$run" ;;
    train:*) train "${run#train:}" || exit ;;
    evaluate:*) evaluate "${run#evaluate:}" || exit ;;
    kernels) samba bench:kernels --out "$out/kernels" ;;
    # Eight recordings at once take transformer-flash 6 s a repeat at 30 minutes: fewer repeats there, and marked.
    scaling-batch-8) scaling "$run" --batch 8 --budget 40 ;;
    *)
      echo "no run is called $run" >&2
      exit 3
      ;;
  esac
done
for run in "${runs[@]}"; do
  case $run in
    train:* | evaluate:*) ;; # a training's measure is an evaluation's, which verifies itself
    *) samba verify "$out/$run" ;;
  esac
done
