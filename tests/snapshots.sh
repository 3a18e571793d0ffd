#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# MOF texts, and what tools wrote of live subscriptions: what they hold comes out as objects.
. "${srcdir:-.}/tests/setup.sh"
cd "$source" || exit 99
here=$source/tests/snapshots

# With --update the tables are written anew; review the difference.
update=${1-}

# table NAME FILE FILE
# shellcheck disable=SC2094 # it is written before it is read
table()
{
	[ "$update" != --update ] || cp "$3" "$2"
	same "$@"
}

# objects PATH…: without what every line has
objects()
{
	wmihunt objects -q "$@" 2>"$scratch/err" | jq -c 'del(.kind, .derivation, .source)'
}

# MOF texts, in every encoding, in archives, and those that hold nothing.
objects "$here/subscriptions.mof" >"$scratch/mof"
table "a MOF file" tests/snapshots/mof.jsonl "$scratch/mof"
for encoding in UTF-16LE UTF-16BE UTF-8; do
	{ printf '\357\273\277'; cat "$here/subscriptions.mof"; } | iconv -f UTF-8 -t $encoding >"$scratch/x.mof"
	objects "$scratch/x.mof" >"$scratch/got"
	same "MOF in $encoding" "$scratch/mof" "$scratch/got"
	mkdir -p "$scratch/$encoding"
	mv "$scratch/x.mof" "$scratch/$encoding/text"
	objects "$scratch/$encoding" >"$scratch/got"
	same "MOF in $encoding by its content" "$scratch/mof" "$scratch/got"
done
mkdir -p "$scratch/host/AutoRecover"
cp "$here/subscriptions.mof" "$scratch/host/AutoRecover/0A1B.mof"
printf 'FOMB\001\000\000\000' >"$scratch/host/AutoRecover/0A1C.mof"
printf 'class A { string B; };\ninstance of A { B = "instance of x"; };\n' >"$scratch/host/stock.mof"
: >"$scratch/host/empty.mof"
(cd "$scratch" && tar cf host.tar host)
for path in "$scratch/host" "$scratch/host.tar"; do
	objects "$path" >"$scratch/got"
	report "$(basename "$path"): no read error" $?
	sed 's/"mof file"/"AutoRecover"/' "$scratch/mof" | same "$(basename "$path")" - "$scratch/got"
	[ ! -s "$scratch/err" ]
	report "$(basename "$path"): nothing is said" $?
done
wmihunt objects "$scratch/host" 2>&1 >/dev/null | grep -q '"binary_mof_files":1'
report "binary MOF is counted" $?
wmihunt objects -q "$scratch/host/AutoRecover/0A1C.mof" >/dev/null 2>"$scratch/err"
[ $? -eq 2 ] && grep -q 'binary MOF' "$scratch/err"
report "binary MOF that is named" $?
wmihunt objects -q "$here/subscriptions.mof" >"$scratch/lines"
wmihunt objects -q - <"$scratch/lines" | jq -c 'del(.source.via)' >"$scratch/got"
jq -c . "$scratch/lines" | same "lines are read back" - "$scratch/got"

if [ -d "$evidence/mof" ]; then
	objects "$evidence/mof" | jq -c '[.class, .properties.Name, .partial]' >"$scratch/got"
	table "MOF of the evidence" tests/snapshots/mof-evidence "$scratch/got"
fi
finish
