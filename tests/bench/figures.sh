#!/bin/sh
# The figures that hang on other programs, on kinds of traffic, and on memory: side by side in one run,
# as ratios. What is not installed is left out, and said so.
#
#   tests/bench/figures.sh [CALLS [ROUNDS [DIALOG]]]     default 20000 calls, 3 rounds, a dialog of 1,000,000 messages
#
# Times are the least of the rounds, in which all take turns: CPU (user and system) and wall clock. On
# a machine that does other things only CPU times mean anything.
set -eu
cd "$(dirname "$0")/../.."
calls=${1:-20000} rounds=${2:-3} dialog=${3:-1000000}
build=${BUILD:-.build/release}
if [ -z "${BUILD:-}" ]; then
    cmake --preset release </dev/null >/dev/null
    cmake --build --preset release --target gencalls countpackets sipsan_program </dev/null >/dev/null
fi
[ -x /usr/bin/time ] || { echo "figures.sh: needs /usr/bin/time (Debian: time)" >&2; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
sipsan=$build/src/sipsan gen=$build/tests/bench/gencalls count=$build/tests/bench/countpackets

# turn NAME COMMAND...: one line "cpu wall kB" more in the file of that name.
turn() {
    name=$1
    shift
    /usr/bin/time -o "$tmp/time" -f '%U %S %e %M' "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || true
    tail -n 1 "$tmp/time" | awk '{ print $1 + $2, $3, $4 }' >>"$tmp/times.$name"
}

# least NAME COLUMN
least() {
    sort -n -k"$2" "$tmp/times.$1" | awk -v c="$2" 'NR == 1 { print $c }'
}

# row NAME UNITS BASE: what it took for so many things, and against the times of BASE.
row() {
    [ -s "$tmp/times.$1" ] || { printf '%-22s not installed, left out\n' "$1"; return; }
    echo "$(least "$1" 1) $(least "$1" 2) $(least "$1" 3) $(least "$3" 1) $(least "$3" 2)" |
        awk -v name="$1" -v n="$2" '{
            printf "%-22s %7.2f s CPU %7.2f s wall  x %6.2f CPU  x %6.2f wall  %9.0f a second of CPU  %7d kB\n",
                   name, $1, $2, $1 / ($4 > 0 ? $4 : 0.01), $2 / ($5 > 0 ? $5 : 0.01), n / ($1 > 0 ? $1 : 0.01), $3 }'
}

frames_of() {
    "$count" "$1" | sed 's/ .*//'
}

echo "load: $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null), $(nproc) processors"

"$gen" --mix --rate 100 --calls "$calls" "$tmp/udp.pcap" 2>/dev/null
"$gen" --mix --rate 100 --calls "$calls" --tcp "$tmp/tcp.pcap" 2>/dev/null
# 93 packets of 100 are RTP.
"$gen" --mix --rate 100 --calls $((calls / 4)) --noise rtp --noise-per-100 1329 "$tmp/rtp.pcap" 2>/dev/null

i=0
while [ "$i" -lt "$rounds" ]; do
    i=$((i + 1))
    turn count "$count" "$tmp/udp.pcap"
    turn check "$sipsan" check -q --fail-on never "$tmp/udp.pcap"
    turn check-j2 "$sipsan" check -q --fail-on never -j 2 "$tmp/udp.pcap"
    turn check-tcp "$sipsan" check -q --fail-on never "$tmp/tcp.pcap"
    turn check-rtp "$sipsan" check -q --fail-on never "$tmp/rtp.pcap"
    turn count-rtp "$count" "$tmp/rtp.pcap"
    if command -v tshark >/dev/null; then
        turn tshark tshark -n -r "$tmp/udp.pcap" -T fields -e frame.number -e sip.Method -e sip.Status-Code -e sip.Call-ID
        tail -n 1 "$tmp/out" | grep -q '@' || echo "tshark did not read the capture: $(head -n 1 "$tmp/err")"
    fi
    if command -v sngrep >/dev/null; then
        turn sngrep timeout 600 sngrep -N -q -I "$tmp/udp.pcap"
    fi
done
udp=$(frames_of "$tmp/udp.pcap") rtp=$(frames_of "$tmp/rtp.pcap")

echo
echo "The same calls, $udp packets; ratios to one thread of sipsan:"
for name in count check check-j2 tshark sngrep; do
    touch "$tmp/times.$name"
    row "$name" "$udp" check
done
echo
echo "The same calls over TCP, in segments that end anywhere, against UDP:"
row check-tcp "$udp" check
echo
echo "93 % RTP, $rtp packets, against a loop that only counts them:"
row check-rtp "$rtp" count-rtp
echo
# Peaks at 100 beginnings a second, for two lengths. A registration is kept as long as it is valid, an hour.
peaks() {
    what=$1
    shift
    for n in "$calls" $((3 * calls)); do
        "$gen" "$@" --rate 100 --calls "$n" "$tmp/long.pcap" 2>/dev/null
        turn "$what-$n" "$sipsan" check -q --fail-on never "$tmp/long.pcap"
    done
    echo "100 $what begin a second: $(least "$what-$calls" 3) kB at the peak after $((calls / 100)) s, $(least "$what-$n" 3) kB after $((n / 100)) s"
}
peaks calls
peaks "calls and registrations" --mix
rm -f "$tmp"/*.pcap

# What one more of these costs while all of them are held: finished ones are kept for 64*T1, in which copies may come.
held() {
    what=$1
    shift
    rm -f "$tmp/held"
    for n in 200000 400000; do
        "$gen" --calls 1 "$@" --noise-per-100 "$n" "$tmp/held.pcap" 2>/dev/null
        turn "held-$what-$n" "$sipsan" check --format jsonl --fail-on never "$tmp/held.pcap"
        echo "$(sed -n 's/.*"type":"summary".*"transactions":\([0-9]*\).*/\1/p' "$tmp/out") $(least "held-$what-$n" 3)" >>"$tmp/held"
    done
    awk -v what="$what" '{ n[NR] = $1; kB[NR] = $2 }
        END { printf "%s: %.0f octets for each of %d more that are held\n", what, 1024 * (kB[2] - kB[1]) / (n[2] - n[1]), n[2] - n[1] }' "$tmp/held"
}
held "a transaction" --noise transactions
held "a transaction with its dialog" --noise dialogs
rm -f "$tmp"/*.pcap

command -v valgrind >/dev/null || { echo "one dialog: needs valgrind, left out"; exit 0; }
instructions() {
    "$gen" --dialog "$1" "$tmp/dialog.pcap" 2>/dev/null
    valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$sipsan" check -q --fail-on never "$tmp/dialog.pcap" 2>&1 >/dev/null |
        sed -n 's/,//g; s/.*refs: *//p'
}
# Two minutes for a million messages.
tenth=$((dialog / 10))
echo "$(instructions 4) $(instructions "$tenth") $(instructions $((dialog - tenth))) $(instructions "$dialog")" |
    awk -v n="$tenth" -v all="$dialog" '{ first = ($2 - $1) / n; last = ($4 - $3) / n
        printf "one dialog of %d messages: %.0f instructions for each of the first %d, %.0f for each of the last: x %.3f\n",
               all, first, n, last, last / first }'
