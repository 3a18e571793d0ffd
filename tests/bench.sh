#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench: what wmihunt costs beside cat, igzip and evtx_dump, measured by turns in one run, with
# a goal for each row. make bench-check (--check): fails where one is missed by more than a fifth.
#
# From the environment, all optional:
#   LOGS=DIR         the folder of mixed logs; else those of ../shared/evidence (libarchive-tools)
#   RULES=DIR        a folder of some thousand rules: SigmaHQ's rules/windows
#   BENCH_DIR=DIR    keeps the logs that are made, 1.5 GB, for the next run
#   BENCH_RUNS=N     turns of a row (default: 9), a third of them for the longest one
# A row whose program or folder is missing is left out, and says so: igzip is in the Debian package
# isal, zip in zip, evtx_dump comes from `cargo install evtx`.
. "${srcdir:-.}/tests/setup.sh"

pair=$build/tests/bench/pair
runs=${BENCH_RUNS:-9}
made=${BENCH_DIR:-$scratch}
mkdir -p "$made" || exit 99
: >"$scratch/missed"

# row JOB UNIT GOAL PEAK COMMAND… -- COMMAND…: measures and prints a line of the table. UNIT says
# what is held against the goal: x (the ratio), ms, s, or MB/s ($bytes by processor time). PEAK is
# the most MiB that a process may take, 0 for any. $allowance milliseconds are free.
row()
{
	job=$1 unit=$2 goal=$3 peak=$4
	shift 4
	"$pair" -a "${allowance:-0}" "$runs" "$@" >"$scratch/numbers" 2>"$scratch/said"
	status=$?
	sort -u "$scratch/said"
	if [ $status -ne 0 ]; then
		echo "$job: could not be measured" | tee -a "$scratch/missed"
		return
	fi
	awk -v job="$job" -v unit="$unit" -v goal="$goal" -v most="$peak" -v bytes="${bytes:-0}" \
		-v allowance="${allowance:-0}" -v missed="$scratch/missed" '{
		value = unit == "x" ? $6 : unit == "ms" ? $1 : unit == "s" ? $1 / 1e3 : bytes / 1e3 / $2
		over = unit == "MB/s" ? goal / value : value / goal
		wanted = goal " " unit (allowance ? " + " allowance " ms" : "")
		if (unit == "MB/s")
			wanted = wanted " (doubtful: each processor has its own)"
		else if (over > 1.2)
			printf "%s: %.3g %s, goal %s\n", job, value, unit, wanted >>missed
		if (most && $3 > most * 1.2)
			printf "%s: %.0f MiB, goal %d MiB\n", job, $3, most >>missed
		printf "%-44s %8.1f %8.1f %7.2f %7.2f %5.0f  %-10s %s%s\n", job, $1, $4, $6, $7, $3,
			sprintf("%.3g %s", value, unit), wanted (most ? ", " most " MiB" : ""),
			(over > 1 || (most && $3 > most)) ? "  <- missed" : ""
	}' "$scratch/numbers"
}

left_out()
{
	echo "$1: left out, $2"
}

# log NAME: sets $log to the log that tests/bench/NAME.yml describes.
log()
{
	log=$made/$1.evtx
	[ -z "$(find "$log" -newer "$source/tests/bench/$1.yml" 2>/dev/null)" ] || return
	"$build/tests/evtxgen/evtxgen" "$source/tests/bench/$1.yml" "$log.part" &&
		mv "$log.part" "$log" || exit 99
}

# Sets $mixed to the folder of mixed logs; false where there is none.
mixed_logs()
{
	mixed=${LOGS:-$made/mixed}
	[ ! -d "$mixed" ] || return 0
	command -v bsdtar >/dev/null && [ -d "$evidence" ] || return 1
	mkdir "$mixed.part" && cp "$evidence"/*.evtx "$mixed.part" || exit 99
	for archive in "$evidence"/*EventLogs.7z; do
		folder=$mixed.part/$(basename "$archive" .7z)
		mkdir "$folder" && bsdtar -xf "$archive" -C "$folder" || exit 99
	done
	mv "$mixed.part" "$mixed"
}

# The mixed logs spread over six zips, in $zips, and one after the other in all.gz for igzip.
pack_zips()
{
	zips=$made/zips-$(find "$mixed" -type f -printf '%p %s\n' | sort | cksum | cut -d ' ' -f 1)
	[ ! -d "$zips" ] || return 0
	mkdir -p "$zips.part/zips"
	find "$mixed" -type f | sort >"$scratch/names"
	for part in 1 2 3 4 5 6; do
		awk -v part=$part 'NR % 6 == part - 1' "$scratch/names" |
			zip -q -@ "$zips.part/zips/$part.zip" || exit 99
	done
	tr '\n' '\0' <"$scratch/names" | xargs -0 gzip -c >"$zips.part/all.gz"
	mv "$zips.part" "$zips"
}

folder_rows()
{
	find "$mixed" -type f -print0 >"$scratch/files"
	allowance=15
	row "folder of mixed logs / cat" x 1.5 40 \
		wmihunt hunt -q "$mixed" -- xargs -0 -a "$scratch/files" cat
	allowance=0
	if [ -d "${RULES-}" ]; then
		row "its hunt with many rules / default packs" x 3 40 \
			wmihunt hunt -q --no-default-rules --rules="$RULES" "$mixed" -- wmihunt hunt -q "$mixed"
	else
		left_out "many rules" "no RULES=DIR given"
	fi
	if command -v igzip >/dev/null && command -v zip >/dev/null; then
		pack_zips
		row "six triage zips, one job / igzip -d" x 1.35 40 \
			wmihunt hunt -q --jobs=1 "$zips/zips" -- igzip -d -c "$zips/all.gz"
	else
		left_out "six triage zips" "igzip or zip is not installed"
	fi
}

dense_rows()
{
	log dense
	if command -v evtx_dump >/dev/null; then
		row "dense log, events, one job / evtx_dump" x 0.8 40 \
			wmihunt events -q --jobs=1 "$log" -- evtx_dump -t 1 -o jsonl "$log"
		row "dense log, hunt, two jobs / evtx_dump" x 0.6 40 \
			wmihunt hunt -q --jobs=2 "$log" -- evtx_dump -t 1 -o jsonl "$log"
	else
		left_out "dense log" "evtx_dump is not installed"
	fi
	wmihunt events -q "$log" >"$scratch/lines"
	bytes=$(wc -c <"$scratch/lines")
	# shellcheck disable=SC2016 # for the shell that reads the lines
	row "hunt -, event lines, one job" MB/s 100 0 \
		sh -c 'exec wmihunt hunt -q --jobs=1 - <"$0"' "$scratch/lines" -- cat "$scratch/lines"
}

printf '%-44s %8s %8s %7s %7s %5s  %-10s %s\n' job ms "other's" ratio of_cpu MiB is goal
if mixed_logs; then
	folder_rows
else
	left_out "folder of mixed logs, many rules, six triage zips" "no LOGS=DIR given"
fi
log sysmon
row "Sysmon log, few wanted, one job / cat" x 2.2 40 wmihunt hunt -q --jobs=1 "$log" -- cat "$log"
row "Sysmon log, few wanted, two jobs / cat" x 1.4 40 wmihunt hunt -q --jobs=2 "$log" -- cat "$log"
log process
row "Security log, 4688 and 4624, one job / cat" x 2.5 40 wmihunt hunt -q --jobs=1 "$log" -- cat "$log"
dense_rows
row "start to exit without input / true" ms 8 0 wmihunt hunt -q /dev/null -- true
log correlation
runs=$(((runs + 2) / 3))
row "100,000 subscriptions of 400,000 events" s 2 250 wmihunt hunt -q --max-memory=6G "$log" -- cat "$log"

[ "${1-}" = --check ] || exit 0
[ -s "$scratch/missed" ] || exit 0
echo "missed by more than a fifth:"
cat "$scratch/missed"
exit 1
