#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# root.sh PROGRAM FOLDER: a root that holds the program and its libraries, and nothing else.
set -eu
program=$1 root=$2

install -D -m 755 "$program" "$root/usr/bin/wmihunt"
# These are loaded while the program runs.
loaded=
for name in libarchive.so.13 libsqlite3.so.0; do
	library=$(ldconfig -p | sed -n "s/.*$name .*=> //p" | head -1)
	[ -e "$library" ] || { echo "$name not found" >&2; exit 1; }
	loaded="$loaded $library"
done
# shellcheck disable=SC2086 # a word each
for file in "$program" $loaded; do
	ldd "$file" | sed -n 's/.*[ \t]\(\/[^ ]*\) (0x.*/\1/p'
done | { cat && printf '%s\n' $loaded; } | sort -u | while read -r library; do
	[ -e "$root$library" ] || install -D -m 755 "$library" "$root$library"
done
mkdir -p "$root/tmp" "$root/etc" "$root/evidence"
chmod 1777 "$root/tmp"
echo 'wmihunt:x:1000:1000::/evidence:' >"$root/etc/passwd"
