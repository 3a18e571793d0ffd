#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fault injection: a chunk that kills its worker costs that chunk and nothing else.
. "${srcdir:-.}/tests/archives/setup.sh"

poisoned=$build/tests/poison/wmihunt-poison
work=$scratch/work
mkdir "$work"
cd "$work" || exit 99

# The middle one of the five chunks of tests/poison/log.yml.
poison_from=135168
poison_to=200704

# make_log MARK: MARK.evtx
make_log()
{
	sed "s/\"POISON\"/POISON-$1/" "$source/tests/poison/log.yml" >log.yml
	"$build/tests/evtxgen/evtxgen" log.yml "$1.evtx" || exit 99
}

# without_poison ENTRY: the lines of standard input that stand in no poisoned chunk; ENTRY
# (maybe empty) is the poisoned log's.
without_poison()
{
	jq -c --arg entry "$1" --argjson from $poison_from --argjson to $poison_to '
		select((.source.entry // "") != $entry or
			.source.offset < $from or .source.offset >= $to)'
}

# How these end. Sanitizers need more address space than any limit has.
cause_of()
{
	case $1 in
	ABORT) echo 'signal 6 ' ;;
	SPIN) echo 'no progress' ;;
	ALLOC)
		if nm "$poisoned" | grep -q __asan_init; then
			echo 'signal 4 '
		else
			echo 'out of memory'
		fi
		;;
	esac
}

# check_faults MARK PATH ENTRY COUNT: all that $work/err holds are faults of that place.
check_faults()
{
	jq -s -e --arg path "$2" --arg entry "$3" --arg cause "$(cause_of "$1")" \
		--argjson offset $poison_from --argjson count "$4" '
		length == $count and all(.kind == "fault" and .path == $path and
			(.entry // "") == $entry and (.offset - $offset) % 331776 == 0 and
			(.reason | test($cause)))' err >said 2>&1 || {
		cat err
		return 1
	}
}

# through_pipe FILE PROGRAM ARGUMENT…
through_pipe()
{
	file=$1 program=$2
	shift 2
	# shellcheck disable=SC2002 # a pipe is the point
	cat "$file" | "$program" events -q --every "$@" -
}

# check MARK PATH ENTRY ARGUMENT…: reads PATH ("-": MARK.evtx in a pipe) with the poisoned program;
# what must come out is what the sound one says, without the poisoned chunk.
check()
{
	mark=$1 path=$2 entry=$3
	shift 3
	name="$mark in $path${entry:+ > $entry}, $*"
	if [ "$path" = - ]; then
		through_pipe "$mark.evtx" wmihunt 2>err | without_poison "$entry" >expected
		through_pipe "$mark.evtx" "$poisoned" "$@" >lines 2>err
	else
		wmihunt events -q --every "$path" 2>err | without_poison "$entry" >expected
		"$poisoned" events -q --every "$@" "$path" >lines 2>err
	fi
	status=$?
	[ $status -eq 2 ]
	report "$name: exit status $status" $?
	jq -c . lines >out
	[ -s expected ]
	report "$name: there is something to expect" $?
	same "$name: all others come out" expected out
	check_faults "$mark" "$path" "$entry" 1
	report "$name: one fault with place and cause" $?
}

make_inputs()
{
	cp "$source/samples/infected-host.evtx" a-before.evtx
	cp "$source/samples/sysmon-only.evtx" z-after.evtx
	for mark in ABORT SPIN ALLOC; do
		make_log $mark
		zip -q $mark.zip a-before.evtx $mark.evtx z-after.evtx
	done
	7z a -bso0 ABORT.7z a-before.evtx ABORT.evtx z-after.evtx
	bsdtar -czf ABORT.tar.gz a-before.evtx ABORT.evtx z-after.evtx
	zip -q -0 outer.zip z-after.evtx ABORT.zip
}

test_places()
{
	for jobs in 1 4; do
		check ABORT ABORT.evtx '' --jobs=$jobs
		check ABORT - '' --jobs=$jobs
		check ABORT ABORT.zip ABORT.evtx --jobs=$jobs
		check ABORT ABORT.7z ABORT.evtx --jobs=$jobs
		check ABORT ABORT.tar.gz ABORT.evtx --jobs=$jobs
		check ABORT outer.zip 'ABORT.zip > ABORT.evtx' --jobs=$jobs
	done
	check ABORT ABORT.evtx '' --jobs=1 --sandbox=off
	check ALLOC ALLOC.evtx '' --jobs=1
	check ALLOC ALLOC.zip ALLOC.evtx --jobs=4
	check SPIN SPIN.zip SPIN.evtx --jobs=4
}

# A pipe cannot be read again: of an archive in it, what came before is there, and it is told
# that the rest is not.
test_piped_archive()
{
	through_pipe ABORT.zip "$poisoned" >lines 2>err
	status=$?
	through_pipe ABORT.zip wmihunt | without_poison ABORT.evtx >all
	jq -c . lines >out
	head -n "$(wc -l <out)" all >expected
	[ $status -eq 2 ]
	report "a zip in a pipe: exit status $status" $?
	same "a zip in a pipe: what came before" expected out
	[ "$(jq -s 'map(select(.source.entry == "ABORT.evtx")) | length' out)" -eq 6 ]
	report "a zip in a pipe: records before the chunk" $?
	check_faults ABORT - ABORT.evtx 1 && grep -q "what follows is not read" err
	report "a zip in a pipe: one fault with place and cause" $?
}

# Several, in one log and in several inputs, keep their order and cost a chunk each.
test_several()
{
	cat ABORT.evtx ABORT.evtx >twice.evtx
	wmihunt events -q --keep-duplicates twice.evtx |
		jq -c 'select(.kind == "event" and (.source.offset % 331776 | . < 135168 or . >= 200704))' >expected
	"$poisoned" events -q --keep-duplicates twice.evtx 2>err |
		jq -c 'select(.kind == "event")' >out
	same "two poisoned chunks in a log: all others come out" expected out
	check_faults ABORT twice.evtx '' 2
	report "two poisoned chunks in a log: two faults" $?
	mkdir many
	for number in 1 2 3 4 5 6; do
		ln ABORT.evtx many/$number.evtx
	done
	for jobs in 1 4; do
		"$poisoned" events -q --keep-duplicates --jobs=$jobs many >out.$jobs 2>err.$jobs
	done
	same "six poisoned logs: --jobs changes no byte of output" out.1 out.4
	same "six poisoned logs: --jobs changes no byte of faults" err.1 err.4
	[ "$(grep -c '"kind":"event"' out.4)" -eq 72 ] && [ "$(wc -l <err.4)" -eq 6 ]
	report "six poisoned logs: $(wc -l <out.4) events, $(wc -l <err.4) faults" $?
}

# What takes long is not what stands still: a log after a large member of a solid archive is read.
test_long_unpacking()
{
	seq 1 12000000 >a-list.txt
	7z a -bso0 -m0=PPMd long.7z a-list.txt z-after.evtx && rm a-list.txt
	wmihunt events -q --every z-after.evtx | jq -c 'del(.source)' >expected
	began=$(date +%s)
	"$poisoned" events -q --every long.7z 2>err | jq -c 'del(.source)' >out
	took=$(($(date +%s) - began))
	same "after a member that takes $took s to unpack, with 2 s of standstill allowed" expected out
}

# A hunt says what it can, and that something is missing.
test_hunt()
{
	"$poisoned" hunt -q --all ABORT.zip >out 2>err
	status=$?
	[ $status -eq 2 ] && jq -s -e 'map(.host) | index("WS-ACCT-07.corp.example") and
		index("LAB-BUILD-31")' out >/dev/null
	report "hunt: hosts of the other entries are there; exit status $status" $?
	check_faults ABORT ABORT.zip ABORT.evtx 1
	report "hunt: one fault with place and cause" $?
}

make_inputs
test_places
test_piped_archive
test_several
test_long_unpacking
test_hunt
finish
