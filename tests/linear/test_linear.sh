#!/bin/sh
# No construct makes a message cost more than its length: instructions per byte stay flat when the
# message grows.
#
#   tests/linear/test_linear.sh PROGRAM [--long]
#
# PROGRAM is built from linear.c, without sanitizers. Sizes are 2, 8 and 32 kB; --long: 64 and 256 kB
# and 1 MB, which takes an hour. From size to size the instructions that each further byte costs may rise by a
# quarter, no more. Exit status 77 when valgrind is not there or the program cannot run under it.
set -eu
program=$1
sizes="2000 8000 32000"
[ "${2-}" != --long ] || sizes="64000 256000 1000000"
if ! command -v valgrind >/dev/null 2>&1; then
    echo "valgrind is not installed: skipped"
    exit 77
fi
if ! "$program" --counted; then
    echo "built with sanitizers or without valgrind/callgrind.h: skipped; the release preset has it"
    exit 77
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
if ! valgrind --tool=callgrind --dump-line=no --callgrind-out-file="$tmp/out" "$program" $sizes \
    >"$tmp/log" 2>&1 </dev/null; then
    tail -n 20 "$tmp/log"
    exit 1
fi
grep -h -e '^desc: Trigger' -e '^totals' -e '^summary' "$tmp"/out* |
    awk '
    /^desc: Trigger: Client Request: / { name = $5 " " $6; size = $7; next }
    /^desc/ { name = ""; next }
    /^(totals|summary):/ && name != "" { cost[name " " size] = $2; if (!(name in seen)) {
            seen[name] = 1; names[++n] = name } }
    END {
        split(sizes, at, " ")
        if (n == 0) {
            print "no figures"
            exit 1
        }
        printf "%-28s %-6s %12s %12s\n", "construct", "way", "small", "large"
        for (i = 1; i <= n; i++) {
            split(names[i], part, " ")
            a = cost[names[i] " " at[1]]; b = cost[names[i] " " at[2]]; c = cost[names[i] " " at[3]]
            low = (b - a) / (at[2] - at[1]); high = (c - b) / (at[3] - at[2])
            bad = high > low * 1.25 + 2
            printf "%-28s %-6s %12.1f %12.1f%s\n", part[1], part[2], low, high, bad ? "  NOT FLAT" : ""
            wrong += bad
        }
        print n " ways, " wrong + 0 " not flat; instructions for each further byte"
        exit wrong > 0
    }' sizes="$sizes"
