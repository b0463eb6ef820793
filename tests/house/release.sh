#!/bin/sh
# release.sh ROOT PROGRAM: what makes I/O fail for tests (base/torture.h) cannot come into a release (TAP).
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
echo 1..2
if meson setup "$dir/build" "$1" --buildtype=release -Dtorture=true >"$dir/out" 2>&1; then
    echo "not ok 1 - a release build refuses -Dtorture=true"
elif grep -q "never in a release build" "$dir/out"; then
    echo "ok 1 - a release build refuses -Dtorture=true"
else
    echo "not ok 1 - a release build refuses -Dtorture=true, for the right reason"
    sed 's/^/# /' "$dir/out"
fi
if grep -q -e SEATLEDGER_FAIL_AT -e SEATLEDGER_IO_LOG "$2"; then
    echo "not ok 2 - the program knows no variable that makes it fail"
else
    echo "ok 2 - the program knows no variable that makes it fail"
fi
