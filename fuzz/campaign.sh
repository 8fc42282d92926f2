#!/bin/sh
# A campaign over the harnesses with both engines, that can be stopped and taken up again.
#
#   fuzz/campaign.sh [--seconds N] [--cores N] [--dir DIR] [--engine both|libfuzzer|afl]
#                    [--import DIR]... [--report-only] [HARNESS...]
#
# --seconds     for all of it (default 600); triage comes on top
# --cores       instances that run side by side (default: all)
# --dir         where everything is kept (default .build/campaign)
# --import      the DIR of a campaign of another host: its corpora are merged into ours
# --report-only no fuzzing: triage, table and page of what is there
#
# Each harness in turn: afl-fuzz with a main instance and secondaries that share a queue, then libFuzzer
# in fork mode; what one engine finds is a seed of the other, and merged to what adds coverage. Then
# every finding is named (signature.sh), one of each name is made small (fuzz_minimise), and a table
# and DIR/report.html are written. Ctrl-C ends the fuzzing and goes on with that; nothing is lost.
# Exit status 1 when there are findings.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 2
. fuzz/common.sh

seconds=600 cores=$(nproc) dir=.build/campaign engine=both imports= report_only= harnesses=
usage() {
    sed -n '4,5s/^# *//p' "$0" >&2
    exit 2
}
while [ $# -gt 0 ]; do
    case $1 in
    --seconds | --cores | --dir | --engine | --import)
        [ $# -gt 1 ] || usage
        case $1 in
        --seconds) seconds=$2 ;;
        --cores) cores=$2 ;;
        --dir) dir=$2 ;;
        --engine) engine=$2 ;;
        --import) imports="$imports $2" ;;
        esac
        shift
        ;;
    --report-only) report_only=yes ;;
    -*) usage ;;
    *) harnesses="$harnesses $1" ;;
    esac
    shift
done
case $engine in
both | libfuzzer | afl) ;;
*) usage ;;
esac

lib=.build/fuzz-libfuzzer afl=.build/fuzz-afl
build() { # preset
    cmake --preset "$1" >"$dir/$1.log" 2>&1 </dev/null &&
        cmake --build --preset "$1" >>"$dir/$1.log" 2>&1 </dev/null || {
        tail -n 30 "$dir/$1.log"
        exit 2
    }
}
mkdir -p "$dir"
build fuzz-libfuzzer
[ "$engine" = libfuzzer ] || build fuzz-afl
: "${harnesses:=$(harnesses_of "$lib")}"
count=$(echo $harnesses | wc -w)
[ "$count" -gt 0 ] || {
    echo "fuzz/campaign.sh: no harness was built" >&2
    exit 2
}

stop=
pids= # of instances in the background, which do not hear Ctrl-C
trap 'stop=yes; [ -z "$pids" ] || kill $pids 2>/dev/null' INT TERM
running() {
    [ -z "$stop" ] && [ -z "$report_only" ]
}

# Numbers of a run, a line each: seconds since the epoch, harness, engine, executions, executions a
# second, edges, inputs.
note() {
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$dir/progress.tsv"
}

# Processor time that this process's children use until count_ends, a line each minute in cpu.tsv.
counter=
count_begins() { # harness, engine
    touch "$dir/counting"
    while [ -e "$dir/counting" ]; do
        cat /proc/[0-9]*/stat 2>/dev/null
        echo "round $(date +%s)"
        sleep 2
    done | awk -v root=$$ -v harness="$1" -v engine="$2" -v file="$dir/cpu.tsv" -v ticks="$(getconf CLK_TCK)" \
        -f fuzz/cpu_time.awk &
    counter=$!
}
count_ends() {
    rm -f "$dir/counting"
    while kill -0 "$counter" 2>/dev/null; do
        wait "$counter"
    done
}

# Only what adds coverage stays; the old corpus goes when the new one is whole.
merge() { # harness, folders
    to=$dir/corpus/$1
    harness=$1
    shift
    rm -rf "$to.new"
    mkdir -p "$to" "$to.new"
    # Half a merge would be half a corpus: it is not to be stopped.
    (
        trap '' INT TERM
        ASAN_OPTIONS=quarantine_size_mb=16 $fixed "$lib/fuzz/fuzz_$harness" -merge=1 -max_len=65536 \
            -timeout=10 -rss_limit_mb=2560 -handle_int=0 -handle_term=0 \
            -artifact_prefix="$dir/found/$harness/" "$to.new" "$to" "$@" \
            >"$dir/merge-$harness.log" 2>&1 </dev/null
    ) || return 0
    [ -n "$(find "$to.new" -type f -print -quit)" ] || return 0
    rm -rf "$to.old"
    mv "$to" "$to.old" && mv "$to.new" "$to" && rm -rf "$to.old"
}

# One instance of afl-fuzz, in the place of this process; it goes on where it stopped.
afl_instance() { # harness, -M or -S, name, seconds
    mutator=$(mutator_of "$1" "$afl")
    [ -z "$mutator" ] || export AFL_CUSTOM_MUTATOR_LIBRARY="$mutator"
    AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
        AFL_FAST_CAL=1 AFL_NO_STARTUP_CALIBRATION=1 AFL_AUTORESUME=1 AFL_IMPORT_FIRST=1 \
        exec $fixed afl-fuzz -i "$dir/afl/$1/in" -o "$dir/afl/$1/out" "$2" "$3" -x fuzz/sip.dict \
        -V "$4" -t 2000 -m none -- "$afl/fuzz/fuzz_$1" >"$dir/afl-$1-$3.log" 2>&1 </dev/null
}

run_afl() { # harness, seconds
    rm -rf "$dir/afl/$1/in"
    mkdir -p "$dir/afl/$1/in"
    printf 'x' >"$dir/afl/$1/in/x"
    find "$dir/corpus/$1" -type f -size -64k -exec cp {} "$dir/afl/$1/in/" \;
    i=1
    pids=
    while [ "$i" -le "$cores" ]; do
        role=-S
        [ "$i" -gt 1 ] || role=-M
        afl_instance "$1" "$role" "$(hostname)$i" "$2" &
        pids="$pids $!"
        i=$((i + 1))
    done
    for pid in $pids; do
        while kill -0 "$pid" 2>/dev/null; do # a signal interrupts wait
            wait "$pid"
        done
    done
    pids=
    mkdir -p "$dir/found/$1"
    # Executions of all instances; coverage of the best.
    note "$(date +%s)" "$1" afl $(cat "$dir/afl/$1"/out/*/fuzzer_stats 2>/dev/null | awk -F' *: *' '
        /^execs_done/ { done += $2 }
        /^execs_per_sec/ { rate += $2 }
        /^edges_found/ && $2 > edges { edges = $2 }
        /^corpus_count/ && $2 > count { count = $2 }
        END { printf "%d %d %d %d", done, rate, edges, count }')
    for crash in "$dir/afl/$1"/out/*/crashes/id* "$dir/afl/$1"/out/*/hangs/id*; do
        [ ! -f "$crash" ] || cp "$crash" "$dir/found/$1/afl-$(sha1sum <"$crash" | cut -c1-16)"
    done
}

run_libfuzzer() { # harness, seconds
    log=$dir/libfuzzer-$1.log
    mkdir -p "$dir/found/$1"
    ASAN_OPTIONS=quarantine_size_mb=16 $fixed "$lib/fuzz/fuzz_$1" -fork="$cores" -ignore_crashes=1 \
        -ignore_timeouts=1 -ignore_ooms=1 -max_total_time="$2" -max_len=16384 -timeout=10 \
        -rss_limit_mb=2560 -entropic=0 -dict=fuzz/sip.dict -artifact_prefix="$dir/found/$1/" \
        "$dir/corpus/$1" >"$log" 2>&1 </dev/null
    # "#123: cov: 45 ft: 67 corp: 8 exec/s: 9 oom/timeout/crash: 0/0/0 time: 3s job: 1"
    ended=$(date +%s)
    grep -aE '^#[0-9]+: cov:' "$log" | tr -d ':' | awk -v harness="$1" -v ended="$ended" -v OFS='\t' '
        { sub(/^#/, "", $1); sub(/s$/, "", $13); line[NR] = $0; at[NR] = $13 }
        END {
            for (i = 1; i <= NR; i++) {
                split(line[i], f, " ")
                if (i == NR || i % 4 == 1)
                    print ended - at[NR] + at[i], harness, "libfuzzer", f[1], f[9], f[3], f[7]
            }
        }' >>"$dir/progress.tsv"
}

# Fuzzing ---------------------------------------------------------------------------------------

slice=$((seconds / count))
[ "$engine" != both ] || slice=$((slice / 2))
[ "$slice" -gt 0 ] || slice=1
for harness in $harnesses; do
    running || break
    echo "fuzz/campaign.sh: $harness, $slice s an engine on $cores cores"
    mkdir -p "$dir/corpus/$harness" "$dir/found/$harness"
    folders=$(seed_folders "$harness")
    for import in $imports; do
        [ ! -d "$import/corpus/$harness" ] || folders="$folders $import/corpus/$harness"
    done
    merge "$harness" $folders
    if [ "$engine" != libfuzzer ] && running; then
        count_begins "$harness" afl
        run_afl "$harness" "$slice"
        count_ends
        queues=
        for queue in "$dir/afl/$harness"/out/*/queue; do
            [ ! -d "$queue" ] || queues="$queues $queue"
        done
        merge "$harness" $queues
    fi
    if [ "$engine" != afl ] && running; then
        count_begins "$harness" libfuzzer
        run_libfuzzer "$harness" "$slice"
        count_ends
        merge "$harness"
    fi
done
trap - INT TERM

# Triage ----------------------------------------------------------------------------------------

# One finding a name: findings.tsv has the name, the harness, how many inputs gave it, the smallest.
echo "fuzz/campaign.sh: triage"
mkdir -p "$dir/reproducers"
for harness in $harnesses; do
    for found in "$dir/found/$harness"/*; do
        [ -f "$found" ] && [ ! -f "$found.name" ] || continue
        case $found in *.name) continue ;; esac
        sh fuzz/signature.sh "$lib/fuzz/fuzz_$harness" "$found" >"$found.name"
    done
    for name in "$dir/found/$harness"/*.name; do
        [ ! -s "$name" ] || printf '%s\t%s\n' "$(cat "$name")" "${name%.name}"
    done | sort >"$dir/named"
    cut -f1 "$dir/named" | uniq | while IFS= read -r name; do
        small=$dir/reproducers/$harness-$(echo "$name" | sha1sum | cut -c1-10)
        first=$(awk -F'\t' -v name="$name" '$1 == name { print $2 }' "$dir/named" | xargs ls -Sr | head -n 1)
        if [ ! -f "$small" ]; then
            timeout 300 "$lib/fuzz/mutate/fuzz_minimise" --tries 2000 "$first" "$small" \
                "sh fuzz/signature.sh $lib/fuzz/fuzz_$harness \"\$1\"" >/dev/null
            rm -f "$small.try"
        fi
        printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$harness" \
            "$(awk -F'\t' -v name="$name" '$1 == name' "$dir/named" | wc -l)" "$(wc -c <"$small")" "$small"
    done
done >"$dir/findings.tsv"
rm -f "$dir/named"

# Table and page ---------------------------------------------------------------------------------

touch "$dir/progress.tsv" "$dir/cpu.tsv"
tables="file=1 $dir/progress.tsv file=2 $dir/findings.tsv file=3 $dir/cpu.tsv"
awk -F'\t' -f fuzz/campaign_table.awk $tables
awk -F'\t' -f fuzz/campaign_page.awk $tables >"$dir/report.html.part" &&
    mv "$dir/report.html.part" "$dir/report.html"
echo "page: $dir/report.html"
[ ! -s "$dir/findings.tsv" ]
