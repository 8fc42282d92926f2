#!/bin/sh
# Line and branch coverage of the parser by its unit tests and the corpora, a row a file.
#
#   tests/coverage.sh [--min LINES BRANCHES] [BUILD [FOLDER]]
#
# BUILD is a build of the preset `coverage` (default .build/coverage), FOLDER the part of src that
# counts (default parse). The whole from nothing: cmake --workflow --preset coverage. With --min,
# exit status 1 when the sum is below so many per cent. Lines that no test reached:
#
#   llvm-cov show -instr-profile BUILD/coverage.profdata BUILD/fuzz/replay_message src/parse/uri.c
set -eu
cd "$(dirname "$0")/.."
lines=0 branches=0
if [ "${1-}" = --min ]; then
    lines=$2 branches=$3
    shift 3
fi
build=${1:-.build/coverage} folder=${2:-parse}
cov=$(command -v llvm-cov || command -v llvm-cov-14) || {
    echo "llvm-cov is not installed: skipped"
    exit 77
}
profdata=$(command -v llvm-profdata || command -v llvm-profdata-14)

rm -rf "$build/profiles"
mkdir -p "$build/profiles"
LLVM_PROFILE_FILE=$(cd "$build" && pwd)/profiles/%m.profraw \
    ctest --test-dir "$build" -L 'unit|torture|fuzz-regress' -j "$(nproc)" >"$build/coverage.log" 2>&1 </dev/null || {
    tail -n 20 "$build/coverage.log"
    exit 1
}
"$profdata" merge -sparse -o "$build/coverage.profdata" "$build"/profiles/*.profraw
set --
for program in "$build"/tests/test_* "$build"/fuzz/replay_*; do
    [ ! -f "$program" ] || [ ! -x "$program" ] || set -- "$@" -object "$program"
done
shift # the first one is no option's argument
"$cov" report -instr-profile "$build/coverage.profdata" "$@" "$PWD/src/$folder" 2>/dev/null |
    awk -v lines="$lines" -v branches="$branches" '
    function row(name) { printf "%-24s %7s %7s %8s %9s %7s %8s\n", name, $8, $9, $10, $11, $12, $13 }
    /^Filename/ {
        printf "%-24s %7s %7s %8s %9s %7s %8s\n", "file", "lines", "missed", "cover", "branches",
            "missed", "cover"
    }
    NF == 13 && $8 ~ /^[0-9]+$/ {
        if ($1 == "TOTAL") {
            row("all")
            low = $10 + 0 < lines || $13 + 0 < branches
        } else {
            row($1)
        }
    }
    END {
        if (low)
            printf "below %s %% of the lines or %s %% of the branches\n", lines, branches
        exit low
    }'
