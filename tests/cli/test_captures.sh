#!/bin/sh
# Captures of every kind that is read, and captures that end at any octet.
#
#   tests/cli/test_captures.sh .build/dev/src/sipsan
#
# The seeds of fuzz_pcap, each named for what it is, hold messages whose number is known. Of each of a
# few, whole and packed, all beginnings are read: what came before the end counts, and one problem
# says where reading stopped.
set -u
sipsan=$1
case $sipsan in /*) ;; *) sipsan=$PWD/$sipsan ;; esac
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
LC_ALL=C
export LC_ALL
failures=0 checks=0

fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
}

# What is carried in what ------------------------------------------------------------------------
messages() { # number of messages, seed...
    wanted=$1
    shift
    for seed; do
        checks=$((checks + 1))
        "$sipsan" check --format jsonl "$top/corpus/fuzz/pcap/$seed" >out 2>err </dev/null
        [ ! -s err ] || fail "$seed: $(head -n 1 err)"
        got=$(sed -n 's/.*"type":"summary".*"messages":\([0-9]*\),.*/\1/p' out)
        [ "$got" = "$wanted" ] || fail "$seed: $got messages instead of $wanted"
    done
}
messages 2 vlan vlan-qinq vlan-three snap mpls mpls-ipv6 mpls-pseudowire pppoe pppoe-ipv6 \
    gre gre-full gre-ethernet gre-ppp gre-ipv6 erspan-1 erspan-2 erspan-3 \
    ip-in-ip ip6-in-ip4 ip4-in-ip6 ip6-in-ip6 vxlan vxlan-ipv6 gtp-u gtp-u-extended tunnels-nested \
    sll sll-vlan sll2 sll2-mpls null-little null-big-ipv6 null-freebsd-ipv6 loop loop-ipv6 \
    raw raw-ipv6 raw-12 raw-14 ipv4 ipv6 ppp ppp-short ppp-hdlc pppoe-link cisco-hdlc \
    wifi wifi-qos wifi-qos-ht wifi-wds radiotap prism prism-avs avs \
    fragments fragments-ipv6 ip-options tcp-ipv6 hep-tcp big-endian-nanoseconds modified-pcap \
    pcapng-secrets pcapng-simple
messages 1 sctp-long pcapng-length pcapng-two-lengths pcapng-no-order pcapng-no-such-interface \
    pcapng-unknown-link
messages 3 pcapng-sections sctp-fragments sctp-cut websocket
messages 4 tcp-port-again pcapng-interfaces pcapng-clocks
messages 5 sctp-whole
messages 6 hep-udp
messages 7 exported-kinds

# Every end --------------------------------------------------------------------------------------
# The beginnings of 1, 1 + STEP, ... octets, in one run: they are files of their own.
cut_everywhere() { # file, step, packets
    name=$(basename "$1") size=$(wc -c <"$1")
    rm -rf cut
    mkdir cut
    i=1
    while [ "$i" -lt "$size" ]; do
        head -c "$i" "$1" >"cut/$(printf %06d "$i")"
        i=$((i + $2))
    done
    checks=$((checks + 1))
    "$sipsan" check --fail-on never --format jsonl "$1" cut >out 2>err </dev/null
    status=$?
    [ "$status" -eq 0 ] || fail "$name, cut: status $status"
    [ ! -s err ] || fail "$name, cut: $(head -n 1 err)"
    ls cut | awk -v name="$name" '
        FNR == NR { files[$1] = 1; next }
        {
            file = $0
            sub(/.*"file":"/, "", file)
            sub(/".*/, "", file)
            whole = file !~ /^cut\//
            sub(/^cut\//, "", file)
        }
        /"type":"finding"/ && whole {
            all++
            next
        }
        /"type":"finding"/ { found[file]++ }
        /"type":"problem"/ && !whole {
            problems[file]++
            if ($0 !~ /"message":"[^"]*[a-z]/ || $0 !~ /"kind":"(truncated|unreadable)"/)
                bad("says " $0, file)
            if (!/unpacked/ && match($0, /at byte [0-9]+/) &&
                substr($0, RSTART + 8, RLENGTH - 8) + 0 > file + 0)
                bad("stops behind the end: " $0, file)
        }
        function bad(what, file) { print name ", " file + 0 " octets: " what; failed = 1 }
        END {
            for (file in files) {
                if (problems[file] > 1)
                    bad(problems[file] " problems", file)
                # A file that ends between two packets is whole.
                if (!problems[file])
                    ends++
                if (found[file] > all)
                    bad("more findings than in the whole", file)
                if (found[file])
                    kept++
            }
            if (all && !kept && packets > 1)
                bad("no finding is kept", 0)
            if (ends > packets * 2)
                bad(ends " ends go unnoticed", 0)
            exit failed
        }' packets="$3" - out || failures=$((failures + 1))
}
look=$top/corpus/captures/first-look.pcap seeds=$top/corpus/fuzz/pcap
cut_everywhere "$seeds/udp" 1 1
cut_everywhere "$seeds/tcp-life" 1 13
cut_everywhere "$seeds/pcapng-interfaces" 1 20
cut_everywhere "$look" 13 20
for tool in gzip zstd lz4; do
    command -v $tool >/dev/null || continue
    $tool -c "$look" >packed 2>/dev/null || continue
    cut_everywhere packed 3 20
done

echo "$checks runs, $failures failures"
[ "$failures" -eq 0 ]
