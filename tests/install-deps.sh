#!/bin/sh
# Installs what building and testing sipsan needs on Debian 12 or a relative of it. Does nothing,
# quickly, when all is there. As root, or through sudo.
#
#   tests/install-deps.sh [--bench] [--broker] [--stacks] [--witness] [--tls] [--html] [--print]
#
# --bench    the parsers and programs that tests/bench compares with
# --stacks   the SIP stacks that campaigns run against
# --witness  RE2, which reads the RFCs' own grammar for tests/witness
# --tls      tshark, which decrypts for --keylog
# --broker   Redis, through which tests/broker shares calls out
# --html     what checks the HTML report
# --print    only say what is missing
set -eu

packages="ca-certificates git cmake ninja-build gcc libc6-dev pkg-config re2c
    libpcap-dev zlib1g-dev libzstd-dev liblz4-dev libcmocka-dev libcjson-dev
    clang llvm libclang-rt-14-dev afl++ util-linux valgrind"
print=
for argument; do
    case $argument in
    --bench) packages="$packages libosip2-dev libsofia-sip-ua-dev libre-dev time tshark sngrep" ;;
    --broker) packages="$packages redis-server redis-tools python3" ;;
    --stacks) packages="$packages libosip2-dev libsofia-sip-ua-dev libre-dev" ;;
    --witness) packages="$packages python3 libre2-dev g++" ;;
    --tls) packages="$packages tshark" ;;
    --html) packages="$packages libxml2-dev" ;;
    --print) print=yes ;;
    -h | --help)
        sed -n '2,14s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *)
        echo "install-deps.sh: unknown option $argument (see --help)" >&2
        exit 2
        ;;
    esac
done

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    echo "install-deps.sh: this is no Debian; please install the likes of:" $packages >&2
    exit 1
fi

# A package counts as there when it, or one that provides it, is installed.
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' 2>/dev/null |
    sed -n 's/^installed //p' | tr ',' ' ' | sed 's/([^)]*)//g' | tr -s ' ' '\n')
missing=
for package in $packages; do
    echo "$installed" | grep -qxF -e "$package" || missing="$missing $package"
done
if [ -z "$missing" ]; then
    exit 0
fi
if [ -n "$print" ]; then
    echo $missing
    exit 0
fi

as_root=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "install-deps.sh: run as root: apt-get install$missing" >&2
        exit 1
    fi
    as_root=sudo
fi
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" </dev/null
}
echo "installing:$missing"
# The package lists may be absent or older than the archive: refresh them only when needed.
apt install --no-install-recommends $missing || {
    apt update
    apt install --no-install-recommends $missing
}
