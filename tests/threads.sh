#!/bin/sh
# The tests that use threads, under ThreadSanitizer: it must have nothing to say, and what it says
# makes outputs differ.
#
#   tests/threads.sh
set -eu
cd "$(dirname "$0")/.."
cmake --preset threads </dev/null >/dev/null
cmake --build --preset threads --target sipsan_program gencalls test_prop </dev/null
# On kernels that spread addresses widely the sanitizer does not start without help.
run=
! command -v setarch >/dev/null || run="setarch $(uname -m) -R"
$run ctest --test-dir .build/threads -R '^(cli\.threads|prop)$' --output-on-failure --timeout 900
