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
	wmihunt objects -q "$@" 2>"$scratch/err" | jq -c 'del(.kind, .id, .schema, .derivation, .source)'
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
jq -n -r '"#pragma namespace(\"//./root/subscription\")", (range(100000) | "instance of __EventFilter as $F\(.) { Name = \"f\(.)\"; Query = \"\("x" * 60)\"; };")' >"$scratch/many.mof"
wmihunt objects -q "$scratch/many.mof" >"$scratch/got" 2>"$scratch/err"
[ "$(grep -c '"class":"__EventFilter"' "$scratch/got")" = 100000 ] && [ ! -s "$scratch/err" ]
report "100,000 instances" $?
rm "$scratch/many.mof"
# What is too deep or too much in one instance costs that, and not the next.
jq -n -r '"instance of __EventFilter { Name = \"deep\"; X = \("instance of Y { Z = " * 5000)1\("; }" * 5000); };",
	"instance of __EventFilter { Name = \"long\"; \([range(70000) | "P\(.) = \(.); "] | add)};",
	"instance of __EventFilter { Name = \"wide\"; X = {\("1, " * 70000)1}; };",
	"instance of __EventFilter { Name = \"after\"; };"' >"$scratch/x.mof"
objects "$scratch/x.mof" | jq -c '[.properties.Name, .partial]' >"$scratch/got"
printf '["%s",true]\n' deep long wide >"$scratch/expected"
echo '["after",null]' >>"$scratch/expected"
same "limits of an instance" "$scratch/expected" "$scratch/got"
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
	elastic_osquery elastic_osquery_dots get_wmiobject get_ciminstance get_ciminstance_shallow velociraptor_autoruns dissect artemis artemis_elsewhere artemis_around cimsweep; do
	spelled $name -c >"$scratch/$name.json"
	try $name "$scratch/$name.json"
done
for name in velociraptor_csv autorunsc sniper wmi_parser artemis_csv; do
	spelled "$name | @csv" -r >"$scratch/$name.csv"
	try $name "$scratch/$name.csv"
done
for name in filters:"WMI Event Filters" consumers:"WMI Event Consumers" bindings:"WMI Filter Consumer Binders"; do
	{ printf '\357\273\277'; spelled "kape_${name%%:*} | @csv" -r; } >"$scratch/${name#*:}.csv"
	try "kape_${name%%:*}" "$scratch/${name#*:}.csv"
done
spelled kape_bindings_json >"$scratch/WMI Filter Consumer Binders.json"
try kape_bindings_json "$scratch/WMI Filter Consumer Binders.json"
for class in __EventFilter CommandLineEventConsumer ActiveScriptEventConsumer NTEventLogEventConsumer __FilterToConsumerBinding; do
	{ echo "#TYPE System.Management.ManagementObject#root\\Subscription\\$class"; spelled "get_wmiobject_csv(\"$class\") | @csv" -r; } >"$scratch/x.csv"
	try "get_wmiobject_csv $class" "$scratch/x.csv"
done
for class in __EventFilter CommandLineEventConsumer __FilterToConsumerBinding; do
	{ echo "#TYPE Microsoft.Management.Infrastructure.CimInstance#root/subscription/$class"; spelled "get_ciminstance_csv(\"$class\") | @csv" -r; } >"$scratch/x.csv"
	try "get_ciminstance_csv $class" "$scratch/x.csv"
done
for name in get_wmiobject_clixml get_ciminstance_clixml; do
	spelled $name -r >"$scratch/$name.xml"
	try $name "$scratch/$name.xml"
	{ printf '\357\273\277'; cat "$scratch/$name.xml"; } | iconv -f UTF-8 -t UTF-16LE >"$scratch/wide.xml"
	wmihunt objects -q "$scratch/wide.xml" | jq -c 'del(.source)' >"$scratch/other"
	jq -c 'del(.source)' "$scratch/got" | same "$name: of 16 bits a character" - "$scratch/other"
done
for name in WMIEvtFilter:__EventFilter WMIEvtConsumer:CommandLineEventConsumer WMIFltConBind:__FilterToConsumerBinding; do
	{ printf '\357\273\277'; spelled "kansa_tsv(\"${name#*:}\")" -r; } | iconv -f UTF-8 -t UTF-16LE >"$scratch/HOST7-${name%:*}.tsv"
	try "kansa_tsv ${name%:*}" "$scratch/HOST7-${name%:*}.tsv"
done
for name in get_wmiobject_text kape_auditing wmic_list wmic_csv finder_1 finder_11; do
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
mkdir -p "$scratch/e/other/results" && cp -r "$scratch/c" "$scratch/e/case" && cp "$scratch/velociraptor.json" "$scratch/e/other/results/WMI.json"
wmihunt objects -q "$scratch/e" | jq -c '[.host, .host_from, .collected]' | sort -u >"$scratch/found"
printf '%s\n' '["HOST7","file beside","2026-09-28T11:25:00.0000000Z"]' '[null,null,null]' >"$scratch/expected"
same "what one collection says is not of another" "$scratch/expected" "$scratch/found"
wmihunt objects -q --jobs 1 "$scratch/e" >"$scratch/got"
wmihunt objects -q "$scratch/e" | same "unpacked: one worker" - "$scratch/got"
table "what each form lacks" tests/snapshots/lost "$scratch/table"

# Joined with logs: the newest sound source gives the state.
log=samples/attacked-host.evtx
deleted='select(.filter.name == "LicenceFilter")'
said='[.host, .filter.name, .state, .told.contradictions, [.told.objects[]? | [.tool // .found_in, .state]]]'

# seen NAME EXPECTED FILE…: what a hunt over the log and the files says of what the log says was deleted.
seen()
{
	name=$1
	printf '%s\n' "$2" >"$scratch/expected"
	shift 2
	wmihunt hunt -q --all "$log" "$@" | jq -c "$deleted | $said" >"$scratch/found"
	same "$name" "$scratch/expected" "$scratch/found"
	wmihunt hunt -q --all "$@" "$log" | jq -c "$deleted | $said" >"$scratch/found"
	same "$name: in the other order" "$scratch/expected" "$scratch/found"
	{ wmihunt events -q "$log"; [ $# -eq 0 ] || wmihunt objects -q "$@"; } | wmihunt hunt -q --all - | jq -c "$deleted | $said" >"$scratch/found"
	same "$name: through lines" "$scratch/expected" "$scratch/found"
}

# osquery TIME ACTION: the binding as osquery logs it.
osquery()
{
	wmihunt hunt -q --all "$log" | jq -c --arg time "$1" --arg action "$2" "$deleted"' | {name: "wmi",
		hostIdentifier: "app-stage-02", unixTime: $time, action: $action, columns: {namespace: "ROOT\\Subscription",
		filter: "__EventFilter.Name=\(.filter.name | tojson)", consumer: "\(.consumer.class).Name=\(.consumer.name | tojson)",
		query: .filter.query, command_line_template: .consumer.properties.CommandLineTemplate}}'
}
host=APP-STAGE-02.corp.example
seen "no snapshot" "[\"$host\",\"LicenceFilter\",\"deleted\",null,[]]"
osquery 1715756400 added >"$scratch/later"
seen "seen later" "[\"$host\",\"LicenceFilter\",\"active\",[\"alive after its deletion\"],[[\"osquery\",\"live\"]]]" "$scratch/later"
osquery 1715580000 added >"$scratch/earlier"
seen "seen earlier" "[\"$host\",\"LicenceFilter\",\"deleted\",null,[[\"osquery\",\"live\"]]]" "$scratch/earlier"
{ osquery 1715756400 added; osquery 1715756500 removed; } >"$scratch/gone"
seen "seen later and then gone" "[\"$host\",\"LicenceFilter\",\"deleted\",null,[[\"osquery\",\"deleted\"],[\"osquery\",\"live\"]]]" "$scratch/gone"
osquery 0 added | jq -c 'del(.unixTime) + {calendarTime: "?"}' >"$scratch/sometime"
seen "seen at some time" "[\"$host\",\"LicenceFilter\",\"deleted\",[\"alive at a time that is not known\"],[[\"osquery\",\"live\"]]]" "$scratch/sometime"
osquery 1715756400 added | sed 's/check.cmd/other.cmd/' >"$scratch/other"
wmihunt hunt -q --all "$log" "$scratch/other" | jq -c "$deleted | $said" >"$scratch/found"
{
	printf '%s\n' "[\"$host\",\"LicenceFilter\",\"deleted\",null,[]]"
	printf '%s\n' "[\"$host\",\"LicenceFilter\",\"active\",null,[[\"osquery\",\"live\"]]]"
} | same "other content of the same names" - "$scratch/found"
wmihunt hunt -q --all "$log" | jq -r "$deleted"' | "#pragma namespace(\"//./root/subscription\")
instance of __EventFilter as $F { Name = \(.filter.name | tojson); Query = \(.filter.query | tojson); };
instance of \(.consumer.class) as $C { Name = \(.consumer.name | tojson); CommandLineTemplate = \(.consumer.properties.CommandLineTemplate | tojson); };
instance of __FilterToConsumerBinding { Filter = $F; Consumer = $C; };"' >"$scratch/licence.mof"
seen "made from that text" "[\"$host\",\"LicenceFilter\",\"deleted\",null,[[\"mof file\",\"defined\"]]]" "$scratch/licence.mof"
wmihunt hunt -q --all "$scratch/licence.mof" | jq -c "$said" >"$scratch/found"
echo '[null,"LicenceFilter","defined",null,[["mof file","defined"]]]' | same "only the text" - "$scratch/found"
wmihunt hunt -q --all "$scratch/velociraptor_csv.csv" | jq -c "[.host, .filter.name, .consumer.name, .state]" >"$scratch/found"
printf '["HOST7","f1","%s","active"]\n' c1 c2 >"$scratch/expected"
echo '["HOST7","Windows\" Update, MOF","c3","active"]' >>"$scratch/expected"
sort -o "$scratch/expected" "$scratch/expected"
sort "$scratch/found" | same "a snapshot alone" - "$scratch/expected"
# Objects of another name, of a repository, of a snapshot of that time.
told=tests/hunts/anomaly/snapshot_contradicts/hit.jsonl
other='select(.kind == "object") | walk(if type == "string" then gsub("Lab(?<a>Filter|Runner)"; "Other\(.a)") else . end)'
stored='select(.kind == "object") | del(.collected, .tool, .host_from) + {session: "2026-03-02T08:00:00.0000000Z", found_in: "current map"}'
marked='select(.kind == "subscription" and .filter.name == "LabFilter") | [.host, .state, .told.contradictions]'

# contradicted NAME EXPECTED FILTER: what is said of those lines.
contradicted()
{
	jq -c "$3" "$told" | wmihunt hunt -q --all - | jq -c "$marked" >"$scratch/found"
	printf '%s\n' "$2" >"$scratch/expected"
	same "$1" "$scratch/expected" "$scratch/found"
}
contradicted "a later list lacks it" '["HIT-01.lab.example","active",["missing later"]]' \
	"(select(.data.Operation == \"Created\")), ($other)"
contradicted "an earlier list lacks it" '["HIT-01.lab.example","active",null]' \
	"(select(.data.Operation == \"Created\")), ($other | .collected = \"2026-03-01T00:00:00.0000000Z\")"
contradicted "what is no list lacks it" '["HIT-01.lab.example","active",null]' \
	"(select(.data.Operation == \"Created\")), ($other | .tool = \"osquery\")"
contradicted "a later list lacks what the repository has" '["HIT-01.lab.example","active",["missing later"]]' \
	"($stored), ($other)"
contradicted "alive after the repository" '["HIT-01.lab.example","deleted",["alive since the repository'"'"'s last session"]]' \
	"($stored | .state = \"deleted\"), select(.kind == \"object\")"
contradicted "alive before the repository" '["HIT-01.lab.example","deleted",null]' \
	"($stored | .state = \"deleted\"), (select(.kind == \"object\") | .collected = \"2026-03-01T00:00:00.0000000Z\")"
# A short name is that of the long one, where one machine has it only.
contradicted "a short name" '["HIT-01.lab.example","active",null]' \
	'select(.kind == "object") | ., (.host = "hit-01")'
contradicted "one label, two machines" '["HIT-01.lab.example","active",null]
["hit-01.other.example","active",null]' \
	'select(.kind == "object") | ., (.host = "hit-01.other.example")'
wmihunt hunt -q --all --format=table --explain "$log" "$scratch/later" "$scratch/licence.mof" >"$scratch/table"
{
	grep -o 'LicenceFilter → .*\[MOF\]' "$scratch/table"
	grep -A1 ': seen alive\|^    contradicted\|^    defined' "$scratch/table"
} | sed 's/^  *//; s/   */  /; s|: /.*/|: |; /^--/d' >"$scratch/found"
cat >"$scratch/expected" <<'EOF'
LicenceFilter → LicenceConsumer  [snapshot: alive after its deletion] [MOF]
defined
mof file: licence.mof
2024-05-15 07:00:00: seen alive
osquery: later
contradicted: alive after its deletion
Why it matched
EOF
same "the table, and what is explained" "$scratch/expected" "$scratch/found"
wmihunt hunt -q --all --format=timeline "$log" "$scratch/later" | grep -q '2024-05-15 07:00:00 .* seen alive .*LicenceFilter'
report "a timeline over all" $?
wmihunt stack -q "$scratch/velociraptor_csv.csv" "$scratch/gone" >"$scratch/found"
report "stacking snapshots" $?
wmihunt baseline -q "$scratch/velociraptor_csv.csv" >"$scratch/base"
[ "$(wmihunt hunt -q --baseline "$scratch/base" "$scratch/velociraptor_csv.csv" | wc -l)" = 0 ]
report "a baseline of a snapshot vouches for it" $?
finish
