#!/bin/bash -eu
# What both services run: fuzz/oss-fuzz/build.sh.
exec bash "$SRC/sipsan/fuzz/oss-fuzz/build.sh"
