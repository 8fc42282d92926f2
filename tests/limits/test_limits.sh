#!/bin/sh
# Floods of things that are legal one by one: distinct Call-IDs, branches, tags, addresses of record,
# TCP connections, fragments, among legal calls, under a ceiling of memory. All is read to its end,
# what was given up is counted, and nobody is accused of anything.
#
#   test_limits.sh PROGRAM GENCALLS [THINGS [MEMORY [PEAK]]]   default 4000 things, 2M
#
# PEAK: kilobytes that the process may take at most, for builds without sanitizers. A million:
#
#   tests/limits/test_limits.sh .build/release/src/sipsan .build/release/tests/bench/gencalls 1000000 64M 98304
set -u
program=$1 gencalls=$2 things=${3:-4000} memory=${4:-2M} peak=${5:-}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
failures=0

fail() {
    echo "FAILED: $kind: $*"
    failures=$((failures + 1))
}

# A number of the summary.
count() {
    sed -n "s/.*\"type\":\"summary\".*\"$1\":\([0-9]*\).*/\1/p" "$tmp/out"
}

measured() {
    if [ -n "$peak" ] && [ -x /usr/bin/time ]; then
        /usr/bin/time -o "$tmp/time" -f '%M %U' "$@"
    else
        "$@"
    fi
}

for kind in transactions dialogs tags registrations connections fragments; do
    "$gencalls" --mix --calls $((things / 66 + 1)) --noise $kind --noise-per-100 1000 - 2>"$tmp/made" |
        measured "$program" check --format jsonl --max-memory "$memory" - >"$tmp/out" 2>"$tmp/err"
    status=$?
    [ $status -eq 0 ] || fail "exit status $status: $(head -n 3 "$tmp/err")"
    if grep '"type":"finding"' "$tmp/out" >"$tmp/findings"; then
        fail "$(wc -l <"$tmp/findings") findings on legal traffic: $(head -n 2 "$tmp/findings")"
    fi
    objects=$(count objects)
    [ "${objects:-0}" -gt 0 ] || fail "nothing was given up: $memory is no ceiling here"
    line="$kind: $(count frames) frames, $(count messages) messages, ${objects:-0} given up"
    if [ -s "$tmp/time" ]; then
        read -r most seconds <"$tmp/time"
        line="$line, peak $most kB, $seconds s"
        [ "$most" -le "$peak" ] || fail "$most kB were taken"
    fi
    echo "$line"
done
[ "$failures" -eq 0 ]
