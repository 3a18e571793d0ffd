#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# MOF texts, and what tools wrote of live subscriptions: what they hold comes out as objects.
. "${srcdir:-.}/tests/setup.sh"
cd "$source" || exit 99
here=$source/tests/snapshots

# With --update the tables are written anew; review the difference.
update=${1-}

# table NAME FILE FILE
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

# lost FILE: of the truth, what the objects of a file lack or say otherwise: names of properties with
# how many objects lack them, classes of objects that are not there.
lost()
{
	jq -r -s --slurpfile truth "$here/truth.jsonl" '
		def key: [.class, .properties.Name // [.properties.Filter, .properties.Consumer]] | tojson;
		INDEX(key) as $got | [$truth[] | . as $object | $got[key] as $from | if $from == null then "no " + .class else
			(.properties | to_entries[] | select($from.properties[.key] != .value) | .key),
			(if $from.namespace != .namespace then "namespace" else empty end),
			(if $from.host != "HOST7" then "host" else empty end) end]
		| group_by(.) | map("\(.[0]) \(length)") | join(", ")' "$1"
}

# try NAME FILE: a row of the table.
try()
{
	wmihunt objects -q "$2" >"$scratch/got" 2>"$scratch/err"
	printf '%s (%s): %s\n' "$1" "$(jq -r '[.tool, .state, .collected, .host_from, .lacks] | map(. // "-") | join("; ")' "$scratch/got" | sort -u | tr '\n' '|' | sed 's/|$//')" "$(lost "$scratch/got")" >>"$scratch/table"
	[ ! -s "$scratch/err" ]
	report "$1: nothing is said" $?
}

# spelled NAME [JQ-OPTION…]: the truth in that spelling.
spelled()
{
	filter=$1
	shift
	jq -s "$@" -L "$here" "include \"spell\"; $filter" "$here/truth.jsonl"
}

: >"$scratch/table"
for name in velociraptor suspicious_consumers velociraptor_repeated osquery osquery_removed osquery_snapshot osquery_batch osqueryi osquery_joined \
	elastic_osquery elastic_osquery_dots get_wmiobject velociraptor_autoruns dissect artemis cimsweep; do
	spelled $name -c >"$scratch/$name.json"
	try $name "$scratch/$name.json"
done
for name in velociraptor_csv autorunsc sniper wmi_parser; do
	spelled "$name | @csv" -r >"$scratch/$name.csv"
	try $name "$scratch/$name.csv"
done
for name in filters:"WMI Event Filters" consumers:"WMI Event Consumers" bindings:"WMI Filter Consumer Binders"; do
	{ printf '\357\273\277'; spelled "kape_${name%%:*} | @csv" -r; } >"$scratch/${name#*:}.csv"
	try "kape_${name%%:*}" "$scratch/${name#*:}.csv"
done
for class in __EventFilter CommandLineEventConsumer ActiveScriptEventConsumer NTEventLogEventConsumer __FilterToConsumerBinding; do
	{ echo "#TYPE System.Management.ManagementObject#root\\Subscription\\$class"; spelled "get_wmiobject_csv(\"$class\") | @csv" -r; } >"$scratch/x.csv"
	try "get_wmiobject_csv $class" "$scratch/x.csv"
done
for name in WMIEvtFilter:__EventFilter WMIEvtConsumer:CommandLineEventConsumer WMIFltConBind:__FilterToConsumerBinding; do
	{ printf '\357\273\277'; spelled "kansa_tsv(\"${name#*:}\")" -r; } | iconv -f UTF-8 -t UTF-16LE >"$scratch/HOST7-${name%:*}.tsv"
	try "kansa_tsv ${name%:*}" "$scratch/HOST7-${name%:*}.tsv"
done
for name in get_wmiobject_text kape_auditing wmic_list finder_1 finder_11; do
	spelled $name -r >"$scratch/$name.txt"
	try $name "$scratch/$name.txt"
	{ printf '\357\273\277'; cat "$scratch/$name.txt"; } | iconv -f UTF-8 -t UTF-16LE >"$scratch/wide.txt"
	wmihunt objects -q "$scratch/wide.txt" | jq -c 'del(.source)' >"$scratch/other"
	jq -c 'del(.source)' "$scratch/got" | same "$name: of 16 bits a character" - "$scratch/other"
done
{ printf '\357\273\277'; spelled autoruns_xml -r; } | iconv -f UTF-8 -t UTF-16LE >"$scratch/HOST7-autorunsc.xml"
try autoruns_xml "$scratch/HOST7-autorunsc.xml"
# A collection says whose it is, before its results or after them.
mkdir -p "$scratch/c/results"
cp "$scratch/velociraptor.json" "$scratch/c/results/Windows.Persistence.PermanentWMIEvents.json"
echo '{"Hostname": "HOST7X", "Fqdn": "HOST7"}' >"$scratch/c/client_info.json"
echo '{"session_id": "F.1", "create_time": 1790594700000000000}' >"$scratch/c/collection_context.json"
(cd "$scratch/c" && tar cf ../before.tar client_info.json collection_context.json results &&
	tar cf ../after.tar results client_info.json collection_context.json)
try "collection, host first" "$scratch/before.tar"
try "collection, host last" "$scratch/after.tar"
(cd "$scratch" && tar cf two.tar before.tar after.tar && mkdir -p d && cp -r c "d/Collection-HOST7-2026-09-28T09_25_00Z")
try "collections in an archive" "$scratch/two.tar"
wmihunt objects -q --jobs 1 "$scratch/two.tar" | same "one worker" - "$scratch/got"
try "collection, unpacked" "$scratch/d"
table "what each form lacks" tests/snapshots/lost "$scratch/table"
finish
