#!/bin/sh
# Compares sipsan with the ABNF of the RFC texts; README.md beside this tells how.
#
#   tests/witness/run.sh [--long] [--count N] [--seed S] [--program FILE]
#
# --long     a million comparisons a group, and every row of differences.tsv must explain something
# --count    comparisons a group (2000)
# --program  the witness, built already; otherwise it is built with the release preset
#
# The RFC texts lie in $SIPSAN_SHARED/rfc, by default ../shared/rfc beside the project. Exit status 77 when
# something is missing that the test cannot do without.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
program=
count=2000
seed=1
rows=
while [ $# -gt 0 ]; do
    case $1 in
    --long)
        count=1000000
        rows=--rows
        ;;
    --count)
        count=${2:?}
        shift
        ;;
    --seed)
        seed=${2:?}
        shift
        ;;
    --program)
        program=${2:?}
        shift
        ;;
    *)
        sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
    shift
done

skip() {
    echo "skipped: $1"
    exit 77
}

rfcs=${SIPSAN_SHARED:-$top/../shared}/rfc
[ -f "$rfcs/rfc3261.txt" ] || skip "no RFC texts in $rfcs"
command -v python3 >/dev/null || skip "no python3 (tests/install-deps.sh --witness)"
if [ -z "$program" ]; then
    cd "$top"
    cmake --preset release >/dev/null
    cmake --build --preset release --target witness >/dev/null ||
        skip "no RE2 or no C++ compiler (tests/install-deps.sh --witness)"
    program=$top/.build/release/tests/witness/witness
fi
[ -x "$program" ] || skip "built without RE2 or a C++ compiler (tests/install-deps.sh --witness)"

grammar=$(mktemp)
trap 'rm -f "$grammar"' EXIT
trap 'exit 1' HUP INT TERM
python3 "$here/witness.py" "$rfcs" >"$grammar"
"$program" --grammar "$grammar" --samples "$here/samples.tsv" --count "$count" --seed "$seed" $rows
