#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench-fleet: what a fleet costs, map, reduce and stack: time, processor time and the largest process.
# A fleet is simulated (tests/bench/fleet.awk), of HOSTS hosts (default: 10000), and half of them, as the
# reduce must be linear. The map reads logs that tests/evtxgen makes, of a fiftieth of them.
# Goal: 10,000 hosts joined and judged in under 60 s and 1 GB on two cores, and what was planted on single
# hosts stands first in the stack. Needs the Debian package time.
. "${srcdir:-.}/tests/setup.sh"

hosts=${HOSTS:-10000}
cd "$scratch" || exit 99

# measure JOB COMMAND…: a line of the table. Standard input and output are the command's.
measure()
{
	job=$1
	shift
	/usr/bin/time -o times -f '%e %U %S %M' "$@" 2>said
	tail -n 1 times | awk -v job="$job" '{ printf "%-52s %8.1f %8.1f %7.0f\n", job, $1, $2 + $3, $4 / 1024 }' >&2
}

logs=$((hosts / 50))
mkdir logs
number=0
while [ $number -lt $logs ]; do
	number=$((number + 1))
	{
		cat "$source/tests/word/common.yml"
		echo "records:"
		for record in 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31; do
			echo "  - {<<: *tick, host: WS-$number.fleet.example, time: \"2024-03-01T08:$record:00.0000000Z\"}"
		done
	} >log.yml
	"$build/tests/evtxgen/evtxgen" log.yml "logs/WS-$number.evtx" || exit 99
done

printf '%-52s %8s %8s %7s\n' job s "cpu s" MiB >&2
measure "map: $logs logs of 22 events" wmihunt events -q --key logs >keyed
for count in $((hosts / 2)) "$hosts"; do
	awk -v hosts="$count" -f "$source/tests/bench/fleet.awk" >keyed
	measure "names of $count hosts" awk -f "$source/examples/lines.awk" -f "$source/examples/names.awk" keyed >groups
	measure "reduce: hunt of $count hosts" wmihunt hunt -q --all --shard - <keyed >found
	measure "stack of what was saved of $count hosts" wmihunt stack -q --saved found >stack
done
head -n $((hosts / 100)) stack | grep -c '"name":"Planted' >planted
echo "planted on one host each: $((hosts / 100)), of these in as many first lines of the stack: $(cat planted)"
[ "$(cat planted)" -eq $((hosts / 100)) ]
report "what was planted stands first" $?
finish
