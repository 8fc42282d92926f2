#!/bin/sh
# The installed package as another project sees it: installs into an empty prefix, moves that, and
# builds judge.c against it with find_package(sipsan) and with pkg-config.
#
#   tests/install/test_install.sh SOURCE_DIR WORK_DIR static|shared COMPILER
set -eu
source=$1 work=$2 kind=$3 cc=$4
here=$source/tests/install
shared=OFF
[ "$kind" = static ] || shared=ON

fail() {
    echo "test_install.sh ($kind): $*" >&2
    exit 1
}

# Does judge PROGRAM tell legal from illegal traffic by its exit status?
try() { # program, how it was built
    [ -x "$1" ] || fail "$2 built nothing"
    status=0
    "$1" legal || status=$?
    [ "$status" = 0 ] || fail "$2: legal traffic gives exit status $status"
    status=0
    "$1" illegal || status=$?
    [ "$status" = 1 ] || fail "$2: illegal traffic gives exit status $status"
    status=0
    "$1" others || status=$?
    [ "$status" = 0 ] || fail "$2: what others sent is blamed on us, exit status $status"
}

rm -rf "$work/first" "$work/prefix" "$work/find" "$work/pc" "$work/pc-static"
mkdir -p "$work"
cmake -G Ninja -S "$source" -B "$work/build" -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_C_FLAGS_DEBUG=-O0 -DBUILD_SHARED_LIBS=$shared -DSIPSAN_BUILD_TESTS=OFF \
    -DCMAKE_INSTALL_PREFIX="$work/first"
cmake --build "$work/build"
cmake --install "$work/build"
# Nothing may remember where it was installed.
mv "$work/first" "$work/prefix"

for file in include/sipsan.h bin/sipsan share/man/man1/sipsan.1 share/sipsan/sip.dict \
    share/doc/sipsan/mutator.md; do
    [ -f "$work/prefix/$file" ] || fail "$file is not installed"
done
"$work/prefix/bin/sipsan" --version || fail "the installed program does not run"
if grep -rIlF -e "$work" -e "$source" "$work/prefix"; then
    fail "an installed text file names the build machine's folders"
fi
library=$(find "$work/prefix" -name 'libsipsan.so.*' -o -name 'libsipsan.a' | head -n 1)
libdir=$(dirname "$library")
if [ "$kind" = shared ]; then
    [ ! -e "$libdir/libsipsan.a" ] || fail "a static library is installed too"
    # The interface is what sipsan.h declares, nothing else.
    nm -D --defined-only "$libdir/libsipsan.so" | awk '$2 ~ /[TDBR]/ {print $3}' |
        sort >"$work/exported"
    grep -oE '\<sipsan_[a-z0-9_]+\(' "$work/prefix/include/sipsan.h" | tr -d '(' |
        sort -u >"$work/declared"
    extra=$(comm -23 "$work/exported" "$work/declared")
    [ -z "$extra" ] || fail "exported but not in sipsan.h:" $extra
fi
export LD_LIBRARY_PATH="$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

cmake -G Ninja -S "$here" -B "$work/find" -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_PREFIX_PATH="$work/prefix"
cmake --build "$work/find"
try "$work/find/judge" find_package

export PKG_CONFIG_PATH="$libdir/pkgconfig"
version=$(sed -n 's/^project(sipsan VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")
[ "$(pkg-config --modversion sipsan)" = "$version" ] || fail "sipsan.pc has another version"
for variable in mutator dictionary; do
    [ -f "$(pkg-config --variable=$variable sipsan)" ] || fail "sipsan.pc: no $variable there"
done
"$cc" -std=c17 -Wall -Wextra -Werror -o "$work/pc" "$here/judge.c" \
    $(pkg-config --cflags --libs sipsan)
try "$work/pc" pkg-config
if [ "$kind" = static ]; then
    # A program that is static altogether, where the system has a static libc.
    if echo 'int main(void) { return 0; }' |
        "$cc" -static -x c -o "$work/libc" - 2>/dev/null; then
        "$cc" -std=c17 -static -o "$work/pc-static" "$here/judge.c" \
            $(pkg-config --static --cflags --libs sipsan)
        try "$work/pc-static" "pkg-config --static"
    fi
fi
# The header is C++ too.
if command -v c++ >/dev/null 2>&1; then
    echo '#include <sipsan.h>' | c++ -Wall -Wextra -Werror -fsyntax-only -x c++ \
        $(pkg-config --cflags sipsan) - || fail "sipsan.h is no C++"
fi
echo "test_install.sh ($kind): passed"
