#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hosts that are hunted in by several runs give what one run gives: the union over 1, 3 and 16 shards,
# sorted, is that of one run to the byte, and so is what needs all hosts, made of the union.
. "${srcdir:-.}/tests/setup.sh"

cd "$source" || exit 99
evtxgen=$build/tests/evtxgen/evtxgen
made=$scratch/made
minute=60 # no two records are copies of one

# make_log FILE ANCHOR HOST…: a record of each host, in that order, as tests/word/common.yml has it.
make_log()
{
	file=$1
	anchor=$2
	shift 2
	mkdir -p "$(dirname "$file")"
	{
		cat tests/word/common.yml
		echo "records:"
		for host; do
			minute=$((minute + 1))
			printf '  - {<<: *%s, host: %s, time: "2024-03-01T%02d:%02d:00.0000000Z"}\n' \
				"$anchor" "$host" $((minute / 60)) $((minute % 60))
		done
	} >"$scratch/log.yml"
	"$evtxgen" "$scratch/log.yml" "$file" || report "$file is made" 1
}

wmi_log=Windows/System32/winevt/Logs/Microsoft-Windows-WMI-Activity%4Operational.evtx
other_log=Windows/System32/winevt/Logs/Contoso-Power%4Operational.evtx
# Clones of one image, which bore its name first; in one log, one of them still does.
for pc in pc-01 pc-02 pc-03; do
	make_log "$made/$pc/$wmi_log" tick WIN-IMG WIN-IMG "$pc.lab.example" "$pc.lab.example"
	make_log "$made/$pc/$other_log" other WIN-IMG
done
# A machine that was renamed twice, and what was collected of it before; its logs by the short name, too.
make_log "$made/pc-04/$wmi_log" tick OLD-7 OLD-7 MID-7 PC-04 PC-04
make_log "$made/pc-04/$other_log" other PC-04.lab.example
make_log "$made/backup/$wmi_log" tick OLD-7 OLD-7
# One in another domain has its first label.
make_log "$made/other/$wmi_log" tick pc-04.branch.example
# Two that write to one log by turns, and a collector of many.
make_log "$made/loose.evtx" tick PC-05 PC-06 PC-05 PC-06
make_log "$made/collector/${wmi_log%/*}/ForwardedEvents.evtx" tick PC-01.lab.example pc-02.lab.example PC-07 \
	PC-05 PC-08 PC-09 PC-07
make_log "$made/collector/$wmi_log" tick WEC.lab.example
# A log without a record, beside others and alone: of the header alone.
make_log "$scratch/whole.evtx" tick PC-02
mkdir -p "$made/empty/${wmi_log%/*}"
head -c 4096 "$scratch/whole.evtx" >"$made/empty/$other_log"
head -c 4096 "$scratch/whole.evtx" >"$made/pc-02/${wmi_log%/*}/Microsoft-Windows-Sysmon%4Operational.evtx"
# Whose name would be a field, or JSON.
make_log "$made/odd/$wmi_log" tick '"{\"kind\":\"event\"}"' '"A\tB"' '"É.lab.example"'
make_log "$made/odd-too/$wmi_log" tick '"é.lab.example"'

# Rules whose correlations hold hosts together, in several ways. What groups by the host does so by its
# name: no time spans two clones while both had that of the image.
cat >"$scratch/rules.yml" <<'EOF'
title: A Consumer Is Bound
id: 5d2c9d0e-6c4a-4b54-9f3e-6a3f2f0f6b01
name: bound
status: test
description: Feeds the correlations below.
logsource: {product: windows, service: wmi}
detection:
  selection: {EventID: 5861}
  condition: selection
level: informational
---
title: Consumers on Several Hosts
id: 5d2c9d0e-6c4a-4b54-9f3e-6a3f2f0f6b02
correlation:
  type: value_count
  rules: [bound]
  group-by: [EventID]
  timespan: 900d
  generate: true
  condition: {gte: 2, field: Computer}
level: medium
---
title: Several Consumers on a Host
id: 5d2c9d0e-6c4a-4b54-9f3e-6a3f2f0f6b03
name: several
correlation:
  type: event_count
  rules: [bound]
  group-by: [Machine]
  aliases: {Machine: {bound: Computer}}
  timespan: 2m
  generate: true
  condition: {gte: 2}
level: medium
---
title: Two Hosts With Several Consumers
id: 5d2c9d0e-6c4a-4b54-9f3e-6a3f2f0f6b04
correlation:
  type: event_count
  rules: [several]
  timespan: 900d
  generate: true
  condition: {gte: 2}
level: high
EOF

# hunt_in_shards COUNT OPTION…: splits the keyed lines at $scratch/keyed by host, hunts in each part,
# and leaves all that was found at $scratch/found.
hunt_in_shards()
{
	count=$1
	shift
	rm -rf "$scratch/parts"
	mkdir "$scratch/parts"
	awk -f examples/lines.awk -f examples/names.awk "$scratch/keyed" >"$scratch/groups"
	awk -v shards="$count" -v out="$scratch/parts/" -f examples/lines.awk -f examples/shuffle.awk \
		"$scratch/groups" "$scratch/keyed"
	for part in "$scratch"/parts/*; do
		wmihunt hunt -q --all --shard --exit-zero "$@" - <"$part" 2>/dev/null
	done >"$scratch/found"
}

# check_shards NAME PATH…
check_shards()
{
	name=$1
	shift
	set -- --rules="$scratch/rules.yml" "$@"
	wmihunt hunt -q --all "$@" 2>/dev/null | sort >"$scratch/one"
	wmihunt stack -q "$@" >"$scratch/stack" 2>/dev/null
	{
		wmihunt events -q --key "$@"
		shift
		wmihunt objects -q --key "$@"
	} >"$scratch/keyed" 2>/dev/null
	set -- --rules="$scratch/rules.yml"
	[ -s "$scratch/one" ] && grep -q 2c9d0e-6c4a-4b54-9f3e-6a3f2f0f6b02 "$scratch/one"
	report "$name: something is found, and across hosts" $?
	for shards in 1 3 16; do
		hunt_in_shards "$shards" "$@"
		wmihunt hunt -q --correlate-only "$@" "$scratch/found" >"$scratch/across"
		grep -v '^{"kind":"match"' "$scratch/found" | sort - "$scratch/across" >"$scratch/union"
		same "$name: $shards shards find what one run does" "$scratch/one" "$scratch/union"
		sort -R "$scratch/found" | wmihunt stack -q --saved "$@" - >"$scratch/saved" 2>"$scratch/problems"
		same "$name: stack of what $shards shards saved" "$scratch/stack" "$scratch/saved"
		same "$name: what $shards shards saved can be read" /dev/null "$scratch/problems"
	done
	set -- "$scratch"/parts/*
	[ $# -gt 2 ]
	report "$name: 16 shards are several: $#" $?
}

check_shards samples samples
check_shards "made logs" "$made"
cp "$scratch/keyed" "$scratch/keyed.made"
if [ -d "$evidence" ]; then
	[ -n "$sanitized" ] || check_shards evidence "$evidence"/*.7z "$evidence"/*.evtx "$evidence/exports"
else
	echo "skipped: real logs, none are at $evidence"
fi

# Clones of an image are no one group, nor are the hosts of a collector.
awk -f examples/lines.awk -f examples/names.awk "$scratch/keyed.made" | sed "s|$(echo "$made" | tr '[:upper:]' '[:lower:]')/||" | sort >"$scratch/groups"
sed 's/ /\t/g' >"$scratch/expected" <<'EOF'
 empty/windows/system32/winevt/logs/ ?
 pc-02/windows/system32/winevt/logs/ pc-02
__kind_:_event__  é
a_b  é
mid-7  pc-04
old-7  pc-04
win-img pc-01/ pc-01
win-img pc-02/ pc-02
win-img pc-03/ pc-03
EOF
same "what goes by another name than its own" "$scratch/expected" "$scratch/groups"
finish
