#!/bin/sh
# Starts a rule: its function and row in a file of rules, and its fixture. What is left to do is said
# in the text it writes, which neither compiles nor passes before it is done.
#
#   src/rules/new-rule.sh ID FILE          such as rfc3261.9.1.cancel-to-identical rfc3261_09
#
# Level and summary come from tests/trace/requirements/ when the id stands there.
set -eu
[ $# -eq 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
cd "$(dirname "$0")/../.."
id=$1
file=src/rules/${2%.c}.c
echo "$id" | grep -qE '^rfc[0-9]+(\.[0-9A-Z]+)+\.[a-z0-9-]+$' || {
    echo "new-rule.sh: $id is not of the form rfcNNNN.SECTION.slug" >&2
    exit 2
}
slug=${id##*.}
rfc=${id%%.*}
section=${id#*.}
section=${section%.*}
folder=tests/rules/$section
[ "$rfc" = rfc3261 ] || folder=tests/rules/$rfc-$section
fixture=$folder/$slug.sipt
name=$(echo "$slug" | tr - _)
if grep -qF "\"$id\"" src/rules/*.c || [ -e "$fixture" ]; then
    echo "new-rule.sh: $id is there already" >&2
    exit 1
fi
[ -f "$file" ] || {
    echo "new-rule.sh: no $file (a new file also needs a line in catalogue.h and src/CMakeLists.txt)" >&2
    exit 1
}
row=$(awk -F '\t' -v id="$id" '$1 == id' tests/trace/requirements/"$rfc".tsv 2>/dev/null || true)
level=$(echo "$row" | cut -f 3 | tr ' ' _)
summary=$(echo "$row" | cut -f 7)

# The function goes before the table, the row to its end.
awk -v id="$id" -v name="$name" -v level="${level:-LEVEL}" -v section="$section" '
    /^static const struct sipsan_rule [a-z_]*\[\] = \{/ && !done {
        print "/* Section " section ": WHY IT IS SO, and what else is legal. */"
        print "static enum sipsan_verdict " name "(const struct sipsan_view *v, struct sipsan_why *why)"
        print "{"
        print "    return NA_PASS_OR_sipsan_fail(why, v->msg->start_line, \"WHAT WAS SEEN\");"
        print "}"
        print ""
        done = inside = 1
    }
    inside && /^};/ {
        print "    {"
        print "        .id = \"" id "\","
        print "        .level = SIPSAN_" level ","
        print "        .severity = SIPSAN_SEVERITY_OF_LEVEL,"
        print "        .on = SIPSAN_ON_EVENT,"
        print "        .summary = \"IN OUR OWN WORDS\","
        print "        .explain ="
        print "            \"WHY IT MATTERS\\n\""
        print "            \"Legal: WHAT ELSE\\n\""
        print "            \"Bad: EXAMPLE\\n\""
        print "            \"Good: EXAMPLE\","
        print "        .check = " name ","
        print "    },"
        inside = 0
    }
    { print }' "$file" >"$file.new"
mv "$file.new" "$file"

mkdir -p "$folder"
cat >"$fixture" <<EOF
# $id
== bad: WHAT IS WRONG
@ 0.000
base invite
! 1 $id "EVIDENCE"

== legal: THE NEAREST RIGHT ONE
@ 0.000
base invite
EOF

echo "$file: function $name and its row"
echo "$fixture"
[ -z "$summary" ] || echo "the table says: $summary"
[ -n "$row" ] || echo "and a row in tests/trace/requirements/$rfc.tsv, when that table is there"
