#!/bin/sh
# Measures: N calls and 3N calls, the same build, the median of several rounds.
#
#   tests/bench/run.sh [CALLS [ROUNDS]]     default 30000 calls, 5 rounds
set -eu
cd "$(dirname "$0")/../.."
calls=${1:-30000} rounds=${2:-5}
build=.build/release
cmake --preset release </dev/null >/dev/null
cmake --build --preset release --target gencalls genmessages bench </dev/null
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
"$build/tests/bench/gencalls" --mix --calls "$calls" "$tmp/n.pcap"
"$build/tests/bench/gencalls" --mix --calls $((3 * calls)) "$tmp/3n.pcap"
"$build/tests/bench/genmessages" "$tmp/messages.pcap"
"$build/tests/bench/bench" --messages "$tmp/messages.pcap" --rounds "$rounds" "$tmp/n.pcap" "$tmp/3n.pcap"
