#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench LOGS=DIR: how fast, as ratios against cat over the same files in the same run.
# Needs the Debian packages hyperfine, jq and time; and some 600 MB of TMPDIR for its own logs.
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
else
	echo "no LOGS=DIR given: the folder of mixed logs is left out"
fi
echo "writing logs of 512, 512 and 64 MB …"
make_log sysmon
compare "Sysmon without 19-21" "2 x cat" "$scratch/sysmon"
rm -r "$scratch/sysmon"
make_log rare
compare "Sysmon, one record in 100 wanted" "1.5 GB/s" "$scratch/rare"
rm -r "$scratch/rare"
make_log dense
dense "$scratch/dense/bench.evtx"
