#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Exports of other tools: what they hold comes out as from the log. The samples are spelled as each
# tool would; ../shared has exports of real logs (tests skip those where it is absent).
. "${srcdir:-.}/tests/setup.sh"
cd "$source" || exit 99
spell=$source/tests/exports
samples="samples/infected-host.evtx samples/clean-host.evtx samples/sysmon-only.evtx"
# shellcheck disable=SC2086 # names without blanks
wmihunt events -q --every $samples >"$scratch/log"

# With --update the tables are written anew; review the difference.
update=${1-}

# table NAME FILE FILE
table()
{
	[ "$update" != --update ] || cp "$3" "$2"
	same "$@"
}

# lost LINES: what the events of an export lack or say otherwise than those of the log, as
# "time", "process_id" or names of fields; new ones with a plus.
lost()
{
	jq -r -s --slurpfile log "$scratch/log" '
		def key: [.channel, .event_id, .record_id, .host] | map(tostring | ascii_downcase) | join(" ");
		($log | INDEX(key)) as $by_key | 
		if length != ($log | length) then "\(length) of \($log | length) events" else empty end,
		([.[] | . as $event | $by_key[key] as $from | if $from == null then "record" else
			(["time", "host", "provider", "user_sid", "process_id", "data_type"][] |
				select($event[.] != $from[.])),
			($from.data | to_entries[] | select($event.data[.key] != .value) | .key),
			($event.data | keys[] | select($from.data[.] == null) | "+" + .) end] | unique | .[])' "$1" |
		tr '\n' ' ' | sed 's/ $//'
}

# What a hunt says, without places and times.
found()
{
	wmihunt hunt -q --all "$@" 2>/dev/null >"$scratch/findings"
	summed "$scratch/findings"
}

summed()
{
	jq -S -c '[.kind, .host, .state, .filter.name, .filter.query, .consumer.name,
		.consumer.properties, .sightings, .evidence, .event_id, [.matches[]?.title]]' "$1" | sort
}

# shellcheck disable=SC2086
found $samples >"$scratch/found"

# try NAME FILE: a row of the table, and the hunt.
try()
{
	wmihunt events --every "$2" >"$scratch/events" 2>"$scratch/summary"
	jq 'select(.kind == "summary").records_seen' "$scratch/summary" >"$scratch/seen"
	jq -s length "$scratch/events" | same "$1: each record is counted once" - "$scratch/seen"
	printf '%s: %s\n' "$1" "$(lost "$scratch/events")" >>"$scratch/table"
	jq -r '.source.format' "$scratch/events" | sort -u | tr '\n' ' ' | sed "s/^/$1 is /;s/ \$/\n/" >>"$scratch/formats"
	case $1 in
	*defender*) return ;;
	esac
	wmihunt hunt -q --all "$2" >"$scratch/all" 2>/dev/null
	summed "$scratch/all" >"$scratch/found-there"
	same "$1: findings" "$scratch/found" "$scratch/found-there"
	wmihunt hunt -q --all --no-sieve "$2" 2>/dev/null | cmp - "$scratch/all"
	report "$1: the sieve changes nothing" $?
}

# spelled NAME [JQ-OPTION…]: the samples in that spelling.
spelled()
{
	name=$1
	shift
	jq -c "$@" -L "$spell" "include \"spell\"; $name" "$scratch/log" >"$scratch/$name"
}

: >"$scratch/table"
: >"$scratch/formats"
for name in evtx_dump separate chainsaw nxlog otrf winlogbeat winlogbeat_6 sysmon_module velociraptor_at evtx_hunter evtxecmd \
	get_winevent wazuh defender dissect hayabusa sentinel splunk_json; do
	spelled $name
	try "$name" "$scratch/$name"
done
for name in xml splunk_classic; do
	spelled $name -r
	try "$name" "$scratch/$name"
done
{
	echo RecordNumber,EventRecordId,TimeCreated,EventId,Provider,Channel,ProcessId,Computer,ChunkNumber,UserId,MapDescription,SourceFile,HiddenRecord,Payload
	jq -r -L "$spell" 'include "spell"; evtxecmd_csv | @csv' "$scratch/log"
} >"$scratch/evtxecmd.csv"
try evtxecmd_csv "$scratch/evtxecmd.csv"
{
	echo '#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord'
	echo '"Message","Id","RecordId","ProviderName","LogName","ProcessId","MachineName","UserId","TimeCreated","Properties"'
	jq -r -L "$spell" 'include "spell"; get_winevent_csv | @csv' "$scratch/log"
} >"$scratch/get_winevent.csv"
try get_winevent_csv "$scratch/get_winevent.csv"
spelled clixml -r
# objects NAME BEFORE AFTER: a file of CliXml in UTF-16, as PowerShell writes it.
objects()
{
	{
		printf '\357\273\277<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n%s\n' "$2"
		cat "$scratch/clixml"
		printf '%s\n</Objs>' "$3"
	} | iconv -f UTF-8 -t UTF-16LE >"$scratch/$1"
}
objects clixml.xml '' ''
try clixml "$scratch/clixml.xml"
objects clixml_list.xml '<Obj RefId="9"><TN RefId="9"><T>System.Object[]</T></TN><LST>' '</LST></Obj>'
try clixml_list "$scratch/clixml_list.xml"
table "what each spelling lacks" tests/exports/lost "$scratch/table"
table "what each spelling is called" tests/exports/formats "$scratch/formats"

# One spelling in other frames.
frame()
{
	wmihunt events -q --every "$2" 2>/dev/null | jq -c 'del(.source)' >"$scratch/framed"
	same "$1" "$scratch/plain" "$scratch/framed"
}
wmihunt events -q --every "$scratch/evtx_dump" | jq -c 'del(.source)' >"$scratch/plain"
jq . "$scratch/evtx_dump" >"$scratch/pretty"
frame "objects of many lines" "$scratch/pretty"
jq -s -c . "$scratch/evtx_dump" >"$scratch/array"
frame "a list on one line" "$scratch/array"
jq -s . "$scratch/evtx_dump" >"$scratch/array"
frame "a list on many lines" "$scratch/array"
awk '{ print "Record " NR; print }' "$scratch/evtx_dump" >"$scratch/numbered"
frame "numbered records" "$scratch/numbered"
jq -c '{_index: "x", _source: .}' "$scratch/evtx_dump" >"$scratch/sources"
frame "documents of a search engine" "$scratch/sources"
jq -s -c '{took: 1, hits: {total: 3, hits: map({_source: .})}, aggregations: {a: {}}}' "$scratch/evtx_dump" >"$scratch/hits"
frame "its answer" "$scratch/hits"
{ printf '\357\273\277'; sed 's/$/\r/' "$scratch/evtx_dump"; } >"$scratch/marked"
frame "a byte order mark and CR LF" "$scratch/marked"
for width in LE BE; do
	printf '\357\273\277' | cat - "$scratch/evtx_dump" | iconv -f UTF-8 -t UTF-16$width >"$scratch/wide"
	frame "UTF-16$width" "$scratch/wide"
done
gzip -c "$scratch/evtx_dump" >"$scratch/packed"
frame "packed" "$scratch/packed"
{ echo '<?xml version="1.1"?><Events>'; sed 's/<\/Event>$/<RenderingInfo><Message>Image: x<\/Message><\/RenderingInfo><\/Event>/' "$scratch/xml"; echo '</Events>'; } >"$scratch/rendered"
frame "XML with what Event Viewer renders" "$scratch/rendered"

# What Velociraptor traced.
cat >"$scratch/eventing" <<'END'
{"EventTime":"2024-05-01T10:00:00.5Z","EventId":11,"NamespaceName":"root\\subscription","Operation":"Start IWbemServices::PutInstance - root\\subscription : __EventFilter.Name=\"f1\"","Process":{"Name":"x.exe","Pid":4711,"CommandLine":"x.exe"},"IsLocal":true,"ClientMachine":"HOST1","ClientMachineFQDN":"host1.example","User":"HOST1\\u","CorrelationId":"{1}","OperationId":7,"GroupOperationId":8}
END
wmihunt events -q --every "$scratch/eventing" | jq -c '[.time, .channel, .event_id, .data.NamespaceName, .data.Operation, .data.ClientProcessId, .data.User]' >"$scratch/traced"
cat >"$scratch/expected" <<'END'
["2024-05-01T10:00:00.5000000Z","Microsoft-Windows-WMI-Activity/Trace",11,"root\\subscription","Start IWbemServices::PutInstance - root\\subscription : __EventFilter.Name=\"f1\"","4711","HOST1\\u"]
END
same "what Velociraptor traced" "$scratch/expected" "$scratch/traced"
[ "$(wmihunt hunt -q --all "$scratch/eventing" | jq -r 'select(.kind == "evidence").event_id')" = 11 ]
report "what it traced is a related event" $?

# The log and its exports together say what the log says, in any order.
for name in evtx_dump nxlog winlogbeat velociraptor_at get_winevent.csv splunk_classic defender; do
	# shellcheck disable=SC2086
	found $samples "$scratch/$name" >"$scratch/found-there"
	same "$name after the log" "$scratch/found" "$scratch/found-there"
	# shellcheck disable=SC2086
	found "$scratch/$name" $samples >"$scratch/found-there"
	same "$name before the log" "$scratch/found" "$scratch/found-there"
done
# shellcheck disable=SC2086
wmihunt hunt -q --all "$scratch/nxlog" $samples | jq -r '.events[]?.source.format // "log"' | sort -u >"$scratch/sources"
echo log | same "the log is preferred" - "$scratch/sources"

if [ ! -d "$evidence/exports" ]; then
	echo "skipped: exports of real logs, none are at $evidence/exports"
	finish
fi
logs="$evidence/APTSimulatorVM_EventLogs.7z $evidence/PanacheSysmon_vs_AtomicRedTeam01.evtx $evidence/LM_WMI_4624_4688_TargetHost.evtx"
# shellcheck disable=SC2086
wmihunt events -q --every $logs 2>/dev/null | jq -c --slurpfile wanted "$evidence/exports/spellings/source.jsonl" '
	($wanted | map(.Event.System | "\(.Channel) \(.EventRecordID) \(.Computer)") | INDEX(.)) as $keys |
	select($keys["\(.channel) \(.record_id) \(.host)"])' >"$scratch/log"
# That two names are one machine a log can show; some events of it in one file do not.
jq -c '.source = {path: "events", offset: .source.offset}' "$scratch/log" >"$scratch/events-of-log"
found "$scratch/events-of-log" >"$scratch/found"
: >"$scratch/table"
: >"$scratch/formats"
for file in "$evidence"/exports/spellings/*; do
	case $file in
	*/EXPECTED.json) ;;
	*) try "$(basename "$file")" "$file" ;;
	esac
done
table "what each export of real logs lacks" tests/exports/lost-real "$scratch/table"
lines=$(wmihunt events -q --every "$evidence/exports/otrf-nxlog-wmic_remote_xsl.zip" 2>/dev/null | wc -l)
[ "$lines" = 1364 ]
report "all lines of a PowerShell export are read" $?
lines=$(wmihunt events -q --every "$evidence/exports/otrf-nxlog-covenant_persistwmi.tar.gz" 2>/dev/null | wc -l)
[ "$lines" = 1001 ]
report "all lines of an NXLog export are read" $?
wmihunt hunt -q --all "$evidence/exports/otrf-nxlog-covenant_persistwmi.tar.gz" 2>/dev/null |
	jq -c 'select(.kind == "subscription") | [.state, .filter.name, .consumer.name, [.events[].event_id]]' >"$scratch/covenant"
echo '["active","Evil Persistence","Evil Persistence",[5861,19,20,21]]' | same "one subscription of four events" - "$scratch/covenant"
finish
