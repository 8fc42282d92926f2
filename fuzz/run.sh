#!/bin/sh
# Fuzzes the harnesses for a short while each, from the seeds of the tree.
#
#   fuzz/run.sh [--engine libfuzzer|afl] [--seconds N] [--keep DIR] [HARNESS...]
#
# New inputs and crashes go to DIR (default .build/fuzz/ENGINE/HARNESS). Exit status 1 when a
# harness crashed, hung or leaked.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
. fuzz/common.sh

engine=libfuzzer
seconds=20
keep=
harnesses=
while [ $# -gt 0 ]; do
    case $1 in
    --engine)
        engine=${2:?}
        shift
        ;;
    --seconds)
        seconds=${2:?}
        shift
        ;;
    --keep)
        keep=${2:?}
        shift
        ;;
    -*)
        echo "usage: fuzz/run.sh [--engine libfuzzer|afl] [--seconds N] [--keep DIR] [HARNESS...]" >&2
        exit 2
        ;;
    *) harnesses="$harnesses $1" ;;
    esac
    shift
done
case $engine in
libfuzzer | afl) ;;
*)
    echo "fuzz/run.sh: no engine $engine" >&2
    exit 2
    ;;
esac

build=.build/fuzz-$engine
: "${keep:=.build/fuzz/$engine}"
cmake --preset "fuzz-$engine" </dev/null
cmake --build --preset "fuzz-$engine" </dev/null
if [ -z "$harnesses" ]; then
    harnesses=$(harnesses_of "$build")
fi
[ -n "$harnesses" ] || {
    echo "fuzz/run.sh: no harness was built" >&2
    exit 1
}

run_libfuzzer() { # harness, seed folders
    harness=$1
    shift
    mkdir -p "$keep/$harness/corpus"
    ASAN_OPTIONS=quarantine_size_mb=16 $fixed "$build/fuzz/fuzz_$harness" \
        -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=2560 \
        -entropic=0 -dict=fuzz/sip.dict -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$keep/$harness/" "$keep/$harness/corpus" "$@" </dev/null
}

run_afl() { # harness, seed folders
    harness=$1
    shift
    rm -rf "${keep:?}/$harness"
    mkdir -p "$keep/$harness/in"
    printf 'x' >"$keep/$harness/in/x"
    find "$@" -type f -size -64k -exec sh -c '
        dir=$1; shift
        for f; do cp "$f" "$dir/$(echo "$f" | tr / _)"; done' sh "$keep/$harness/in" {} +
    mutator=$(mutator_of "$harness" "$build")
    [ -z "$mutator" ] || export AFL_CUSTOM_MUTATOR_LIBRARY="$mutator"
    AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
        AFL_FAST_CAL=1 AFL_NO_STARTUP_CALIBRATION=1 AFL_QUIET=1 \
        $fixed afl-fuzz -i "$keep/$harness/in" -o "$keep/$harness/out" -x fuzz/sip.dict \
        -V "$seconds" -t 2000 -m none -- "$build/fuzz/fuzz_$harness" </dev/null
    unset AFL_CUSTOM_MUTATOR_LIBRARY
    awk -F: '/^execs_done|^execs_per_sec|^corpus_count|^saved_crashes|^saved_hangs/ {
        gsub(/ /, ""); print "  " $1 " " $2 }' "$keep/$harness/out/default/fuzzer_stats"
    [ -z "$(find "$keep/$harness/out/default/crashes" -name 'id*' -print -quit)" ]
}

failed=
for harness in $harnesses; do
    folders=$(seed_folders "$harness")
    echo "fuzz/run.sh: $harness with $engine for $seconds s"
    mkdir -p "$keep/$harness"
    if [ -z "$folders" ]; then
        folders=$keep/$harness.seeds
        mkdir -p "$folders"
        echo x >"$folders/x"
    fi
    log=$keep/$harness.log
    status=0
    "run_$engine" "$harness" $folders >"$log" 2>&1 || status=$?
    if [ "$status" != 0 ]; then
        tail -n 60 "$log"
        echo "fuzz/run.sh: $harness FAILED; see $keep/$harness" >&2
        failed="$failed $harness"
    else
        grep -aE 'stat::(number_of_executed|average_exec|new_units)|^  (execs|corpus|saved)' "$log" |
            sed 's/^stat:://; s/^ */    /'
    fi
done
[ -z "$failed" ]
