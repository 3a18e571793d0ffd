#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A worker that a hostile input took over costs what that input gave, and nothing else.
. "${srcdir:-.}/tests/archives/setup.sh"

compromised=$build/tests/compromised/wmihunt-compromised
work=$scratch/work
mkdir "$work"
cd "$work" || exit 99

# The infected host's log under other names, and a hostile one before and between them.
make_inputs()
{
	mkdir in
	for number in 11 12 13 14 15 16; do
		sed "s/WS-ACCT-07/WS-ACCT-$number/g" "$source/samples/infected-host.evtx.yml" >log.yml
		"$build/tests/evtxgen/evtxgen" log.yml in/$number.evtx || exit 99
	done
	wmihunt hunt -q in | sort >expected
	[ "$(jq -r 'select(.level == "critical") | .host' expected | sort -u | wc -l)" -eq 6 ] ||
		exit 99
	cp "$source/samples/clean-host.evtx" in/10-hostile.evtx
	cp "$source/samples/clean-host.evtx" in/13-hostile.evtx
}

# Seconds that a worker may take: those that sleep are waited for.
timeout_of()
{
	case $1 in
	sleep | hold) echo 5 ;;
	*) echo 60 ;;
	esac
}

# run MODE ARGUMENT…: what comes out of the folder, sorted, into `out`.
run()
{
	mode=$1
	shift
	COMPROMISED=$mode timeout 120 "$compromised" hunt -q --timeout="$(timeout_of "$mode")" \
		"$@" in >lines 2>err
	status=$?
	sort lines >out
}

# What all others gave is there, and exactly so.
test_others_lose_nothing()
{
	for mode in nothing no-tally counts events faults ask sleep hold ready ends nonsense next \
		neighbours; do
		for jobs in 1 2; do
			run $mode --jobs=$jobs
			grep -v -e 'hostile\.evtx' -e '"coverage","id":"[^"]*","schema":1,"host":"\(FIN\|reached\|next\|C1-\|ESC-\)' out >others
			same "$mode, --jobs=$jobs: the other hosts" expected others
		done
	done
}

# What no worker says is told.
test_it_is_told()
{
	for mode in no-tally counts events ask sleep hold ready nonsense; do
		run $mode --jobs=2
		[ $status -eq 2 ] && jq -s -e 'length > 0 and
			all(.path | endswith("hostile.evtx"))' err >/dev/null
		report "$mode: exit status $status, and read errors of the hostile input alone" $?
	done
}

test_what_is_printed()
{
	for mode in events faults; do
		COMPROMISED=$mode "$compromised" events --jobs=1 in >lines 2>err
		LC_ALL=C grep -q '[[:cntrl:]]' lines err
		[ $? -eq 1 ]
		report "$mode: no control characters" $?
		jq -s -e 'all(.kind == "event" or .kind == "log")' lines >/dev/null
		report "$mode: the output is events" $?
		! grep -q 'innocent' lines
		report "$mode: none names another file as its source" $?
	done
}

test_the_sandbox_is_believed_once()
{
	COMPROMISED=ready "$compromised" hunt -q --sandbox=require in >lines 2>err
	sort lines | grep -v -e 'hostile\.evtx' -e '"coverage","id":"[^"]*","schema":1,"host":"FIN' >others
	if grep -q 'this system refuses' err && ! [ -s lines ]; then
		echo "skipped: this system has no whole sandbox"
	else
		same "ready, --sandbox=require: the other hosts" expected others
	fi
}

# The run can be ended whatever a worker does.
test_signals_are_heeded()
{
	for mode in ask sleep hold flood; do
		COMPROMISED=$mode "$compromised" hunt -q in >lines 2>err &
		pid=$!
		sleep 1
		kill -TERM $pid 2>/dev/null
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			sleep 1
			kill -0 $pid 2>/dev/null || break
		done
		! kill -0 $pid 2>/dev/null
		report "$mode: SIGTERM ends the run" $?
		kill -KILL $pid 2>/dev/null
		wait $pid
	done
}

make_inputs
test_others_lose_nothing
test_it_is_told
test_what_is_printed
test_the_sandbox_is_believed_once
test_signals_are_heeded
finish
