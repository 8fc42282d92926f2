#!/bin/sh
# From a fresh clone to a first finding: installs what is missing, builds the release program and
# judges a small capture of the tree, in which three things are wrong.
#
#   tests/first-look.sh [FILE...]     other inputs instead of the capture of the tree
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

sh "$top/tests/install-deps.sh"
cd "$top"
cmake --preset release -Wno-dev >/dev/null </dev/null
cmake --build --preset release --target sipsan_program </dev/null
cd - >/dev/null

[ $# -gt 0 ] || set -- "$top/corpus/captures/first-look.pcap"
status=0
"$top/.build/release/src/sipsan" check "$@" || status=$?
# 1 means findings, which is what a first look is for.
[ "$status" -le 1 ] || exit "$status"
