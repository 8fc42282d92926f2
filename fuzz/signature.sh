#!/bin/sh
# What happens when a program reads a file, in a line: the kind of fault and the first frames of the
# stack that are ours, the rule of a finding, or the broken invariant. Nothing when all is well.
#
#   fuzz/signature.sh PROGRAM FILE [SECONDS]
exec 2>/dev/null # "Aborted", as some shells say
program=$1 file=$2 limit=${3:-20}
fixed=
if [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)" -gt 28 ] && setarch -R true 2>/dev/null; then
    fixed="setarch -R"
fi
said=$(ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0} timeout "$limit" $fixed "$program" "$file" 2>&1 </dev/null)
status=$?
[ "$status" != 0 ] || exit 0
if [ "$status" = 124 ]; then
    echo "hangs: $(basename "$program")"
    exit 0
fi
echo "$said" | LC_ALL=C awk -v status="$status" '
    /^error: / && !kind { sub(/^error: /, ""); sub(/: .*/, ""); kind = "breaks " $0 }
    /ERROR: [A-Za-z]*Sanitizer/ && !kind {
        kind = $0
        sub(/.*ERROR: /, "", kind)
        sub(/ on .*| \(.*/, "", kind)
    }
    /runtime error:/ && !kind { kind = $0; sub(/.*runtime error: /, "runtime error: ", kind); gsub(/[0-9]+/, "N", kind) }
    /does not hold|[Aa]ssertion|invariant/ && !kind { kind = $0; gsub(/0x[0-9a-f]+/, "P", kind) }
    / #[0-9]+ 0x[0-9a-f]+ in / && frames < 3 {
        name = $4
        if (name !~ /^(__|abort|raise|gsignal|fuzzer::|LLVM|main$|std::|_start)/ && name !~ /interceptor|sanitizer/) {
            where = where " < " name
            frames++
        }
    }
    END { print (kind ? kind : "exit status " status) where }'
