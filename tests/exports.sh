#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Exports of other tools: what they hold comes out as from the log. The samples are spelled as each
# tool would; ../shared has exports of real logs (tests skip those where it is absent).
. "${srcdir:-.}/tests/setup.sh"
cd "$source" || exit 99
spell=$source/tests/exports
samples="samples/infected-host.evtx samples/clean-host.evtx samples/sysmon-only.evtx"
# shellcheck disable=SC2086 # names without blanks
wmihunt events -q --every $samples | jq -c -L "$spell" 'include "spell"; logged' >"$scratch/log"

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
	jq -r -s -L "$spell" --slurpfile log "$scratch/log" '
		include "spell";
		def key: [.channel, .event_id, .record_id, .host] | map(tostring | ascii_downcase) | join(" ");
		($log | INDEX(key)) as $by_key | 
		if length != ($log | length) then "\(length) of \($log | length) events" else empty end,
		([.[] | logged | . as $event | $by_key[key] as $from | if $from == null then "record" else
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
		.consumer.properties, .sightings, .evidence, .count, .event_id, [.matches[]?.title]]' "$1" | sort
}

# What is said of how hosts are covered, without what differs between a log and an export of it in any
# case; times in whole seconds.
covered()
{
	jq -c 'select(.kind == "coverage") | (.host | ascii_downcase) as $host | .logs[] | select(.state != "absent") |
		[$host, .channel, {state, records, first_id, missing, reports, process_starts, command_lines, scripts,
			from: (.from // "")[0:19], to: (.to // "")[0:19]}]' "$1" | sort
}

# uncovered FILE: in what the coverage lines there differ from those of the log.
uncovered()
{
	covered "$1" >"$scratch/covered-there"
	jq -r -n --slurpfile log "$scratch/covered" --slurpfile export "$scratch/covered-there" '
		def key: .[0:2] | join(" ");
		($export | INDEX(key)) as $by_key |
		[$log[] | .[2] as $from | $by_key[key] as $to | if $to == null then "log" else
			$from | keys[] | select($from[.] != $to[2][.]) end] +
		[if ($export | length) > ($log | length) then "more" else empty end] | unique | join(" ")'
}

# shellcheck disable=SC2086
found $samples >"$scratch/found"
covered "$scratch/findings" >"$scratch/covered"

# try NAME FILE: a row of the table, and the hunt.
try()
{
	wmihunt events --every "$2" 2>"$scratch/summary" | grep -v "^{\"kind\":\"log\"" >"$scratch/events"
	jq 'select(.kind == "summary").records_seen' "$scratch/summary" >"$scratch/seen"
	jq -s length "$scratch/events" | same "$1: each record is counted once" - "$scratch/seen"
	printf '%s: %s\n' "$1" "$(lost "$scratch/events")" >>"$scratch/table"
	jq -r '.source.format' "$scratch/events" | sort -u | tr '\n' ' ' | sed "s/^/$1 is /;s/ \$/\n/" >>"$scratch/formats"
	case $1 in
	*defender* | event_viewer*) return ;;
	esac
	wmihunt hunt -q --all "$2" >"$scratch/all" 2>/dev/null
	printf '%s: %s\n' "$1" "$(uncovered "$scratch/all")" >>"$scratch/uncovered"
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
: >"$scratch/uncovered"
: >"$scratch/formats"
for name in evtx_dump separate xml_json chainsaw nxlog otrf winlogbeat winlogbeat_6 sysmon_module velociraptor_at evtx_hunter evtxecmd \
	get_winevent get_winevent_flat wazuh defender dissect dissect_real evtx2es hayabusa sentinel splunk_json; do
	spelled $name
	try "$name" "$scratch/$name"
done
for name in xml python_evtx splunk_classic; do
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
jq -r -L "$spell" 'include "spell"; dissect_csv | @csv' "$scratch/log" >"$scratch/dissect.csv"
try dissect_csv "$scratch/dissect.csv"
# viewer NAME HEADER FORMAT SEPARATOR: what Event Viewer saves, which quotes messages only.
viewer()
{
	{
		printf '%s\r\n' "$2" | sed "s/,/$4/g"
		jq -r --arg time "$3" --arg sign "$4" -L "$spell" 'include "spell"; event_viewer' "$scratch/log"
	} >"$scratch/$1"
	try "$1" "$scratch/$1"
	wmihunt hunt -q --all "$scratch/$1" 2>/dev/null | jq -c 'select(.kind == "subscription" and .matches != []) |
		[.state, .filter.name, .consumer.name, .sightings, [.matches[].title]]' | sort >"$scratch/found-there"
	same "$1: subscriptions" "$scratch/subscriptions" "$scratch/found-there"
}
# shellcheck disable=SC2086
wmihunt hunt -q --all $samples 2>/dev/null | jq -c 'select(.kind == "subscription" and .matches != []) |
	[.state, .filter.name, .consumer.name, .sightings, [.matches[].title]]' | sort >"$scratch/subscriptions"
viewer event_viewer.csv 'Level,Date and Time,Source,Event ID,Task Category' '%m/%d/%Y %I:%M:%S %p' ,
viewer event_viewer_german.csv 'Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie' '%d.%m.%Y %H:%M:%S' ,
viewer event_viewer.txt 'Level,Date and Time,Source,Event ID,Task Category' '%d/%m/%Y %H:%M:%S' "$(printf '\t')"
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
table "in what coverage differs from the log's" tests/exports/covered "$scratch/uncovered"
table "what each spelling is called" tests/exports/formats "$scratch/formats"

# An export none of whose events is wanted says which hosts and channels it holds.
sed 's/"EventID":[0-9]*/"EventID":9999/' "$scratch/evtx_dump" >"$scratch/unwanted"
wmihunt hunt -q "$scratch/unwanted" >"$scratch/all" 2>/dev/null
jq -c 'select(.kind == "coverage") | [.host, .exports, (.logs[] | select(.exported) | [.channel, .state, .records, .from])]' "$scratch/all" >"$scratch/said"
same "an export without a wanted event" - "$scratch/said" <<'END'
["FIN-DC-02.corp.example",1,["Microsoft-Windows-WMI-Activity/Operational","events",27,"2023-10-02T05:12:09.4400127Z"]]
["LAB-BUILD-31",1,["Microsoft-Windows-Sysmon/Operational","events",26,"2023-09-25T22:00:01.2210000Z"]]
["WS-ACCT-07.corp.example",1,["Microsoft-Windows-WMI-Activity/Operational","events",43,"2023-09-04T06:58:01.1043217Z"]]
END

# A field that no event of a kind has is missing, and rules that ask for it are named; not where one
# event has it, nor where another kind would.
printf '%s\n' 'title: Asks for a parent' 'id: 8a2c7d3e-5b1f-4c6a-9d0e-1f2a3b4c5d6e' 'level: high' 'logsource: {product: windows, category: process_creation}' \
	"detection: {asked: {ParentCommandLine|contains: no_such_parent}, condition: asked}" >"$scratch/parent.yml"
# unmet JQ: what is said of Sysmon's starts of processes, made of one that has all fields.
unmet()
{
	jq -n -c "$1"' | .Event = {System: {Provider: {"#attributes": {Name: "Microsoft-Windows-Sysmon"}}, EventID: 1,
		TimeCreated: {"#attributes": {SystemTime: "2024-01-01T00:00:0\(.n)Z"}}, EventRecordID: .n,
		Channel: "Microsoft-Windows-Sysmon/Operational", Computer: "HOST1"}, EventData: .data} | {Event}' >"$scratch/starts"
	wmihunt hunt -q --no-default-rules --rules="$scratch/parent.yml" "$scratch/starts" >"$scratch/all" 2>/dev/null
	wmihunt events -q --no-default-rules --rules="$scratch/parent.yml" "$scratch/starts" 2>/dev/null |
		wmihunt hunt -q --no-default-rules --rules="$scratch/parent.yml" - 2>/dev/null | cmp - "$scratch/all"
	report "what exports lack is the same of their event lines" $?
	jq -r 'select(.kind == "coverage").blind[] | select(contains("hold no"))' "$scratch/all"
}
unmet 'range(40) | {n: (. % 10), data: {Image: "a.exe", CommandLine: "a"}}' >"$scratch/said"
same "rules that ask for a field that no event has" - "$scratch/said" <<'END'
Exports of the format evtx_dump hold no ParentCommandLine in events 1 of Microsoft-Windows-Sysmon/Operational: rules that ask for it cannot match there: Asks for a parent
END
unmet 'range(40) | {n: (. % 10), data: {Image: "a.exe", ParentCommandLine: (if . == 15 then "b" else empty end)}}' >"$scratch/said"
same "one event that has it" /dev/null "$scratch/said"
unmet '{n: 1, data: {}}' >"$scratch/said"
[ "$(wc -l <"$scratch/said")" = 1 ]
report "an event without any field lacks it" $?

# Neither fields nor message: such a 5861 cannot be read.
jq -c 'select(.Event.System.EventID == 5861) | del(.Event.UserData)' "$scratch/evtx_dump" >"$scratch/bare"
wmihunt hunt -q "$scratch/bare" 2>/dev/null | jq -r 'select(.kind == "coverage").blind[] | select(contains("cannot be read"))' | sort -u >"$scratch/said"
same "5861 without fields" - "$scratch/said" <<'END'
Exports of the format evtx_dump hold neither the fields nor the message of 5861, which cannot be read from them
END

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

# long NAME WORD: a file is known by its first record, even by one that is longer than what is looked
# at first; blanks are put after the word.
long()
{
	awk -v word="$2" '(at = done ? 0 : index($0, word)) {
		done = 1
		at += length(word)
		printf "%s", substr($0, 1, at - 1)
		for (i = 0; i < 4000; i++)
			printf "%100s", ""
		$0 = substr($0, at)
	} { print }' "$scratch/$1" >"$scratch/long"
	[ "$(wmihunt events -q --every "$scratch/long" 2>"$scratch/errors" | wc -l)" = 96 ] && ! grep damaged "$scratch/errors"
	report "a long first record: $1" $?
}
long evtx_dump '"PossibleCause":"'
long nxlog '"Message":"'
long winlogbeat '"PossibleCause":"'
long velociraptor_at '"PossibleCause":"'
long evtxecmd '"Payload":"'
long get_winevent '"Message":"'
long xml '<PossibleCause>'
{ echo '<Objs xmlns="http://schemas.microsoft.com/powershell/2004/04">' && cat "$scratch/clixml" && echo '</Objs>'; } >"$scratch/clixml.narrow"
long clixml.narrow '<S N="Message">'

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

# What an export in a collection says against the collection's own logs is told, and changes nothing.
logs=$scratch/C/Windows/System32/winevt/Logs
mkdir -p "$logs" "$scratch/C/Users/bob"
cp samples/infected-host.evtx "$logs/WMI.evtx"
cp "$scratch/log" "$scratch/log-of-samples"
cat >"$scratch/log" <<'END'
{"time":"2023-09-06T08:00:00.1230000Z","host":"WS-ACCT-07.corp.example","channel":"Microsoft-Windows-Sysmon/Operational","provider":"Microsoft-Windows-Sysmon","event_id":21,"record_id":900,"user_sid":"S-1-5-18","process_id":4,"data":{"RuleName":"-","EventType":"WmiBindingEvent","UtcTime":"2023-09-06 08:00:00.123","Operation":"Deleted","User":"A\\b","Consumer":" \"CommandLineEventConsumer.Name=\\\"PrinterHealthConsumer\\\"\"","Filter":" \"__EventFilter.Name=\\\"PrinterHealthFilter\\\"\""}}
END
# states PATH: of the subscription that the export says was deleted.
states()
{
	wmihunt hunt -q --all "$1" 2>/dev/null | jq -c 'select(.kind == "subscription" and .filter.name == "PrinterHealthFilter") |
		[.state, [.contradicted_by[]? | [.operation, .source.format]]]'
}
for name in evtx_dump separate xml_json chainsaw nxlog otrf winlogbeat winlogbeat_6 velociraptor_at evtx_hunter evtxecmd \
	get_winevent wazuh dissect evtx2es sentinel splunk_json xml python_evtx splunk_classic; do
	case $name in
	xml | python_evtx | splunk_classic) spelled $name -r ;;
	*) spelled $name ;;
	esac
	cp "$scratch/$name" "$scratch/C/Users/bob/export"
	printf '["active",[["deleted","%s"]]]\n' "$(sed -n "s/^$name is //p" tests/exports/formats)" >"$scratch/expected"
	states "$scratch/C" >"$scratch/said"
	same "$name in a collection: the logs' word stands" "$scratch/expected" "$scratch/said"
done
[ "$(states "$scratch/C/Users")" = '["deleted",[]]' ]
report "the export alone is believed" $?
cp "$scratch/log-of-samples" "$scratch/log"

# Times of whole seconds change nothing in what is linked, nor in its order where a log is one.
linked()
{
	wmihunt hunt -q --all "$1" 2>/dev/null | jq -c 'select(.kind == "subscription") |
		[.state, .filter.name, ([.timeline[]? | [.what, .event_id, .record_id]] | sort)]' | sort
}
for name in attacked-host infected-host; do
	wmihunt events -q --every samples/$name.evtx >"$scratch/log"
	linked samples/$name.evtx >"$scratch/linked"
	for spelling in evtx_hunter nxlog splunk_classic winlogbeat; do
		spelled $spelling -r
		linked "$scratch/$spelling" | same "$spelling: links of $name" "$scratch/linked" -
	done
done

if [ ! -d "$evidence/exports" ]; then
	echo "skipped: exports of real logs, none are at $evidence/exports"
	finish
fi
logs="$evidence/APTSimulatorVM_EventLogs.7z $evidence/PanacheSysmon_vs_AtomicRedTeam01.evtx $evidence/LM_WMI_4624_4688_TargetHost.evtx"
# shellcheck disable=SC2086
wmihunt events -q --every $logs 2>/dev/null | jq -c -L "$spell" --slurpfile wanted "$evidence/exports/spellings/source.jsonl" '
	include "spell";
	($wanted | map(.Event.System | "\(.Channel) \(.EventRecordID) \(.Computer)") | INDEX(.)) as $keys |
	select($keys["\(.channel) \(.record_id) \(.host)"]) | logged' >"$scratch/log"
# That two names are one machine a log can show; some events of it in one file do not.
jq -c '.source = {path: "events", offset: .source.offset}' "$scratch/log" >"$scratch/events-of-log"
found "$scratch/events-of-log" >"$scratch/found"
# Of these events no log says how many there are.
jq -c --slurpfile found "$scratch/findings" -s '($found | map(select(.kind == "coverage")) | INDEX(.host)) as $of |
	group_by([.host, .channel])[] | select($of[.[0].host]) | . as $all |
	($of[.[0].host].logs[] | select(.channel == $all[0].channel)) as $said |
	[(.[0].host | ascii_downcase), .[0].channel, {records: length, from: (map(.time) | min)[0:19], to: (map(.time) | max)[0:19],
		reports: $said.reports, process_starts: (if .[0].channel == "Security" then map(select(.event_id == 4688)) | length else null end),
		command_lines: (if .[0].channel == "Security" then map(select(.event_id == 4688 and (.data.CommandLine // "") != "")) | length else null end)}]' \
	"$scratch/log" | sort >"$scratch/covered"
: >"$scratch/table"
: >"$scratch/uncovered"
: >"$scratch/formats"
for file in "$evidence"/exports/spellings/*; do
	case $file in
	*/EXPECTED.json) ;;
	*) try "$(basename "$file")" "$file" ;;
	esac
done
table "what each export of real logs lacks" tests/exports/lost-real "$scratch/table"
table "in what coverage differs from the real logs'" tests/exports/covered-real "$scratch/uncovered"
# With these events as a log has them: each counts once, whichever comes first, and all of them do.
exports=
for file in "$evidence"/exports/spellings/*; do
	case $file in
	*/EXPECTED.json) continue ;;
	esac
	exports="$exports $file"
	found "$scratch/events-of-log" "$file" >"$scratch/found-there"
	same "$(basename "$file") after the events" "$scratch/found" "$scratch/found-there"
	found "$file" "$scratch/events-of-log" >"$scratch/found-there"
	same "$(basename "$file") before the events" "$scratch/found" "$scratch/found-there"
done
# shellcheck disable=SC2086
found $exports "$scratch/events-of-log" >"$scratch/found-there"
same "all exports before the events" "$scratch/found" "$scratch/found-there"
# shellcheck disable=SC2086
found "$scratch/events-of-log" $exports >"$scratch/found-there"
same "all exports after the events" "$scratch/found" "$scratch/found-there"
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
