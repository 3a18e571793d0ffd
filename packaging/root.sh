#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# root.sh PROGRAM FOLDER: a root that holds the program and its libraries, and nothing else.
set -eu
program=$1 root=$2

install -D -m 755 "$program" "$root/usr/bin/wmihunt"
archive=$(ldconfig -p | sed -n 's/.*libarchive\.so\.13 .*=> //p' | head -1)
[ -e "$archive" ] || { echo "libarchive.so.13 not found" >&2; exit 1; }
# libarchive is loaded while the program runs.
for file in "$program" "$archive"; do
	ldd "$file" | sed -n 's/.*[ \t]\(\/[^ ]*\) (0x.*/\1/p'
done | { cat && echo "$archive"; } | sort -u | while read -r library; do
	[ -e "$root$library" ] || install -D -m 755 "$library" "$root$library"
done
mkdir -p "$root/tmp" "$root/etc" "$root/evidence"
chmod 1777 "$root/tmp"
echo 'wmihunt:x:1000:1000::/evidence:' >"$root/etc/passwd"
