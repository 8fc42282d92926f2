#!/bin/sh
# Counts instructions and cache misses per message with valgrind: figures that do not depend on what
# else the machine does. The parser alone over the messages of genmessages, and `check` over calls.
#
#   tests/bench/instructions.sh [MESSAGES [CALLS]]     default 4000 messages, 3000 calls
set -eu
cd "$(dirname "$0")/../.."
messages=${1:-4000} calls=${2:-3000}
build=.build/release
command -v valgrind >/dev/null || { echo "instructions.sh: needs valgrind" >&2; exit 77; }
cmake --preset release </dev/null >/dev/null
cmake --build --preset release --target gencalls genmessages bench sipsan_program </dev/null >/dev/null
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# Instructions, L1 instruction misses and L1 data misses of a command.
count() {
    valgrind --tool=callgrind --cache-sim=yes --I1=32768,8,64 --D1=32768,8,64 \
        --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
        sed -n 's/,//g; s/^==[0-9]*== \(I   refs\|I1  misses\|D1  misses\): *\([0-9]*\).*/\2/p' |
        tr '\n' ' '
}

"$build/tests/bench/genmessages" --messages "$messages" "$tmp/messages.pcap"
"$build/tests/bench/gencalls" --calls "$calls" --rate 100 "$tmp/calls.pcap"
bench="$build/tests/bench/bench --parse-only --messages $tmp/messages.pcap --rounds"
$bench 1
once=$(count $bench 1)
twice=$(count $bench 3)
echo "$once $twice" | awk -v n="$messages" '{
    printf "parser: %.0f instructions, %.1f L1 instruction misses, %.1f L1 data misses a message\n",
           ($4 - $1) / n / 2, ($5 - $2) / n / 2, ($6 - $3) / n / 2 }'
all=$("$build/src/sipsan" check --format jsonl --fail-on never "$tmp/calls.pcap" |
    sed -n 's/.*"type":"summary".*"messages":\([0-9]*\).*/\1/p')
count "$build/src/sipsan" check --fail-on never "$tmp/calls.pcap" | awk -v n="$all" '{
    printf "check: %.0f instructions, %.1f L1 instruction misses, %.1f L1 data misses a message\n",
           $1 / n, $2 / n, $3 / n }'
cat "$build"/src/parse/match.c "$build"/src/tables/* | wc -lc | awk '{ printf "generated: %d lines, %d bytes\n", $1, $2 }'
