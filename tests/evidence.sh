#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Real logs: what is known to be in them must come out, exactly.
. "${srcdir:-.}/tests/setup.sh"

if [ ! -d "$evidence" ]; then
	echo "skipped: real logs, none are at $evidence"
	exit 77
fi

# expect NAME EXPECTED ACTUAL
expect()
{
	[ "$2" = "$3" ] || printf '%s:\n  expected %s\n  got      %s\n' "$1" "$2" "$3"
	[ "$2" = "$3" ]
	report "$1" $?
}

ids()
{
	wmihunt events -q --no-default-rules "$1" | jq -s -c 'group_by(.event_id) | map([.[0].event_id, length])'
}

# host, parts, filter, consumer, state, sightings, level, known-good of each subscription
subscriptions()
{
	wmihunt hunt -q --all "$1" | jq -c 'select(.kind == "subscription") | [.host, .filter.name, .consumer.name, .state,
		.sightings, (.parts | length), .level != null, .known_good != null]'
}

# What finds each planted subscription at high or critical.
high()
{
	wmihunt hunt -q "$1" | jq -c 'select(.kind == "subscription") | .consumer.name as $name | .matches[]
		| select(.level == "high" or .level == "critical") | [$name, .level, .title]'
}

# What else is told of, from low upwards: kind of evidence, level, rule and why it is linked.
around()
{
	wmihunt hunt -q "$1" | jq -r 'select(.kind == "evidence" and .level != "informational") |
		[.evidence, .level, .matches[0].title, .links[0].why // "-"] | join("; ")' | sort | uniq -c |
		sed 's/^ *//'
}

log=$evidence/sysmon_20_21_1_CommandLineEventConsumer.evtx
expect "Sysmon sample: events" '[[19,2],[20,2],[21,2]]' "$(ids "$log")"
expect "Sysmon sample: one subscription, created and deleted" \
	'["IEWIN7","BotFilter82","BotConsumer23","deleted",6,3,true,false]' "$(subscriptions "$log")"

expect "Sysmon sample: named, and the short life seen" \
	'["BotConsumer23","high","WinPwnage Subscription"]
["BotConsumer23","high","WMI Subscription That Ran Code Was Deleted Within Minutes"]' "$(high "$log")"

log=$evidence/PanacheSysmon_vs_AtomicRedTeam01.evtx
expect "Atomic Red Team: events" '[[19,2],[20,2],[21,2]]' "$(ids "$log")"
expect "Atomic Red Team: one subscription" \
	'["MSEDGEWIN10","AtomicRedTeam-WMIPersistence-Example","AtomicRedTeam-WMIPersistence-Example","deleted",6,3,true,false]' \
	"$(subscriptions "$log")"

expect "Atomic Red Team: found by what it does, and named" \
	'["AtomicRedTeam-WMIPersistence-Example","high",true]' \
	"$(wmihunt hunt -q "$log" | jq -c 'select(.kind == "subscription") | [.consumer.name, .level,
		any(.matches[]; .title == "Atomic Red Team Subscription")]')"

log=$evidence/forwarded-800-4103-4104-PowerLurk.evtx
expect "forwarded: ten records, none lost" 10 "$(wmihunt events -q --every "$log" 2>/dev/null | wc -l)"

expect_around()
{
	expect "$1: the events around" "$2" "$(around "$evidence/$1.evtx")"
}

expect_around sysmon_20_21_1_CommandLineEventConsumer '1 process; high; WMI Subscription Made With wmic; names its consumer BotConsumer23
1 process; high; WMI Subscription Made With wmic; names its filter BotFilter82
1 process; high; WMI Subscription Made With wmic; names its filter and its consumer
1 process; medium; Shell or Script Host Started Through WMI; a child of WmiPrvSE.exe with the command line that the consumer runs
1 process; medium; WMI Subscription Deleted or Changed With wmic; names its consumer BotConsumer23
2 process; medium; WMI Subscription Deleted or Changed With wmic; names its filter BotFilter82'
expect_around PanacheSysmon_vs_AtomicRedTeam01 '1 process; high; wmic Runs a Stylesheet From Elsewhere; -'
expect_around forwarded-800-4103-4104-PowerLurk '3 classic_shell; high; PowerShell Pipeline Makes a WMI Subscription; -
2 other; high; PowerShell Command Makes a WMI Subscription; -
1 script; high; Known WMI Attack Function in a PowerShell Script; -'
expect_around ID1-WMImplant '1 process; high; Command of Attackers Started Through WMI; -'
expect_around ID4688-5145-WMIexec '1 log_cleared; medium; Security Log Cleared; -
4 other; high; Output File of a Semi-Interactive Shell Over WMI; -
2 process; critical; Semi-Interactive Shell Over WMI; -'
expect_around LM_WMIC_4648_rpcss '1 explicit_logon; low; Other Credentials Used for DCOM on Another Host; -
2 explicit_logon; medium; wmic Used Other Credentials for Another Host; -
1 log_cleared; medium; Security Log Cleared; -'
expect_around LM_WMI_4624_4688_TargetHost ''

unpack()
{
	mkdir -p "$scratch/$1"
	(cd "$scratch/$1" && 7z x -y "$evidence/$1.7z" >/dev/null) || exit 99
}

unpack APTSimulatorVM_EventLogs
log=$scratch/APTSimulatorVM_EventLogs
expect "APTSimulator: events" '[[5861,3]]' "$(ids "$log")"
expect "APTSimulator: subscriptions" \
	'["DESKTOP-TMKU40H","SCM Event Log Filter","SCM Event Log Consumer","active",2,3,false,true]
["DESKTOP-TMKU40H","ProcessStartTrigger","KillProcess","active",1,3,true,false]' \
	"$(subscriptions "$log")"
expect "APTSimulator: one finding" 1 \
	"$(wmihunt hunt -q "$log" | jq -c 'select(.kind == "subscription")' | wc -l)"
expect "APTSimulator: found by what it does, and named" \
	'["KillProcess","high","WMI Subscription Ends Processes as They Start"]
["KillProcess","high","WMI_Backdoor or APTSimulator Subscription"]' "$(high "$log")"
expect "APTSimulator: one machine, and what was made and what replayed" \
	'[["WIN-C89CFTIHC0I","DESKTOP-TMKU40H"],"KillProcess",["registered_when_made"]]
[["WIN-C89CFTIHC0I","DESKTOP-TMKU40H"],"SCM Event Log Consumer",["replayed_at_start"]]' \
	"$(wmihunt hunt -q --all "$log" 2>/dev/null | jq -c 'select(.kind == "subscription") |
		[.host_names, .consumer.name, (.events | map(.operation) | unique)]' | sort)"

unpack RathbunVM_W10EventLogs
log=$scratch/RathbunVM_W10EventLogs
expect "Rathbun: events" '[[5861,4]]' "$(ids "$log")"
expect "Rathbun: no finding" 0 "$(wmihunt hunt -q "$log" | wc -l)"
expect "Rathbun: nothing but starts and stops" '8 machine_started
4 machine_stopped
1 renamed
4 wmi_started' \
	"$(wmihunt hunt -q --min-level=informational "$log" | jq -r .evidence | sort | uniq -c | sed 's/^ *//')"
expect "Rathbun: set up under one name, then renamed" \
	'["DESKTOP-GNCCVRK",["WIN-28GFHAGEV4P","DESKTOP-GNCCVRK"],["replayed_at_start"]]' \
	"$(wmihunt hunt -q --all "$log" 2>/dev/null | jq -c 'select(.kind == "subscription") |
		[.host, .host_names, (.events | map(.operation) | unique)]')"
expect "Rathbun: all known-good" true \
	"$(wmihunt hunt -q --all "$log" | jq -s 'map(select(.kind == "subscription")) |
		all(.known_good != null) and (map(.sightings) | add == 4)')"
finish
