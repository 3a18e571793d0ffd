#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What must hold for every sample and every log of real evidence:
# the sieve changes no byte of output; hunting in logs equals hunting in their event lines;
# a pipe works like a file.
. "${srcdir:-.}/tests/setup.sh"

cd "$source" || exit 99

check_log()
{
	wmihunt events -q "$1" >"$scratch/sieved" 2>/dev/null
	wmihunt events -q --no-sieve "$1" >"$scratch/unsieved" 2>/dev/null
	same "$1: the sieve changes nothing" "$scratch/sieved" "$scratch/unsieved"

	wmihunt events -q --rules=tests/sieve-rules.yml "$1" >"$scratch/texts" 2>/dev/null
	wmihunt events -q --rules=tests/sieve-rules.yml --no-sieve "$1" >"$scratch/unsieved" 2>/dev/null
	same "$1: the sieve changes nothing for rules that need texts" "$scratch/texts" "$scratch/unsieved"

	wmihunt hunt -q --all "$1" >"$scratch/direct" 2>/dev/null
	wmihunt hunt -q --all - <"$scratch/sieved" >"$scratch/from-lines" 2>/dev/null
	same "$1: hunt PATH = events PATH | hunt -" "$scratch/direct" "$scratch/from-lines"

	# shellcheck disable=SC2002 # a pipe is the point
	cat "$1" | wmihunt events -q - 2>/dev/null | sed 's/"source":{"path":"-"/"source":{/' \
		>"$scratch/piped"
	sed 's/"source":{"path":"[^"]*"/"source":{/' "$scratch/sieved" >"$scratch/unnamed"
	same "$1: a pipe works like a file" "$scratch/unnamed" "$scratch/piped"

	# Lines of every record, read back and written again, stay the same.
	wmihunt events -q --every "$1" >"$scratch/every" 2>/dev/null
	wmihunt events -q --every - <"$scratch/every" >"$scratch/again" 2>/dev/null
	same "$1: event lines survive a round trip" "$scratch/every" "$scratch/again"
}

# check_reports NAME OPTION… PATH…: in each format, saved lines give what the run itself does.
check_reports()
{
	name=$1
	shift
	set -- -q "$@"
	rm -f "$scratch"/direct.* "$scratch"/saved.*
	# shellcheck disable=SC2046 # one word an option
	wmihunt hunt $(reports direct) "$@" >"$scratch/lines" 2>/dev/null
	[ -s "$scratch/lines" ] || return 0
	explain=
	case " $* " in *" --explain "*) explain=--explain ;; esac
	# shellcheck disable=SC2046 # so
	wmihunt report -q $explain $(reports saved) - <"$scratch/lines" >"$scratch/again" 2>"$scratch/problems"
	same "$name: saved lines are read whole" /dev/null "$scratch/problems"
	same "$name: saved lines survive a round trip" "$scratch/lines" "$scratch/again"
	for format in $formats; do
		same "$name: $format of saved lines" "$scratch/direct.$format" "$scratch/saved.$format"
	done
}

# An option for each format but the lines themselves.
reports()
{
	for format in $formats; do
		echo "--report=$format=$scratch/$1.$format"
	done
}
formats=$(wmihunt hunt --help | sed -n 's/.*--format=FORMAT *jsonl, \(.*\) (default.*/\1/p' | sed 's/,//g; s/ or / /')
[ "$(echo "$formats" | wc -w)" -ge 7 ]
report "formats are known: $formats" $?

[ -d "$evidence" ] || echo "skipped: real logs, none are at $evidence"
for log in samples/*.evtx; do
	check_log "$log"
done
check_reports samples samples
check_reports "samples, all" --all --explain samples tests/hunts
check_reports "samples, few" --min-level=high samples tests/hunts
# Under sanitizers other tests read the real logs.
for log in "$evidence"/*.evtx; do
	[ -n "$sanitized" ] || [ ! -e "$log" ] || check_log "$log"
	[ -n "$sanitized" ] || [ ! -e "$log" ] || check_reports "$log" --all "$log"
done

# Or the rules that need texts might have found nothing anyway.
wmihunt events -q --no-default-rules --rules=tests/sieve-rules.yml samples/*.evtx 2>/dev/null |
	jq -r 'select(.operation == null and .event_id) | .event_id' | sort -n | uniq -c |
	awk '{ print $1, $2 }' >"$scratch/found"
printf '%s\n' '12 1' '1 255' '1 800' '1 1102' '1 4624' '1 5617' '14 5857' '5 5858' >"$scratch/expected"
same "rules that need texts match what they should" "$scratch/expected" "$scratch/found"

# The packs inside the program are those of the source.
wmihunt hunt -q --all samples tests/hunts >"$scratch/inside" 2>/dev/null
wmihunt hunt -q --all --no-default-rules --rules=hunts samples tests/hunts >"$scratch/files" 2>/dev/null
same "packs inside the program find what their files find" "$scratch/inside" "$scratch/files"

# What is read of logs and of repositories makes as much of both as the files, in any order.
wmihunt hunt -q --all samples >"$scratch/direct" 2>/dev/null
{
	wmihunt objects -q samples
	wmihunt events -q samples
} >"$scratch/lines" 2>/dev/null
wmihunt hunt -q --all - <"$scratch/lines" >"$scratch/from-lines" 2>/dev/null
same "hunt PATH = events PATH and objects PATH | hunt -" "$scratch/direct" "$scratch/from-lines"
tac "$scratch/lines" | wmihunt hunt -q --all - >"$scratch/from-lines" 2>/dev/null
same "the order of event lines and object lines does not matter" "$scratch/direct" "$scratch/from-lines"

# The order of inputs changes nothing.
wmihunt hunt -q --all samples >"$scratch/forward" 2>/dev/null
printf "%s\n" samples/*.evtx samples/*.zip | sort -r | xargs wmihunt hunt -q --all >"$scratch/backward" 2>/dev/null
same "the order of inputs changes nothing" "$scratch/forward" "$scratch/backward"

[ -z "$sanitized" ] || finish

# A log beyond 4 GiB: unused space between two others.
{
	cat samples/clean-host.evtx
	head -c 4294967296 /dev/zero
	cat samples/infected-host.evtx
} | wmihunt events -q - 2>/dev/null | sed 's/,"source":.*//' >"$scratch/out"
wmihunt events -q samples/clean-host.evtx samples/infected-host.evtx 2>/dev/null |
	sed 's/,"source":.*//' >"$scratch/expected"
same "a log beyond 4 GiB" "$scratch/expected" "$scratch/out"
finish
