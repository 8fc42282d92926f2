#!/bin/sh
# check -j N: the same octets, exit status and complaints whatever the number of threads. Over all
# corpora and the reference captures that may lie beside the project, with captures cut off, files
# that are none, limits reached, files in a row as one capture, and a pipe.
#
#   test_threads.sh PROGRAM GENCALLS
set -u
program=$1 gencalls=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
failures=0 runs=0

# same ARGUMENTS...: with one thread, with two, with four.
same() {
    for n in 1 2 4; do
        "$program" check -j "$n" "$@" >"$tmp/out.$n" 2>"$tmp/err.$n" <"$input"
        echo "exit status $?" >>"$tmp/out.$n"
    done
    runs=$((runs + 1))
    for n in 2 4; do
        if ! cmp -s "$tmp/out.1" "$tmp/out.$n" || ! cmp -s "$tmp/err.1" "$tmp/err.$n"; then
            echo "FAILED: check -j $n $* differs from -j 1:"
            diff "$tmp/out.1" "$tmp/out.$n" | head -n 10
            diff "$tmp/err.1" "$tmp/err.$n" | head -n 10
            failures=$((failures + 1))
        fi
    done
}
input=/dev/null

for format in text jsonl; do
    same --format $format --all corpus/captures
    same --format $format --all corpus/session
    same --format $format corpus/torture
    same --format $format --timeline --max-memory 64M corpus/captures
done
for folder in tests/rules/13.* tests/rules/17.2.*; do
    same --format jsonl "$folder"
done

# Captures that end in the middle of a record, and what is no capture at all.
mkdir "$tmp/cut"
for capture in corpus/captures/*.pcap*; do
    size=$(wc -c <"$capture")
    head -c $((size * 2 / 3)) "$capture" >"$tmp/cut/$(basename "$capture")"
    head -c $((size - 5)) "$capture" >"$tmp/cut/5-$(basename "$capture")"
done
echo 'no capture' >"$tmp/cut/none.pcap"
same --format jsonl "$tmp/cut" "$tmp/missing.pcap"
same --all "$tmp/cut"

# Ceilings that are reached: what is given up must not depend on who is faster.
"$gencalls" --mix --calls 1500 --rate 100 "$tmp/calls.pcap" >/dev/null || exit 1
same --format jsonl "$tmp/calls.pcap"
for memory in 2200K 3M 4M 7M; do
    same --format jsonl --max-memory $memory "$tmp/calls.pcap" corpus/session
    if ! grep -q '"kind":"limit"' "$tmp/out.1" && [ $memory != 7M ]; then
        echo "FAILED: $memory is no ceiling that is reached"
        failures=$((failures + 1))
    fi
done

for capture in corpus/captures/*.pcap; do
    input=$capture
    same --format jsonl -
done
input=/dev/null

if [ -d "${SIPSAN_SHARED:-}/pcap" ]; then
    same --format jsonl --all "$SIPSAN_SHARED/pcap"
    same --timeline --max-memory 3M "$SIPSAN_SHARED/pcap"
else
    echo "without reference captures: $SIPSAN_SHARED/pcap is not there"
fi
echo "$runs comparisons, $failures differ"
[ "$failures" -eq 0 ]
