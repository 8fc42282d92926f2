#!/bin/sh
# fuzz_diff on the corpora and a few mutations, with a fixed seed: the same table twice, and a
# difference that is put in is found and named.
#
#   fuzz/diff/test_diff.sh FUZZ_DIFF CORPUS
set -u
diff=$1 corpus=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
run=
if [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)" -gt 28 ] && setarch -R true 2>/dev/null; then
    run="setarch -R"
fi
fail() {
    echo "test_diff.sh: $*" >&2
    exit 1
}

# One parser cannot tell which of two values for From is the sender's; that it is a difference, or
# refused by somebody, is for the table. What has no fault and what all take alike is no class.
printf 'OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h.example.com;branch=z9hG4bK1\r\n%s\r\n%s\r\n%s\r\n%s\r\n%s\r\n%s\r\n\r\n' \
    'Max-Forwards: 70' 'From: <sip:a@example.com>;tag=1' 'To: <sip:b@example.com>' 'Call-ID: c@h' \
    'CSeq: 1 OPTIONS' 'Content-Length: 0' >"$work/plain.sip"
$run "$diff" --runs 1 "$work/plain.sip" >"$work/plain" || fail "exit status $?"
grep -q '^0 classes' "$work/plain" || {
    cat "$work/plain"
    fail "a plain message is read differently"
}
sed 's/^CSeq: 1/CSeq: 4294967297/' "$work/plain.sip" >"$work/cseq.sip"
$run "$diff" --runs 1 "$work/cseq.sip" >"$work/cseq" || fail "exit status $?"
grep -q 'CSeq number:\|refuses\|^0 classes' "$work/cseq" || fail "CSeq beyond 32 bits: no verdict"

# A carriage return alone hides a header field from some, or is one more for others.
sed 's/^Max-Forwards: 70/&\rX-Hidden: 1/' "$work/plain.sip" >"$work/hidden.sip"
$run "$diff" --runs 1 "$work/hidden.sip" >"$work/hidden" || fail "exit status $?"
grep -q 'number of header fields:\|refuses\|^0 classes' "$work/hidden" || fail "a hidden field: no verdict"
if grep -q '^1 messages.*libosip2.*libre' "$work/hidden"; then
    grep -q 'number of header fields:' "$work/hidden" || fail "a hidden field is not told"
fi

for i in 1 2; do
    $run "$diff" --runs 1500 --seed 7 --out "$work/out" "$corpus/messages" >"$work/$i" ||
        fail "exit status $?"
done
cmp "$work/1" "$work/2" || fail "two runs with one seed differ"
[ -f "$work/out/001.sip" ] || fail "no example was written"
