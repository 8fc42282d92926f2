#!/bin/sh
# Compares the requirements of the RFCs, the catalogue of rules and the fixtures, and prints what is
# covered, by section. README.md here tells the tables.
#
#   tests/trace/test_trace.sh PROGRAM
#
# Fails when
# - a rule has no fixture, or a fixture no rule;
# - a requirement that a tap can see has neither a rule (by its own id or as an alias), nor a reason in
#   exceptions.tsv, nor stands in open.txt as work to be done, or has two of these;
# - an alias in a table leads nowhere;
# - a rule of an RFC that has a table stands for no requirement in it;
# - grammars/productions.tsv names a rule that is not there;
# - a text that `explain` prints is missing.
set -eu
program=$1
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

# Every id and alias, with the id of its rule.
"$program" rules --format jsonl >"$tmp/catalogue"
sed -n 's/.*"rule":"\([^"]*\)".*"aliases":"\([^"]*\)".*/\1 \2/p; t
        s/.*"rule":"\([^"]*\)".*/\1/p' "$tmp/catalogue" |
    awk '{ for (i = 1; i <= NF; i++) print $i "\t" $1 }' >"$tmp/names"
[ -s "$tmp/names" ] || { echo "no rules"; exit 1; }
cut -f 1 "$tmp/names" | sort | uniq -d >"$tmp/twice"
if [ -s "$tmp/twice" ]; then
    echo "ids of more than one rule:"
    cat "$tmp/twice"
    failed=1
fi

# Fixtures: "id file".
for file in "$here"/../rules/*/*.sipt; do
    case $file in */base/*) continue ;; esac
    id=$(sed -n 's/^# \(rfc[0-9a-z.-]*\)$/\1/p;1q' "$file")
    printf '%s\t%s\n' "${id:-none}" "${file##*/rules/}"
done >"$tmp/fixtures"

# Two spellings of a rule's id in one table of answers would hide a gap: all are made canonical here.
awk -F '\t' '
    function fail(text) { print text; failures++ }
    function section(id) { # "RFC 3261 16"
        split(id, part, ".")
        return "RFC " substr(part[1], 4) " " (part[2] ~ /^[0-9]+$/ ? sprintf("%2d", part[2]) : part[2])
    }
    FILENAME ~ /names$/ { rule[$1] = $2; next }
    FILENAME ~ /fixtures$/ {
        if (!($1 in rule)) fail($2 ": no rule has the id " $1)
        else fixture[rule[$1]] = 1
        next
    }
    FILENAME ~ /exceptions.tsv$/ {
        if ($1 == "id") next
        if ($1 in reason) fail("exceptions.tsv: " $1 " stands twice")
        if (NF != 2 || length($2) < 20) fail("exceptions.tsv: " $1 " has no reason")
        reason[$1] = $2
        next
    }
    FILENAME ~ /open.txt$/ {
        if ($1 in open) fail("open.txt: " $1 " stands twice")
        open[$1] = 1
        next
    }
    FILENAME ~ /productions.tsv$/ {
        if ($3 ~ /^rfc/ && !($3 in rule)) fail("productions.tsv: no rule for " $3)
        productions += $3 ~ /^rfc/
        next
    }
    FNR == 1 {
        if ($0 !~ /^id\tsection\tlevel\trole\tobservable\tscope\tsummary\thow_to_detect\t/)
            fail(FILENAME ": not the columns of a table of requirements")
        next
    }
    NF != 10 { fail(FILENAME ":" FNR ": " NF " columns instead of 10"); next }
    {
        if ($1 in seen) fail(FILENAME ":" FNR ": " $1 " stands twice")
        seen[$1] = $5
        table[substr($1, 1, index($1, ".") - 1)] = 1
        alias[$1] = ""
        if (match($8, /^alias of [a-z0-9.-]+/)) {
            alias[$1] = substr($8, 10, RLENGTH - 9)
            sub(/\.$/, "", alias[$1])
        }
        if ($5 != "yes" && $5 != "partial" && $5 != "no")
            fail(FILENAME ":" FNR ": observable is " $5)
        order[++rows] = $1
    }
    END {
        for (i = 1; i <= rows; i++) {
            id = order[i]
            s = section(id)
            if (!(s in total)) sections[++section_count] = s
            total[s]++
            if (id in reason && id in rule)
                fail(id ": has a rule and a reason why not")
            if (id in open && (id in rule || id in reason))
                fail("open.txt: " id " is done")
            if (alias[id] != "") {
                aliased[s]++
                if (!(id in rule) && !(alias[id] in rule) && !(alias[id] in reason) &&
                    !(id in reason) && !(alias[id] in open) && !(id in open) &&
                    seen[alias[id]] != "no")
                    fail(id ": alias of " alias[id] ", which leads nowhere")
            } else if (seen[id] == "no") {
                if (id in rule) checked_anyway[s]++
                internal[s]++
            } else {
                observable[s]++
                if (id in rule) covered[s]++
                else if (id in reason) { excused[s]++; if (seen[id] == "yes") excused_yes++ }
                else if (id in open) undone[s]++
                else fail(id ": no rule, no reason (" seen[id] ")")
            }
        }
        for (id in reason)
            if (!(id in seen)) fail("exceptions.tsv: " id " is no requirement")
        for (id in open)
            if (!(id in seen)) fail("open.txt: " id " is no requirement")
        for (id in rule) {
            names++
            if (rule[id] != id) continue
            rules++
            if (!(id in fixture)) fail(id ": no fixture")
            rfc = substr(id, 1, index(id, ".") - 1)
            if (rfc in table && !(id in seen)) fail(id ": no requirement in " rfc ".tsv")
        }
        if (productions == 0) fail("productions.tsv names no rules")
        printf "%-12s %6s %7s %7s %7s %7s %7s\n", "section", "rows", "alias", "no", "rule", "reason",
            "open"
        for (i = 1; i <= section_count; i++) {
            s = sections[i]
            printf "%-12s %6d %7d %7d %7d %7d %7d\n", s, total[s], aliased[s], internal[s], covered[s],
                excused[s], undone[s]
            all_observable += observable[s]; all_covered += covered[s]; all_excused += excused[s]
            all_undone += undone[s]
        }
        printf "%d rules (%d ids); of %d observable requirements %d have a rule, %d a reason (%d of them fully " \
            "observable), %d are open\n",
            rules, names, all_observable, all_covered, all_excused, excused_yes, all_undone
        exit failures > 0
    }' "$tmp/names" "$tmp/fixtures" "$here/exceptions.tsv" "$here/open.txt" \
    "$here/../../grammars/productions.tsv" \
    "$here"/requirements/*.tsv || failed=1

# A rule without an explanation is half a rule.
"$program" rules --format markdown >"$tmp/page" || failed=1
awk '/^### / { if (id && !explained) { print id ": no explanation"; bad = 1 } id = $2; explained = 0; next }
     /^<!-- end -->$/ || /^## / { next }
     id && NF && !/^\*\*/ { explained = 1 }
     END { exit bad }' "$tmp/page" || failed=1

[ "$failed" = 0 ]
