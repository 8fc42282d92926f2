#!/bin/sh
# The captures of the tree: each is what `sipsan convert` makes of its scenario text, and gives the
# findings that were looked at and kept in NAME.expected (frame, rule, severity).
#
#   tests/pcap/test_pcap.sh PROGRAM [--update]
#
# --update writes the captures and the lists anew; read their diff before you commit it.
set -eu
program=$1
update=${2-}
here=$(cd "$(dirname "$0")/../.." && pwd)/corpus/captures
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

for text in "$here"/*.sipt; do
    name=$(basename "$text" .sipt)
    "$program" convert "$text" "$tmp/$name.pcap" >/dev/null
    status=0
    "$program" check --fail-on never --format jsonl "$tmp/$name.pcap" >"$tmp/$name.jsonl" || status=$?
    if [ "$status" != 0 ]; then
        echo "$name: check ends with $status" >&2
        failed=1
    fi
    sed -n 's/.*"type":"finding".*"frame":\([0-9]*\),.*"rule":"\([^"]*\)".*"severity":"\([a-z]*\)".*/\1 \2 \3/p' \
        "$tmp/$name.jsonl" >"$tmp/$name.expected"
    if [ "$update" = --update ]; then
        cp "$tmp/$name.pcap" "$tmp/$name.expected" "$here/"
        continue
    fi
    cmp "$tmp/$name.pcap" "$here/$name.pcap" >&2 || failed=1
    diff -u "$here/$name.expected" "$tmp/$name.expected" >&2 || failed=1
    # The text that a capture is made from, and the capture made into text, say the same.
    "$program" convert "$here/$name.pcap" "$tmp/$name.sipt" >/dev/null
    "$program" convert "$tmp/$name.sipt" "$tmp/again.pcap" >/dev/null
    "$program" check --fail-on never --format jsonl "$tmp/again.pcap" >"$tmp/again.jsonl"
    grep -o '"rule":"[^"]*"' "$tmp/$name.jsonl" >"$tmp/rules" || :
    grep -o '"rule":"[^"]*"' "$tmp/again.jsonl" | cmp - "$tmp/rules" >&2 || failed=1
done
exit "$failed"
