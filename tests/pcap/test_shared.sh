#!/bin/sh
# Real captures, kept beside the project and not in it: each is read to its end, as text and as jsonl,
# without a report of a sanitizer and with an exit status that says so. Skipped where they are absent.
#
#   tests/pcap/test_shared.sh PROGRAM        the captures are in $SIPSAN_SHARED/pcap
set -eu
program=$1
captures=${SIPSAN_SHARED-}/pcap
if [ ! -d "$captures" ]; then
    echo "no captures at $captures: skipped"
    exit 77
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

find "$captures" -type f ! -name '*.tsv' | sort >"$tmp/list"
read_all=0
failed=0
while IFS= read -r file; do
    for format in text jsonl; do
        status=0
        "$program" check --format "$format" "$file" >"$tmp/out" 2>"$tmp/err" || status=$?
        if [ "$status" -gt 1 ] || [ -s "$tmp/err" ]; then
            echo "$file as $format: exit status $status"
            head -n 20 "$tmp/err"
            failed=1
        fi
    done
    tail -n 1 "$tmp/out" | grep -q '"type":"summary"' || {
        echo "$file: no summary"
        failed=1
    }
    read_all=$((read_all + 1))
done <"$tmp/list"
echo "$read_all captures"
[ "$read_all" -gt 0 ] && [ "$failed" = 0 ]
