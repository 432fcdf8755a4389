#!/usr/bin/env bash
# Trains shipped models, and evaluates each on AN4's test set, on all NVIDIA GPUs of this machine: bash tools/publish/trainings.sh OUT DATA_ROOT [PER_GPU [NAME:SEED...]].
# PER_GPU at a time on each (default 2: one alone leaves an H100 half idle); by default five models with three seeds each.
# What was cut off goes on when the same is called again, and what is done is left alone. Make DATA_ROOT's synthetic speech first:
# deno task datasets get synthetic-speech --grammar an4 --hours 5 --data-root DATA_ROOT
set -u
out=${1:?usage: bash tools/publish/trainings.sh OUT DATA_ROOT [PER_GPU [NAME:SEED...]]}
root=${2:?name the folder that holds an4 and synthetic-speech}
each=${3:-2}
wanted=("${@:4}")
if [ ${#wanted[@]} -eq 0 ]; then
  for seed in 1 2 3; do
    for name in samba-an4-mamba transformer-an4 samba-an4-attention samba-an4-causal samba-an4-concat; do wanted+=("$name:$seed"); done
  done
fi
here=$(cd "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$out/.claims"
rm -rf "$out"/.claims/*

work() {
  for job in "${wanted[@]}"; do
    mkdir "$out/.claims/$job" 2>/dev/null || continue
    folder=$out/train-${job%:*}-${job#*:}
    runs=("train:$job" "evaluate:$job")
    ! grep -q '"reason":"done"' "$folder/train.jsonl" 2>/dev/null || runs=("evaluate:$job")
    for _ in 1 2 3; do # a start may meet the wrong GPU: see on_gpu.sh
      bash "$here/on_gpu.sh" "$1" bash "$here/run.sh" "$out" "$root" "${runs[@]}" >>"$out/${job/:/-}.log" 2>&1
      code=$?
      [ $code -ne 0 ] || break
    done
    echo "$job: exit $code; $(tail -n 1 "$out/${job/:/-}.log")"
  done
}

gpus=$(find /dev -maxdepth 1 -name 'nvidia[0-9]*' | wc -l)
for ((n = 0; n < each; n++)); do
  for ((gpu = 0; gpu < (gpus > 0 ? gpus : 1); gpu++)); do work "$gpu" & done
done
wait
