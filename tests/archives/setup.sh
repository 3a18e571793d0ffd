# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of archives: a folder of logs, and ways to ask what came out.
# shellcheck shell=sh
. "${srcdir:-.}/tests/setup.sh"

for tool in bsdtar 7z zip jq xz zstd bzip2; do
	command -v $tool >/dev/null || {
		echo "skipped: $tool is not installed"
		exit 77
	}
done

zipcraft()
{
	"$build/tests/archives/zipcraft" "$@" || exit 99
}

# Logs of three hosts and what lies beside them, in the order of names.
make_triage()
{
	logs=triage/C/Windows/System32/winevt/Logs
	mkdir -p $logs
	for name in clean-host forwarded infected-host sysmon-only value-types; do
		cp "$source/samples/$name.evtx" $logs/
	done
	cp "$source/samples/clean-host.evtx.yml" triage/notes.txt
	: >triage/empty.txt
}

# read_events ARGUMENT…: all events into `lines`, faults into `err`, the exit status into $status.
read_events()
{
	wmihunt events -q --every "$@" >lines 2>err
	status=$?
}

# read_pipe FILE: likewise, through a pipe.
read_pipe()
{
	# shellcheck disable=SC2002 # a pipe is the point
	cat "$1" | wmihunt events -q --every - >lines 2>err
	status=$?
}

# What events say but for where they stood.
without_source()
{
	sed '/^{"kind":"log"/d; s/,"source":.*//'
}

# expect NAME STATUS EXPECTED: what read_events() got is that, in any order, and no fault with
# status 0 or 1.
expect()
{
	[ $status -eq "$2" ] && { [ "$2" -eq 2 ] || [ ! -s err ]; } || cat err
	[ $status -eq "$2" ] && { [ "$2" -eq 2 ] || [ ! -s err ]; }
	report "$1: exit status $status" $?
	without_source <lines | sort >got
	sort "$3" >sorted
	same "$1: events" sorted got
}

# events_of FILE…: what these logs hold, into `expected`.
events_of()
{
	wmihunt events -q --every "$@" 2>/dev/null | without_source >expected
	[ -s expected ] || exit 99
}

# expect_fault NAME ENTRY PATTERN: `err` holds a fault of that entry (may be empty) whose reason
# fits.
expect_fault()
{
	jq -s -e --arg entry "$2" --arg pattern "$3" '
		any(.[]; .kind == "fault" and (.entry // "") == $entry and
			(.reason | test($pattern)))' err >/dev/null 2>&1 || {
		head -n 5 err
		false
	}
	report "$1: fault of \"$2\" says $3" $?
}

# only_faults_of NAME ENTRY: `err` holds none of any other.
only_faults_of()
{
	jq -s -e --arg entry "$2" 'all(.entry == $entry)' err >/dev/null || head -n 5 err
	jq -s -e --arg entry "$2" 'all(.entry == $entry)' err >/dev/null
	report "$1: only $2 has faults" $?
}

# expect_faults NAME COUNT: `err` holds so many lines.
expect_faults()
{
	[ "$(wc -l <err)" -eq "$2" ] || head -n 5 err
	[ "$(wc -l <err)" -eq "$2" ]
	report "$1: $(wc -l <err) faults, not $2" $?
}
