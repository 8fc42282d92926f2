#!/bin/sh
# Each rule of the catalogue is planted by a row of plant_*.c, or not-planted.tsv says why not. Prints how
# many there are of each reason.
#
#   fuzz/model/test_planted.sh PLANTS SIPSAN
#
# Fails when a rule has neither or both, when a row or a reason names no rule, or when a reason has a word
# that is not explained in README.md here.
set -eu
plants=$1
program=$2
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

"$plants" --list >"$tmp/planted"
"$program" rules --format jsonl | sed -n 's/.*"rule":"\([^"]*\)".*/\1/p' >"$tmp/rules"
[ -s "$tmp/planted" ] && [ -s "$tmp/rules" ] || { echo "nothing to compare"; exit 1; }
sed -n 's/^| `\([a-z]*\)` | .*/\1/p' "$here/README.md" >"$tmp/words"

awk -F '\t' '
    function fail(text) { print text; failures++ }
    FILENAME ~ /rules$/ { rule[$1] = 1; rules++; next }
    FILENAME ~ /words$/ { word[$1] = 1; next }
    FILENAME ~ /planted$/ {
        if (!($1 in rule)) fail($1 ": planted, and no rule")
        rows++
        planted_rules += !($1 in planted)
        planted[$1] = 1
        next
    }
    FNR == 1 { if ($0 != "rule\tword\treason") fail("not-planted.tsv: other columns"); next }
    {
        if (NF != 3 || length($3) < 20) fail("not-planted.tsv: " $1 " has no reason")
        if (!($1 in rule)) fail("not-planted.tsv: " $1 " is no rule")
        if ($1 in reason) fail("not-planted.tsv: " $1 " stands twice")
        if ($1 in planted) fail("not-planted.tsv: " $1 " is planted")
        if (!($2 in word)) fail("not-planted.tsv: the word " $2 " is not in README.md")
        reason[$1] = 1
        count[$2]++
    }
    END {
        for (id in rule)
            if (!(id in planted) && !(id in reason)) fail(id ": neither planted nor excused")
        printf "%d rules: %d planted by %d rows", rules, planted_rules, rows
        for (w in count) printf ", %d %s", count[w], w
        print ""
        exit failures > 0
    }' "$tmp/rules" "$tmp/words" "$tmp/planted" "$here/not-planted.tsv"
