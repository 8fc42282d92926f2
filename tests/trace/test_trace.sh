#!/bin/sh
# Every rule of the catalogue has a fixture, every fixture's rule is in the catalogue, and the ids that
# were promised first (first60.txt) lead to a rule, by their own name or as an alias. So do the rules
# that grammars/productions.tsv names for the productions of section 25.1.
#
#   tests/trace/test_trace.sh PROGRAM
set -eu
program=$1
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

# The id under which the catalogue has this one.
canonical() {
    "$program" explain "$1" 2>/dev/null | sed -n 1p
}

"$program" rules --format jsonl | sed -n 's/.*"rule":"\([^"]*\)".*/\1/p' | sort >"$tmp/rules"
for file in "$here"/../rules/*/*.sipt; do
    case $file in */base/*) continue ;; esac
    id=$(sed -n 's/^# \(rfc[0-9a-z.-]*\)$/\1/p;1q' "$file")
    name=$(canonical "${id:-none}")
    if [ -z "$name" ]; then
        echo "$file: no rule has the id ${id:-(none)}"
        failed=1
    fi
    echo "$name"
done | sort -u >"$tmp/fixtures"
grep -v '^rfc' "$tmp/fixtures" && failed=1
comm -23 "$tmp/rules" "$tmp/fixtures" >"$tmp/bare"
if [ -s "$tmp/bare" ]; then
    echo "rules without a fixture:"
    cat "$tmp/bare"
    failed=1
fi
while IFS= read -r id; do
    [ -n "$(canonical "$id")" ] || {
        echo "no rule for $id"
        failed=1
    }
done <"$here/first60.txt"
cut -f 3 "$here/../../grammars/productions.tsv" | grep '^rfc' | sort -u >"$tmp/productions"
while IFS= read -r id; do
    [ -n "$(canonical "$id")" ] || {
        echo "productions.tsv: no rule for $id"
        failed=1
    }
done <"$tmp/productions"
[ -s "$tmp/productions" ] || failed=1
echo "$(wc -l <"$tmp/rules") rules, $(wc -l <"$here/first60.txt") of the ids promised first"
[ -s "$tmp/rules" ] && [ "$failed" = 0 ]
