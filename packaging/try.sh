#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# try.sh PROGRAM SAMPLES: what a package holds finds on the samples what they hold. PROGRAM may
# be several words ("chroot root wmihunt"); SAMPLES is the folder as the program sees it.
set -eu
program=$1 samples=$2

# expect NAME TEXT ARGUMENT…: the words that jq makes of the lines.
expect()
{
	name=$1 want=$2 filter=$3
	shift 3
	status=0
	# shellcheck disable=SC2086 # several words
	lines=$($program "$@") || status=$?
	got=$(printf '%s\n' "$lines" | jq -r "$filter" | sort | tr '\n' ' ')
	if [ $status -ne 0 ] || [ "$got" != "$want " ]; then
		echo "FAILED: $name: exit status $status, $got" >&2
		exit 1
	fi
	echo "$name: $got"
}

subscriptions='select(.kind == "subscription") | .filter.name'
expect 'a log' 'AuditTick PrinterHealthFilter SCM Event Log Filter' "$subscriptions" \
	hunt -q --min-level=high "$samples/infected-host.evtx"
expect 'a zip of logs and a repository' 'HourlyFilter SpoolWatch' "$subscriptions" \
	hunt -q --min-level=medium "$samples/print-server.zip"
expect 'a case database' 'AuditTick PrinterHealthFilter SCM Event Log Filter' "$subscriptions" \
	hunt -q --min-level=high --report=sqlite="/tmp/wmihunt-try-$$.db" "$samples/infected-host.evtx"
rm -f "/tmp/wmihunt-try-$$.db"
