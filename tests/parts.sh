#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A log that several workers read in parts is as one that one worker reads: wmihunt-parts makes parts
# of two chunks.
. "${srcdir:-.}/tests/setup.sh"
parts=$build/tests/parts/wmihunt-parts
evtxgen=$build/tests/evtxgen/evtxgen
jobs_tried='1 3'
mutate=$build/tests/differential/mutate

# messages FILE: what was said, without how fast it was.
messages()
{
	jq -c 'del(.seconds, .mb_per_second)' "$1"
}

# compare NAME LOG OPTION…: what both say of it.
compare()
{
	name=$1 log=$2
	shift 2
	wmihunt events "$@" "$log" >"$scratch/whole" 2>"$scratch/said"
	whole=$?
	messages "$scratch/said" >"$scratch/whole-said"
	for jobs in $jobs_tried; do
		"$parts" events --jobs="$jobs" "$@" "$log" >"$scratch/parted" 2>"$scratch/said"
		status=$?
		messages "$scratch/said" >"$scratch/parted-said"
		[ $status -eq $whole ]
		report "$name, $*, $jobs jobs: exit status $status, of the whole $whole" $?
		cmp -s "$scratch/whole" "$scratch/parted"
		report "$name, $*, $jobs jobs: the same events" $?
		same "$name, $*, $jobs jobs: the same is said" "$scratch/whole-said" "$scratch/parted-said"
	done
}

# compare_log NAME LOG
compare_log()
{
	compare "$1" "$2" --every
	jobs_tried=3
	[ -n "$sanitized" ] || compare "$1" "$2"
	jobs_tried='1 3'
}

test_logs()
{
	for log in "$source"/samples/*.evtx; do
		compare_log "$(basename "$log")" "$log"
	done
	for description in "$source"/tests/word/*.yml; do
		name=$(basename "$description" .yml)
		[ "$name" != common ] || continue
		cat "$source/tests/word/common.yml" "$description" >"$scratch/log.yml"
		"$evtxgen" "$scratch/log.yml" "$scratch/word.evtx" || exit 99
		compare_log "word/$name" "$scratch/word.evtx"
	done
	for log in "$evidence"/*.evtx; do
		[ -n "$sanitized" ] || [ ! -e "$log" ] || compare "$(basename "$log")" "$log" --every
	done
}

test_damage()
{
	"$evtxgen" "$source/tests/poison/log.yml" "$scratch/log.evtx" || exit 99
	seed=0
	while [ $seed -lt 40 ]; do
		seed=$((seed + 1))
		"$mutate" "$scratch/log.evtx" $seed "$scratch/damaged.evtx" >/dev/null || exit 99
		compare "variant $seed" "$scratch/damaged.evtx" --every
	done
}

# A log of five chunks is three parts; a worker that dies of the third chunk costs that alone.
test_poison()
{
	sed 's/"POISON"/POISON-ABORT/' "$source/tests/poison/log.yml" >"$scratch/log.yml"
	"$evtxgen" "$scratch/log.yml" "$scratch/poison.evtx" || exit 99
	wmihunt events -q --every "$scratch/poison.evtx" 2>/dev/null |
		jq -c 'select(.source.offset < 135168 or .source.offset >= 200704)' >"$scratch/expected"
	for jobs in 1 3; do
		"$parts" events -q --every --jobs=$jobs "$scratch/poison.evtx" 2>"$scratch/said" |
			jq -c . >"$scratch/got"
		[ -s "$scratch/got" ]
		report "poison, $jobs jobs: there are others" $?
		same "poison, $jobs jobs: all others come out" "$scratch/expected" "$scratch/got"
		jq -s -e 'length == 1 and .[0].offset == 135168 and
			(.[0].reason | test("signal 6 .*this piece is left out"))' "$scratch/said" >/dev/null
		report "poison, $jobs jobs: one read error with place and cause" $?
	done
}

test_logs
test_damage
test_poison
finish
