#!/bin/sh
# Installs what is missing, builds sipsan with AddressSanitizer and UndefinedBehaviorSanitizer and runs
# its tests.
#
#   tests/run.sh [PRESET] [ctest options]     PRESET: dev (default), release, coverage
set -eu
cd "$(dirname "$0")/.."
sh tests/install-deps.sh </dev/null

preset=dev
case ${1-} in
dev | release | coverage)
    preset=$1
    shift
    ;;
esac

# Sanitizers of older compilers cannot map their shadow when the kernel spreads addresses wide.
fixed=
if [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)" -gt 28 ] &&
    setarch -R true 2>/dev/null; then
    fixed="setarch -R"
fi

cmake --preset "$preset" </dev/null
cmake --build --preset "$preset" </dev/null
exec $fixed ctest --preset "$preset" -j "$(nproc)" "$@" </dev/null
