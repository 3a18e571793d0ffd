#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The native decoder against libevtx, on every record of the samples and of real logs.
. "${srcdir:-.}/tests/setup.sh"

compare()
{
	"$build/tests/differential/compare" "$2" >"$scratch/said"
	status=$?
	tail -n 20 "$scratch/said" | cut -c 1-400
	[ $status -ne 77 ] || exit 77
	report "$1" $status
}

compare samples "$source/samples"
if [ -d "$evidence" ]; then
	compare "evidence" "$evidence"
	for archive in "$evidence"/*EventLogs.7z; do
		7z x -y -o"$scratch/logs" "$archive" >/dev/null || exit 99
	done
	if [ -n "$sanitized" ]; then
		# The allocator of sanitizers makes libevtx slow; our own reading of it is what counts.
		wmihunt events -q --every "$scratch/logs" >"$scratch/said"
		status=$?
		[ $status -eq 0 ] && [ -s "$scratch/said" ]
		report "evidence, unpacked: read without libevtx, exit status $status" $?
	else
		compare "evidence, unpacked" "$scratch/logs"
	fi
else
	echo "skipped: real logs, none are at $evidence"
fi
finish
