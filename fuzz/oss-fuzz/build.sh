#!/bin/bash -eu
# Builds the harnesses the way ClusterFuzzLite and OSS-Fuzz ask for: their compiler, flags and engine, in
# $OUT a program, a zip of seeds, a dictionary and options for each. Those that need libpcap are left
# out: the machines that run them have no such library.
cd "${SRC:?}/sipsan"
build=${WORK:-/tmp}/build
cmake -G Ninja -S . -B "$build" -DCMAKE_C_COMPILER="$CC" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_C_FLAGS="$CFLAGS" -DSIPSAN_FUZZ=external -DSIPSAN_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
    -DSIPSAN_FUZZ_LIBPCAP=OFF -DSIPSAN_BUILD_TESTS=OFF -DSIPSAN_BUILD_PROGRAM=OFF \
    -DSIPSAN_INSTALL=OFF -DSIPSAN_BUILD_MUTATOR=OFF
cmake --build "$build"
. fuzz/common.sh
for harness in $(harnesses_of "$build"); do
    cp "$build/fuzz/fuzz_$harness" "$OUT/"
    cp fuzz/sip.dict "$OUT/fuzz_$harness.dict"
    printf '[libfuzzer]\nmax_len = 16384\ntimeout = 10\n' >"$OUT/fuzz_$harness.options"
    folders=$(seed_folders "$harness")
    [ -z "$folders" ] || find $folders -type f -size -64k | zip -q -@ "$OUT/fuzz_${harness}_seed_corpus.zip"
done
