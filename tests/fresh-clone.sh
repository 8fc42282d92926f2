#!/bin/sh
# The commands of README.md in a fresh clone: nothing may lean on what lies about in a developer's
# tree, or beside it.
#
#   tests/fresh-clone.sh [BRANCH OR COMMIT]
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
commit=$(git -C "$top" rev-parse "${1:-HEAD}")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

git clone -q "$top" "$tmp/sipsan" </dev/null
git -C "$tmp/sipsan" checkout -q "$commit"
cd "$tmp/sipsan"
unset SIPSAN_SHARED

tests/first-look.sh >"$tmp/look" 2>&1 || {
    cat "$tmp/look"
    echo "fresh-clone: tests/first-look.sh failed" >&2
    exit 1
}
grep -q '^SUMMARY: sipsan: [1-9][0-9]* error' "$tmp/look" || {
    cat "$tmp/look"
    echo "fresh-clone: the first look shows no finding" >&2
    exit 1
}
tests/run.sh >"$tmp/run" 2>&1 || {
    tail -n 100 "$tmp/run"
    echo "fresh-clone: tests/run.sh failed" >&2
    exit 1
}
if [ -n "$(git status --porcelain)" ]; then
    git status --short
    echo "fresh-clone: the build leaves files that .gitignore does not know" >&2
    exit 1
fi
grep -E '^[0-9]+% tests passed' "$tmp/run"
echo "fresh-clone: both commands of README.md work at $commit"
