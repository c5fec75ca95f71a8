#!/usr/bin/env bash
# collect_libraries.sh BINARY DIRECTORY: copies the shared libraries BINARY loads, and the loader,
# below DIRECTORY, each at the path it is looked for. For images that hold nothing else.
set -euo pipefail
binary=$1 directory=$2

ldd "$binary" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  install -D -m 0755 "$(readlink -f "$library")" "$directory$library"
done
