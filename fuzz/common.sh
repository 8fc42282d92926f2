# What run.sh and campaign.sh share; sourced, in the folder of the tree.

# Sanitizers of older compilers cannot map their shadow when the kernel spreads addresses wide.
fixed=
if [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)" -gt 28 ] &&
    setarch -R true 2>/dev/null; then
    fixed="setarch -R"
fi

# Where the seeds of a harness lie; also what fuzz/CMakeLists.txt replays.
seeds_of() {
    case $1 in
    message) echo corpus/messages corpus/torture ;;
    session | prop) echo corpus/session ;;
    scenario) echo corpus/session ;;
    report) echo corpus/session ;;
    esac
    echo "corpus/fuzz/$1 corpus/regress/$1"
}

# The folders of these that are there.
seed_folders() {
    for folder in $(seeds_of "$1"); do
        [ ! -d "$folder" ] || echo "$folder"
    done
}

# What knows SIP as well as the engine knows octets (fuzz/mutate/), for afl-fuzz; it is linked into the
# harnesses of libFuzzer.
mutator_of() { # harness, build folder
    case $1 in
    message | session | scenario | report) echo "$2/fuzz/mutate/sipsan_mutator.so" ;;
    esac
}

# The harnesses that a build has made.
harnesses_of() { # build folder
    for binary in "$1"/fuzz/fuzz_*; do
        [ ! -x "$binary" ] || echo "${binary##*/fuzz_}"
    done
}
