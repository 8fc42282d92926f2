#!/bin/sh
# The program as a user runs it: exit statuses, streams, formats. Takes the program's path.
#
#   tests/cli/test_cli.sh .build/dev/src/sipsan
set -u
sipsan=$1 gencalls=${2:-}
case $sipsan in /*) ;; *) sipsan=$PWD/$sipsan ;; esac
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
unset NO_COLOR
LC_ALL=C
export LC_ALL
failures=0
checks=0

fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
    sed 's/^/    out: /' out
    sed 's/^/    err: /' err
}

# run STATUS ARGUMENT...: standard input is empty unless the file "in" is there.
run() {
    wanted=$1
    shift
    checks=$((checks + 1))
    what="sipsan $*"
    if [ -e in ]; then
        "$sipsan" "$@" <in >out 2>err
    else
        "$sipsan" "$@" </dev/null >out 2>err
    fi
    got=$?
    [ "$got" -eq "$wanted" ] || fail "$what: status $got instead of $wanted"
}

out_has() { grep -q -e "$1" out || fail "$what: no '$1' in the output"; }
out_lacks() { ! grep -q -e "$1" out || fail "$what: '$1' in the output"; }
err_has() { grep -q -e "$1" err || fail "$what: no '$1' on standard error"; }
out_empty() { [ ! -s out ] || fail "$what: output where none belongs"; }
last_has() { tail -n 1 out | grep -q -e "$1" || fail "$what: last line has no '$1'"; }

# Inputs ------------------------------------------------------------------------------------------
# A message on its own; line ends as on the wire.
message() {
    printf '%s\r\n' "OPTIONS sip:bob@example.com SIP/2.0" \
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKcli1" \
        "Max-Forwards: 70" \
        "From: <sip:alice@example.com>;tag=a1" \
        "To: <sip:bob@example.com>" \
        "Call-ID: cli-$2@192.0.2.1" \
        "CSeq: 7 $1" \
        "Contact: <sip:alice@192.0.2.1:5060>" \
        "Accept: application/sdp" \
        "Content-Length: 0" \
        ""
}

# The same as scenario text.
packet() {
    echo "@ $1 udp 192.0.2.1:5060 > 192.0.2.2:5060"
    message "$2" "$3" | tr -d '\r'
}

message OPTIONS good >good.sip
message INVITE bad >bad.sip
{ echo "== bad"; packet 0.0 INVITE bad; } >bad.sipt
{
    echo "== two calls"
    packet 0.0 INVITE one
    packet 1.5 OPTIONS two | sed 's/bKcli1/bKcli2/'
} >two.sipt
: >empty
head -c 5000 /dev/zero | tr '\0' 'x' >junk
rule=rfc3261.8.1.1.5.cseq-method-match

# No command, help, version -----------------------------------------------------------------------
run 2
out_empty
err_has 'usage: sipsan'
run 2 nonsense
err_has "there is no command 'nonsense'"
run 0 --help
out_has 'check'
run 0 --version
out_has '^sipsan [0-9]'
run 0 help
run 0 help check
out_has 'fail-on'
run 0 check --help
out_has 'min-severity'
run 2 help nonsense
for command in rules explain parse convert; do
    run 0 $command --help
    out_has 'sipsan'
done

# Wrong usage -------------------------------------------------------------------------------------
run 2 check
err_has 'no input'
run 2 check --nonsense good.sip
out_empty
run 2 check --format xml good.sip
err_has "'xml'"
run 2 check --fail-on fatal good.sip
run 2 check --min-severity never good.sip
run 2 check --port 0 good.sip
run 2 check --port 5060,x good.sip
run 2 check --port 65536 good.sip
run 2 check --as-of 2543 good.sip
run 2 check --race-window -1 good.sip
run 2 check --max-memory 12X good.sip
run 2 check --max-memory 0 good.sip
run 2 check --accused example.com good.sip
run 2 check --accused 192.0.2.1:99999 good.sip
run 2 check --color sometimes good.sip
run 2 check --select rfc3261.99 good.sip
err_has "'rfc3261.99'"
run 2 check --ignore nonsense missing.pcap

# Findings and what fails -------------------------------------------------------------------------
run 0 check good.sip
last_has '^SUMMARY: sipsan: 0 errors, 0 warnings'
run 1 check bad.sip
out_has "^error $rule .*MUST .*RFC 3261 section 8.1.1.5"
out_has '^      CSeq: 7 INVITE$'
out_has '^ *^~~~~~$'
out_has "sipsan explain $rule"
last_has '^SUMMARY: sipsan: [1-9][0-9]* error'
run 1 check bad.sipt
out_has 'frame 1 .*192.0.2.1:5060 -> 192.0.2.2:5060  UDP'
run 1 check --fail-on error bad.sip
run 1 check --fail-on=note bad.sip
run 0 check --fail-on never bad.sip
out_has "$rule"
run 0 check --ignore $rule --ignore rfc3261 bad.sip
out_lacks '^error'
run 1 check --select $rule bad.sip
last_has '^SUMMARY: sipsan: 1 error, 0 warnings, 0 notes'
run 1 check --select rfc3261.8 --ignore rfc3261.20 bad.sip
run 0 check --select rfc3261.9 bad.sip
run 1 check --accused 192.0.2.1 bad.sipt
run 1 check --accused 192.0.2.1:5060 bad.sipt
run 0 check --accused 192.0.2.2 bad.sipt
run 0 check --accused '[2001:db8::1]:5060' bad.sipt
run 1 check --as-of 3261 --race-window 0 --max-memory 64M --port 5060,5061 --port 5080 bad.sipt
run 1 check --min-severity error bad.sip
run 1 check --quiet bad.sip
[ "$(wc -l <out)" -eq 1 ] || fail "$what: more than the summary"
run 1 check --rule-stats bad.sip
out_has "executed .* ns  rule$"
run 1 check --color always bad.sip
out_has "$(printf '\033')"
run 1 check bad.sip
out_lacks "$(printf '\033')"

# Several of a kind
{
    echo "== many"
    for i in 1 2 3 4 5 6 7; do
        packet "$i.0" INVITE "many$i" | sed "s/bKcli1/bKmany$i/"
    done
} >many.sipt
run 1 check --select $rule many.sipt
out_has '^and 4 more like it: '
[ "$(grep -c '^error' out)" -eq 3 ] || fail "$what: not three findings shown"
run 1 check --select $rule --all many.sipt
[ "$(grep -c '^error' out)" -eq 7 ] || fail "$what: not all findings shown"
last_has '^SUMMARY: sipsan: 7 errors'

# jsonl -------------------------------------------------------------------------------------------
run 1 check --format jsonl --select $rule many.sipt
[ "$(wc -l <out)" -eq 8 ] || fail "$what: not 7 findings and a summary"
[ "$(grep -c '^{"schema":1,"type":"finding","file":"many.sipt","frame":[1-7],"time":' out)" -eq 7 ] ||
    fail "$what: findings do not begin as the contract says"
out_has '"call_id":"cli-many3@192.0.2.1","method":"OPTIONS\|"call_id":"cli-many3@192.0.2.1"'
out_has '"src":"192.0.2.1:5060","dst":"192.0.2.2:5060","transport":"UDP","culprit":"192.0.2.1:5060"'
last_has '^{"schema":1,"type":"summary","files":1,'
last_has '"errors":7,"warnings":0,"notes":0,"inconclusive":{},"limits":{},'
cp out first
run 1 check --format jsonl --select $rule many.sipt
cmp -s out first || fail "$what: two runs differ"

# Inputs that are none ----------------------------------------------------------------------------
run 3 check missing.pcap
out_has '^problem missing.pcap: unreadable: '
last_has '^SUMMARY'
run 3 check empty
out_has '^problem empty: unreadable: '
run 3 check junk
run 3 check --format jsonl missing.pcap
out_has '"type":"problem","file":"missing.pcap","kind":"unreadable"'
last_has '"type":"summary"'
run 3 check --quiet missing.pcap
out_has missing.pcap
run 3 check missing.pcap bad.sip
out_has "^error $rule"
run 3 check bad.sip missing.pcap
run 3 check --fail-on never missing.pcap

# Standard input ----------------------------------------------------------------------------------
cp bad.sip in
run 1 check -
out_has '^-: '
cp bad.sipt in
run 1 check -
: >in
run 3 check -
rm in

# Folders -----------------------------------------------------------------------------------------
mkdir -p folder/sub nothing
cp bad.sip folder/2-bad.sip
cp good.sip folder/1-good.sip
cp junk folder/3-junk
cp bad.sipt folder/sub/bad.sipt
cp junk folder/.hidden
run 1 check folder
out_has '^problem folder/3-junk: unreadable'
out_lacks hidden
[ "$(grep -c ' messages*, ' out)" -ge 3 ] || fail "$what: not every file has its line"
grep ' messages*, ' out | cut -d: -f1 >order
sort order | cmp -s - order || fail "$what: files are not in the order of their names"
rm folder/2-bad.sip folder/sub/bad.sipt
run 0 check folder
run 3 check nothing
out_has 'holds no files'

# State does not leak between files: the same message twice is judged twice, unless it is one
# timeline, where it is a retransmission.
cp bad.sipt again.sipt
run 1 check --select $rule bad.sipt again.sipt
last_has '^SUMMARY: sipsan: 2 errors'

# Output that cannot be written -------------------------------------------------------------------
if [ -w /dev/full ]; then
    checks=$((checks + 1))
    "$sipsan" check bad.sip >/dev/full 2>err
    [ $? -eq 4 ] || fail "check >/dev/full: status is not 4"
    err_has 'cannot be written'
    run 4 convert --to sipt two.sipt /dev/full
    run 4 convert --to pcap two.sipt /dev/full
    "$sipsan" rules >/dev/full 2>err
    [ $? -eq 4 ] || fail "rules >/dev/full: status is not 4"
fi

# rules and explain -------------------------------------------------------------------------------
run 0 rules
out_has "^$rule "
all=$(wc -l <out)
run 0 rules rfc3261.8
out_has "^$rule "
out_lacks '^rfc3261\.9'
[ "$(wc -l <out)" -lt "$all" ] || fail "$what: the prefix changes nothing"
run 0 rules --format jsonl $rule
out_has "\"type\":\"rule\",\"rule\":\"$rule\",\"rfc\":3261,\"section\":\"8.1.1.5\",\"level\":\"MUST\""
run 2 rules rfc9999
out_empty
run 2 rules --format xml
run 0 explain $rule
out_has "^$rule$"
out_has 'RFC 3261 section 8.1.1.5'
awk 'length > 80 && !/^ / { bad = 1 } END { exit bad }' out || fail "$what: lines beyond 80 columns"
run 2 explain
run 2 explain cseq-method
out_empty
err_has "$rule"
run 2 explain rfc3261.8.1.1.5.cseq-method-mach
err_has "$rule"

# Every rule can be explained.
"$sipsan" rules | cut -d' ' -f1 >ids
while read -r id; do
    "$sipsan" explain "$id" >out 2>err || fail "explain $id"
done <ids

# parse -------------------------------------------------------------------------------------------
run 0 parse good.sip
out_has '^ *0 *35  Request-Line  *OPTIONS sip:bob@example.com SIP/2.0$'
out_has ' CSeq  *7 OPTIONS$'
out_has '    host  *example.com$'
last_has '^SUMMARY: sipsan: request, .* 0 faults$'
run 0 parse --format jsonl good.sip
out_has '"type":"field","header":"Via","name":"param","offset":[0-9]*,"length":18,"value":"branch=z9hG4bKcli1"'
last_has '"type":"summary","kind":"request"'
sed 's/^CSeq: 7 /CSeq: seven /' good.sip >broken.sip
run 1 parse broken.sip
out_has '^fault .* in CSeq at offset [0-9]*$'
out_has '^      CSeq: seven OPTIONS$'
out_has '^            ^'
run 1 parse --format jsonl broken.sip
out_has '"type":"fault","production":"[a-zA-Z-]*","header":"CSeq","offset":[0-9]*,"length":'
# bodies: a session description in a part, and a piece of a message
sdp='v=0
o=- 1 2 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 5004 RTP/AVP 101
a=rtpmap:101 telephone-event/8000
a=sendonly'
{
    echo "INVITE sip:bob@example.com SIP/2.0"
    echo "Content-Type: multipart/mixed;boundary=b"
    printf '\n--b\nContent-Type: application/sdp\n\n%s\n' "$sdp"
    printf -- '--b\nContent-Type: message/sipfrag\n\nSIP/2.0 200 OK\nTo: <sip:b>\n--b--\n'
} | sed 's/$/\r/' >body.sip
run 0 parse body.sip
out_has '^ *[0-9]* *[0-9]*    part  *Content-Type: application/sdp'
out_has '      content-type  *application/sdp$'
out_has '          sess-version  *2$'
out_has '          port  *5004$'
out_has '            clock-rate  *8000$'
out_has '          direction  *sendonly$'
out_has '        start-line  *SIP/2.0 200 OK$'
run 0 parse --format jsonl body.sip
out_lacks '"name":"part.sdp.media.connection'
out_has '"name":"part.sdp.origin.address","offset":[0-9]*,"length":9,"value":"192.0.2.1"'
out_has '"name":"part.sipfrag.header-value","offset":[0-9]*,"length":7,"value":"<sip:b>"'
sed 's/^t=0 0/t=0/' body.sip >broken.sip
run 1 parse broken.sip
out_has '^fault sdp-time at offset [0-9]*$'
cp good.sip in
run 0 parse -
rm in
run 3 parse missing.sip
err_has missing.sip
run 3 parse empty
run 3 parse junk
run 2 parse
run 2 parse good.sip bad.sip

# compressed captures -----------------------------------------------------------------------------
cp "$top/corpus/captures/first-look.pcap" look.pcap
run 1 check look.pcap
for tool in gzip zstd lz4; do
    command -v $tool >/dev/null || continue
    $tool -c look.pcap >look.packed 2>/dev/null || continue
    run 1 check look.packed
    out_has '^SUMMARY: sipsan: 2 errors, 1 warning'
done
gzip -c look.pcap >look.gz
cat look.gz >in
run 1 check -
rm in
head -c 700 look.gz >cut.gz
run 1 check --format jsonl cut.gz
out_has '"kind":"truncated".*compressed contents are broken or incomplete'
gzip -c look.gz >twice.gz
run 3 check twice.gz
out_has 'compressed more than once'

# TLS ---------------------------------------------------------------------------------------------
cp "$top/corpus/captures/tls.pcapng" tls.pcapng
run 0 check tls.pcapng
out_has 'encrypted with TLS'
if command -v tshark >/dev/null; then
    run 1 check --keylog tls.pcapng
    out_has 'frame 10 .* TLS$'
    out_has '^tls.pcapng: 3 messages'
    run 3 check --keylog=missing.keys tls.pcapng
else
    echo "no tshark: decrypting is not tested"
    run 3 check --keylog tls.pcapng
    out_has 'needs tshark, which is not installed'
fi

# watch and listen --------------------------------------------------------------------------------
run 2 listen
run 2 listen --hep tcp:127.0.0.1:9060
run 2 listen --hep udp:127.0.0.1
run 3 listen --hep udp:203.0.113.1:9060
run 3 watch -i no-such-interface
err_has 'no-such-interface'
run 2 watch --every soon

# One that runs until it is told to stop; what it finds is there at once.
# lives COMMAND...: sets $pid.
lives() {
    "$sipsan" "$@" >live.out 2>live.err &
    pid=$!
    what="sipsan $*"
    checks=$((checks + 1))
}
# until_has PATTERN: waits for a line of live.out, ten seconds at most.
until_has() {
    tries=0
    until grep -q "$1" live.out; do
        tries=$((tries + 1))
        if [ $tries -gt 100 ] || ! kill -0 "$pid" 2>/dev/null; then
            cp live.out out
            cp live.err err
            fail "$what: no $1"
            return
        fi
        sleep 0.1
    done
}
if command -v bash >/dev/null; then
    lives listen --format jsonl --hep udp:127.0.0.1:39060
    tries=0
    while [ $tries -lt 50 ] && ! grep -q . live.out; do
        bash -c "cat '$top/corpus/fuzz/hep/broken' >/dev/udp/127.0.0.1/39060" 2>/dev/null
        sleep 0.1
        tries=$((tries + 1))
    done
    until_has '"rule":"rfc3261.8.1.1.5.cseq-method-match"'
    kill -TERM "$pid"
    wait "$pid"
    [ $? -eq 1 ] || fail "$what: another exit status"
    until_has '"type":"summary"'
fi

# convert -----------------------------------------------------------------------------------------
run 0 convert two.sipt two.pcap
run 1 check two.pcap
out_has '^two.pcap: 2 messages, '
out_has 'frame 1 .*192.0.2.1:5060 -> 192.0.2.2:5060  UDP'
run 0 convert two.pcap back.sipt
run 0 convert back.sipt again.pcap
run 0 convert again.pcap again.sipt
sed 1d back.sipt >back.text
sed 1d again.sipt >again.text
cmp -s back.text again.text || fail "convert: text, capture, text is not the same"
run 0 convert --call-id cli-two@192.0.2.1 two.pcap one.sipt
[ "$(grep -c '^@' one.sipt)" -eq 1 ] || fail "$what: not one packet"
run 0 convert --frames 2 two.pcap one.sipt
grep -q 'cli-two' one.sipt || fail "$what: not the second packet"
run 0 convert --frames=-1 two.pcap one.sipt
grep -q 'cli-one' one.sipt || fail "$what: not the first packet"
run 1 convert --call-id nobody two.pcap none.sipt
err_has 'no message'
[ ! -e none.sipt ] || fail "$what: an output without messages"
run 0 convert --to sipt two.pcap -
out_has '^@ 0'
cp two.pcap in
run 0 convert - stdin.sipt
run 1 check -
out_has '^-: 2 messages'
rm in
# Over TCP: in segments that end anywhere, and as convert writes it.
if [ -n "${gencalls:-}" ]; then
    "$gencalls" --mix --tcp --calls 60 tcp.pcap 2>/dev/null || fail "gencalls --tcp"
    run 0 convert tcp.pcap tcp2.pcap
    run 0 convert tcp.pcap tcp.sipt
    run 0 convert tcp2.pcap tcp2.sipt
    sed 1d tcp.sipt >tcp.text
    sed 1d tcp2.sipt >tcp2.text
    cmp -s tcp.text tcp2.text || fail "convert: a capture of TCP does not hold what went into it"
    grep -q "^@ .* TCP\|^@ .* tcp" tcp.text || fail "convert: nothing came over TCP"
    run 0 check tcp2.pcap
fi
run 3 convert missing.pcap x.sipt
[ ! -e x.sipt ] || fail "$what: an output without an input"
run 2 convert two.pcap
run 2 convert two.pcap two.xyz
run 2 convert --to xyz two.pcap two.sipt
run 2 convert --frames 3-2 two.pcap two.sipt
run 2 convert two.pcap two.pcap
run 4 convert two.pcap no/such/folder.sipt
run 0 convert bad.sip bad.pcap
run 1 check bad.pcap

# A capture that ends inside a record is read up to there.
size=$(wc -c <two.pcap)
head -c $((size - 10)) two.pcap >cut.pcap
run 1 check cut.pcap
out_has '^problem cut.pcap frame 2 offset [0-9]*: truncated: '
head -c 30 two.pcap >cut.pcap
run 3 check cut.pcap

# Findings come out of a running capture before it ends.
mkfifo pipe result
"$sipsan" check --format jsonl - <pipe >result 2>err &
reader=$!
exec 3>pipe 4<result
cat two.pcap >&3
checks=$((checks + 1))
what="check - on a running pipe"
head -n 1 <&4 >out
out_has '"type":"finding"'
exec 3>&-
cat <&4 >out
exec 4<&-
wait $reader
last_has '"type":"summary"'

echo "$checks checks, $failures failures"
[ "$failures" -eq 0 ]
