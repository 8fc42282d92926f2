#!/bin/sh
# Two capture points, Redis, and several workers that each judge the calls of their share: together
# they find what one sipsan finds in the whole capture. Skips where Redis or Python is missing.
#
#   test_broker.sh PROGRAM GENCALLS
set -u
program=$1 gencalls=$2
here=$(dirname "$0")
for tool in redis-server redis-cli python3; do
    command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
tmp=$(mktemp -d)
redis=
finish() {
    [ -z "$redis" ] || kill "$redis" 2>/dev/null
    rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
fail() {
    echo "FAILED: $*"
    exit 1
}

redis-server --port 0 --unixsocket "$tmp/redis" --dir "$tmp" --save '' --appendonly no >"$tmp/redis.log" 2>&1 &
redis=$!
tries=0
until redis-cli -s "$tmp/redis" ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail "Redis does not start: $(tail -n 3 "$tmp/redis.log")"
    sleep 0.1
done

# Legal calls, among them some in which every Max-Forwards is broken: each is a finding.
"$gencalls" --mix --calls 400 --rate 50 "$tmp/calls.pcap" 2>/dev/null
python3 - "$tmp/calls.pcap" "$tmp/whole.pcap" "$tmp/left.pcap" "$tmp/right.pcap" <<'END'
import struct, sys
data = open(sys.argv[1], 'rb').read()
outs = [open(name, 'wb') for name in sys.argv[2:]]
for out in outs:
    out.write(data[:24])
at = 24
while at < len(data):
    kept = struct.unpack('<I', data[at + 8:at + 12])[0]
    head, frame = data[at:at + 16], data[at + 16:at + 16 + kept]
    at += 16 + kept
    if frame[29] % 5 == 0: # some callers
        frame = frame.replace(b'\nMax-Forwards: 70\r', b'\nMax-Forwards: 7x\r')
    outs[0].write(head + frame)
    # What goes to the servers passes the one point, what comes back the other.
    outs[1 if frame[30:32] == b'\x0a\x02' else 2].write(head + frame)
END
"$program" check --format jsonl --all "$tmp/whole.pcap" >"$tmp/one.jsonl"
grep -q '"type":"finding"' "$tmp/one.jsonl" || fail "the capture has no findings"

for shards in 1 3; do
    redis-cli -s "$tmp/redis" flushall >/dev/null
    shard=0
    pids=
    while [ $shard -lt $shards ]; do
        python3 "$here/broker.py" worker "$tmp/redis" $shard left right |
            "$program" check --format jsonl --all - >"$tmp/out.$shard" &
        pids="$pids $!"
        shard=$((shard + 1))
    done
    for point in left right; do
        python3 "$here/broker.py" publish "$tmp/redis" $point $shards <"$tmp/$point.pcap" &
        pids="$pids $!"
    done
    for pid in $pids; do
        wait "$pid"
    done
    # Frames are counted in each share; everything else of a finding is the same.
    for file in "$tmp"/out.*; do cat "$file"; done | grep '"type":"finding"' |
        sed 's/"frame":[0-9]*,*//g; s/"file":"[^"]*",*//g' | sort >"$tmp/many"
    grep '"type":"finding"' "$tmp/one.jsonl" | sed 's/"frame":[0-9]*,*//g; s/"file":"[^"]*",*//g' | sort >"$tmp/one"
    cmp -s "$tmp/one" "$tmp/many" || { diff "$tmp/one" "$tmp/many" | head -n 6; fail "$shards workers do not find what one does"; }
    for file in "$tmp"/out.*; do
        grep -q '"messages":[1-9]' "$file" || fail "a worker got nothing"
    done
    messages=$(sed -n 's/.*"type":"summary".*"messages":\([0-9]*\).*/\1/p' "$tmp"/out.* | awk '{ n += $1 } END { print n }')
    echo "$shards workers: $messages messages, $(wc -l <"$tmp/many") findings"
    rm -f "$tmp"/out.*
done
