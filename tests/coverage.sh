#!/bin/sh
# Line and branch coverage by unit tests and corpora, a row a file.
#
#   tests/coverage.sh [--corpora] [--html DIR] [--min LINES BRANCHES] [BUILD [FOLDER...]]
#
# BUILD is a build of the preset `coverage` (default .build/coverage), FOLDER a part of src that
# counts (default parse). --corpora: by what the harnesses replay alone, without unit tests. --html: pages
# that show each line. The whole from nothing: cmake --workflow --preset coverage. With --min, exit
# status 1 when a folder is below so many per cent.
set -eu
cd "$(dirname "$0")/.."
lines=0 branches=0 html= labels='unit|torture|fuzz-regress'
while [ $# -gt 0 ]; do
    case $1 in
    --corpora) labels=fuzz-regress ;;
    --html)
        html=$2
        shift
        ;;
    --min)
        lines=$2 branches=$3
        shift 2
        ;;
    *) break ;;
    esac
    shift
done
build=$(cd "${1:-.build/coverage}" && pwd)
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- parse
folders=$*
cov=$(command -v llvm-cov || command -v llvm-cov-14) || {
    echo "llvm-cov is not installed: skipped"
    exit 77
}
profdata=$(command -v llvm-profdata || command -v llvm-profdata-14)

rm -rf "$build/profiles"
mkdir -p "$build/profiles"
LLVM_PROFILE_FILE=$build/profiles/%m.profraw \
    ctest --test-dir "$build" -L "$labels" -j "$(nproc)" >"$build/coverage.log" 2>&1 </dev/null || {
    tail -n 20 "$build/coverage.log"
    exit 1
}
"$profdata" merge -sparse -o "$build/coverage.profdata" "$build"/profiles/*.profraw
set --
for program in "$build"/tests/test_* "$build"/fuzz/replay_*; do
    [ ! -f "$program" ] || [ ! -x "$program" ] || set -- "$@" -object "$program"
done
shift # the first one is no option's argument
# A compiler's cache may have made the names of sources relative to the folder of the build.
show() { # what, options and objects
    what=$1
    shift
    "$cov" "$what" -instr-profile "$build/coverage.profdata" -compilation-dir "$build" "$@" 2>/dev/null
}
low=
for folder in $folders; do
    show report "$@" "$PWD/src/$folder" |
        awk -v lines="$lines" -v branches="$branches" -v folder="$folder" '
        function row(name) {
            printf "%-28s %7s %7s %8s %9s %7s %8s\n", name, $8, $9, $10, $11, $12, $13
        }
        /^Filename/ {
            printf "%-28s %7s %7s %8s %9s %7s %8s\n", "src/" folder, "lines", "missed", "cover",
                "branches", "missed", "cover"
        }
        NF == 13 && $8 ~ /^[0-9]+$/ {
            if ($1 == "TOTAL") {
                row("all of " folder)
                low = $10 + 0 < lines || $13 + 0 < branches
                seen = 1
            } else {
                row($1)
            }
        }
        END {
            if (!seen)
                print "nothing of src/" folder " is in this build"
            if (low)
                printf "below %s %% of the lines or %s %% of the branches\n", lines, branches
            exit low || !seen
        }' || low=yes
done
if [ -n "$html" ]; then
    rm -rf "$html"
    sources=
    for folder in $folders; do
        sources="$sources $PWD/src/$folder"
    done
    show show "$@" -format=html -output-dir="$html" -show-branches=count $sources
    echo "pages: $html/index.html"
fi
[ -z "$low" ]
