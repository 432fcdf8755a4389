#!/usr/bin/env bash
# Runs a command that sees one of several NVIDIA GPUs: bash tools/publish/on_gpu.sh N COMMAND... (as root). WebGPU cannot
# choose between equal adapters, so the others' device files are hidden from the command, in a mount namespace of its own;
# the driver would make them anew unless its parameters forbid it.
set -eu
gpu=${1:?usage: bash tools/publish/on_gpu.sh N COMMAND...}
shift
[ "$(find /dev -maxdepth 1 -name 'nvidia[0-9]*' | wc -l)" -gt 1 ] || exec "$@"
exec unshare --mount bash -euc '
  gpu=$1
  shift
  hidden=$(mktemp -d)
  sed "s/^ModifyDeviceFiles: .*/ModifyDeviceFiles: 0/" /proc/driver/nvidia/params >"$hidden/params"
  mount --bind "$hidden/params" /proc/driver/nvidia/params
  mkdir "$hidden/dev"
  mount -t tmpfs -o mode=755,dev tmpfs "$hidden/dev"
  for file in /dev/*; do
    case $file in
      /dev/nvidia[0-9]*) [ "$file" != "/dev/nvidia$gpu" ] || cp -a "$file" "$hidden/dev/" ;;
      /dev/shm) mkdir "$hidden/dev/shm" && mount --bind /dev/shm "$hidden/dev/shm" ;;
      *) [ -d "$file" ] || cp -a "$file" "$hidden/dev/" ;;
    esac
  done
  mount --bind "$hidden/dev" /dev
  exec "$@"' _ "$gpu" "$@"
