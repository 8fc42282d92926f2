#!/bin/sh
# The fastest build, .build/profiled: gcc (12 or later) learns from generated calls which way the code
# goes, then compiles again.
#
#   tests/bench/profiled.sh [TARGET...]     default: the program and the bench
set -eu
cd "$(dirname "$0")/../.."
build=.build/profiled
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

cmake --preset profiled -DSIPSAN_PROFILE=make </dev/null >/dev/null
cmake --build --preset profiled --target gencalls sipsan_program </dev/null
rm -rf "$build/profile"
# Not the seed of the bench; a mix of calls, as many of the plain kind, and broken messages.
"$build/tests/bench/gencalls" --mix --calls 3000 --rate 100 --seed 7 "$tmp/mix.pcap"
"$build/tests/bench/gencalls" --calls 3000 --rate 100 --seed 8 "$tmp/calls.pcap"
"$build/src/sipsan" check --fail-on never "$tmp/mix.pcap" "$tmp/calls.pcap" corpus/captures corpus/torture >/dev/null

cmake --preset profiled -DSIPSAN_PROFILE=use </dev/null >/dev/null
[ $# -gt 0 ] || set -- sipsan_program bench gencalls genmessages
cmake --build --preset profiled --target "$@" </dev/null
