#!/usr/bin/env bash
# Runs a command that sees one of several NVIDIA GPUs: bash tools/publish/on_gpu.sh N COMMAND... (as root). WebGPU cannot
# choose between equal adapters, and the driver undoes what hides their device files; so each file gets a user of its own,
# and the command runs as that user, who must be able to write where it writes (chmod -R a+rwX OUT "$DENO_DIR").
# The driver opens the files again whenever a process starts, which a loop mends within a tenth of a second: a command may
# meet the gap, see the wrong GPU and fail with "the adapter gives no device". Start it again.
set -eu
gpu=${1:?usage: bash tools/publish/on_gpu.sh N COMMAND...}
shift
[ "$(find /dev -maxdepth 1 -name 'nvidia[0-9]*' | wc -l)" -gt 1 ] || exec "$@"
close() {
  for file in /dev/nvidia[0-9]*; do
    chown "$((20000 + ${file#/dev/nvidia}))" "$file"
    chmod 600 "$file"
  done
}
close
(while sleep 0.1 && kill -0 $$ 2>/dev/null; do close; done) &
home=$(mktemp -d)
chmod 777 "$home"
export HOME=$home
umask 0
exec setpriv --reuid "$((20000 + gpu))" --regid "$((20000 + gpu))" --clear-groups "$@"
