#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench LOGS=DIR: how fast, as ratios against cat over the same files in the same run.
# Needs the Debian packages hyperfine, jq and time, for archives isal and zip; and some 600 MB of
# TMPDIR for its own logs.
. "${srcdir:-.}/tests/setup.sh"

for tool in hyperfine jq time; do
	command -v $tool >/dev/null || [ -x /usr/bin/$tool ] || {
		echo "bench: $tool is not installed (Debian package $tool)"
		exit 1
	}
done

# compare NAME GOAL FOLDER: hunt against cat, warm cache.
compare()
{
	find "$3" -type f -print0 >"$scratch/files"
	hyperfine -N -i --warmup 2 --min-runs 10 --style none --export-json "$scratch/times" \
		"sh -c 'xargs -0 cat <$scratch/files >/dev/null'" \
		"wmihunt hunt -q -o /dev/null $3" 2>/dev/null
	bytes=$(xargs -0 cat <"$scratch/files" | wc -c)
	/usr/bin/time -f %M -o "$scratch/memory" wmihunt hunt -q -o /dev/null "$3" 2>/dev/null
	jq -r --arg name "$1" --arg goal "$2" --argjson bytes "$bytes" \
		--argjson memory "$(tail -n 1 "$scratch/memory")" '
		(.results | map(.median)) as [$cat, $hunt] |
		"\($name): \($bytes / 1e6 | round) MB, cat \($cat * 1e3 | round) ms, hunt \($hunt * 1e3 | round) ms" +
		" = \($hunt / $cat * 100 | round / 100) x cat, \($bytes / 1e9 / $hunt * 100 | round / 100) GB/s," +
		" peak \($memory / 1024 | round) MB (goal: \($goal))"' "$scratch/times"
}

startup()
{
	hyperfine -N -i --warmup 5 --min-runs 50 --style none --export-json "$scratch/times" \
		"wmihunt hunt -q /dev/null" 2>/dev/null
	jq -r '"start to exit on no input: \(.results[0].median * 1e4 | round / 10) ms (goal: under 15 ms)"' \
		"$scratch/times"
}

# dense LOG: events, every record wanted, against evtx_dump (cargo install evtx).
dense()
{
	set -- "$1" "$(wmihunt events -q "$1" | wc -l)"
	command -v evtx_dump >/dev/null || {
		echo "dense log: evtx_dump is not installed (cargo install evtx); nothing to compare with"
		return
	}
	hyperfine -N -i --warmup 1 --min-runs 10 --style none --export-json "$scratch/times" \
		"wmihunt events -q -o /dev/null $1" "evtx_dump -t 1 -o jsonl $1" 2>/dev/null
	jq -r --argjson records "$2" '(.results | map($records / .median)) as [$our, $peer] |
		"dense log: \($records) records, \($our / 1e3 | round)k records/s, evtx_dump \($peer / 1e3 | round)k" +
		" = \($our / $peer * 100 | round / 100) x evtx_dump (goal: 1 x)"' "$scratch/times"
}

# take_set: the logs of LOGS, until there are 60 MB, into $scratch/set.
take_set()
{
	mkdir "$scratch/set"
	find "$LOGS" -type f -name '*.evtx' -size -60000k | sort >"$scratch/logs"
	size=0 number=0
	while [ $size -lt 60000000 ] && IFS= read -r log; do
		number=$((number + 1))
		cp "$log" "$scratch/set/$number-$(basename "$log")"
		size=$((size + $(wc -c <"$log")))
	done <"$scratch/logs"
}

# ratios NAME GOAL: what stands in $scratch/times, each run against the first one.
ratios()
{
	jq -r --arg name "$1" --arg goal "$2" '(.results | map(.median)) as $times | "\($name): " +
		([range(1; $times | length) | "\($times[.] / $times[0] * 100 | round / 100) x"] | join(", ")) +
		" (\($times | map("\(. * 1e3 | round) ms") | join(", ")); goal: \($goal))"' "$scratch/times"
}

measure()
{
	hyperfine -N -i --warmup 2 --min-runs 10 --style none --export-json "$scratch/times" "$@" 2>/dev/null
}

# Six zips of the set against igzip, which inflates the same logs, on one core and on two.
zips()
{
	if ! command -v igzip >/dev/null || ! command -v zip >/dev/null; then
		echo "zips: igzip or zip is not installed (Debian packages isal and zip); left out"
		return
	fi
	mkdir "$scratch/zips" "$scratch/members"
	(cd "$scratch/set" && zip -q -r ../zips/1.zip . && gzip -c -- * >../members/1.gz)
	for number in 2 3 4 5 6; do
		cp "$scratch/zips/1.zip" "$scratch/zips/$number.zip"
		cp "$scratch/members/1.gz" "$scratch/members/$number.gz"
	done
	measure "taskset -c 0 sh -c 'cat $scratch/members/*.gz | igzip -d -c >/dev/null'" \
		"taskset -c 0 wmihunt hunt -q -o /dev/null --jobs=1 $scratch/zips" \
		"wmihunt hunt -q -o /dev/null --jobs=1 $scratch/zips" \
		"wmihunt hunt -q -o /dev/null --jobs=2 $scratch/zips"
	ratios "six zips against igzip -d, on one core, --jobs=1, --jobs=2" "1.5 x on one core, near 0.75 x on two"
	rm -r "$scratch/zips" "$scratch/members"
}

two_cores()
{
	measure "wmihunt hunt -q -o /dev/null --jobs=1 $1" "wmihunt hunt -q -o /dev/null --jobs=2 $1"
	ratios "a folder, --jobs=2 against 1" "below 1 x"
}

# resident PID: MB of a process and its children; what they share counts for each.
resident()
{
	# shellcheck disable=SC2046 # numbers
	awk '/^VmRSS/ { sum += $2 } END { print int(sum / 1024) }' "/proc/$1/status" \
		$(sed 's|[0-9][0-9]*|/proc/&/status|g' "/proc/$1/task/$1/children") 2>/dev/null
}

# watch FOLDER: hunts with four workers; $microseconds, and $peak MB of all processes together.
watch()
{
	started=$(date +%s%N)
	wmihunt hunt -q -o /dev/null --jobs=4 "$1" 2>/dev/null &
	peak=0
	while kill -0 $! 2>/dev/null; do
		now=$(resident $!)
		[ "${now:-0}" -le "$peak" ] || peak=$now
		sleep 0.02
	done
	microseconds=$((($(date +%s%N) - started) / 1000))
}

# copies COUNT: of the set, as hard links.
copies()
{
	mkdir "$scratch/copies"
	for number in $(seq "$1"); do
		cp -al "$scratch/set" "$scratch/copies/$number"
	done
	watch "$scratch/copies"
	echo "$1 copies: $((microseconds / $1)) us each, peak $peak MB (goal: the same for any number, under 200 MB)"
	rm -r "$scratch/copies"
}

# make_log NAME: writes the log that tests/evtxgen/bench-NAME.yml describes into a folder.
make_log()
{
	mkdir "$scratch/$1"
	"$build/tests/evtxgen/evtxgen" "$source/tests/evtxgen/bench-$1.yml" "$scratch/$1/bench.evtx" ||
		exit 1
}

startup
if [ -n "${LOGS-}" ]; then
	compare "$(basename "$LOGS")" "1.5 x cat + 30 ms" "$LOGS"
	take_set
	zips
	two_cores "$scratch/set"
	copies 20
	copies 200
	rm -r "$scratch/set"
else
	echo "no LOGS=DIR given: the folder of mixed logs is left out"
fi
echo "writing logs of 512, 512, 220 and 64 MB …"
make_log sysmon
compare "Sysmon without 19-21" "2 x cat" "$scratch/sysmon"
rm -r "$scratch/sysmon"
make_log rare
compare "Sysmon, one record in 100 wanted" "1.5 GB/s" "$scratch/rare"
rm -r "$scratch/rare"
make_log process
compare "Security 4688 and 4624, no hit" "1 GB/s" "$scratch/process"
rm -r "$scratch/process"
make_log dense
dense "$scratch/dense/bench.evtx"
