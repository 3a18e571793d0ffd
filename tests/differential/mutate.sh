#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Damaged variants of logs: wmihunt must not crash, and every record of the chunks that the
# damage left alone must come out. Without arguments: 60 variants of the samples. make
# mutations (mutate.sh LOG COUNT): many of one log, and no fewer records than evtx_dump finds.
. "${srcdir:-.}/tests/setup.sh"

PATH=$PATH:$HOME/.cargo/bin
mutate=$build/tests/differential/mutate

# OFFSET TAB EVENT of each record, without the rest of source: that moves with a cut.
events()
{
	wmihunt events --every "$1" 2>"$scratch/talk" >"$scratch/lines"
	status=$?
	sed -E 's/^(.*),"source":\{"path":"[^"]*","offset":([0-9]+),.*$/\2\t\1/' \
		"$scratch/lines" >"$2"
	return $status
}

# Events of the log ($scratch/whole) that stand in none of the chunks in $scratch/touched.
untouched()
{
	awk -F '\t' 'FILENAME ~ /touched$/ { split($0, span, " "); from[++n] = span[1]; to[n] = span[2]; next }
		{ for (i = 1; i <= n; i++) if ($1 >= from[i] + 0 && $1 < to[i] + 0) next; print }' \
		"$scratch/touched" "$scratch/whole" | cut -f 2- | sort
}

# damage LOG SEED: one variant, read and judged.
damage()
{
	name="$(basename "$1"), variant $2"
	"$mutate" "$1" "$2" "$scratch/variant.evtx" >"$scratch/touched" || exit 99
	events "$scratch/variant.evtx" "$scratch/found"
	status=$?
	[ $status -le 2 ]
	report "$name: exit status $status" $?
	cut -f 2- "$scratch/found" | sort >"$scratch/found.sorted"
	untouched >"$scratch/untouched.sorted"
	lost=$(comm -23 "$scratch/untouched.sorted" "$scratch/found.sorted" | wc -l)
	[ "$lost" -eq 0 ]
	report "$name: $lost records of chunks left alone are lost" $?
	kept=$((kept + $(wc -l <"$scratch/untouched.sorted")))
}

# compare SEED: evtx_dump's count of the variant beside ours.
compare()
{
	ours=$(wc -l <"$scratch/found")
	# A record of zeros is an event of nothing to evtx_dump.
	theirs=$(evtx_dump -t 1 -o jsonl "$scratch/variant.evtx" 2>/dev/null |
		grep -cvxF '{"Event":null}')
	whole=$(sed -n 's/.*"records_decoded":\([0-9]*\).*/\1/p' "$scratch/talk")
	partial=$((partial + (${whole:-0} < theirs)))
	more=$((more + (ours > theirs)))
	same=$((same + (ours == theirs)))
	[ "$ours" -ge "$theirs" ]
	report "variant $1: $ours records, evtx_dump $theirs" $?
}

# run LOG COUNT: that many variants.
run()
{
	events "$1" "$scratch/whole"
	seed=1
	while [ $seed -le "$2" ]; do
		damage "$1" $seed
		[ -z "$with_evtx_dump" ] || compare $seed
		seed=$((seed + 1))
	done
}

kept=0
with_evtx_dump=
if [ $# -eq 0 ]; then
	# All of them behind each other: damage leaves most chunks alone.
	cat "$source"/samples/*.evtx >"$scratch/samples.evtx"
	run "$scratch/samples.evtx" 60
	# Were all chunks damaged, the test would hold nothing.
	[ $kept -gt 100 ]
	report "only $kept records stood in chunks left alone" $?
	finish
fi

command -v evtx_dump >/dev/null || {
	echo "skipped: evtx_dump is not installed (cargo install evtx)"
	exit 77
}
more=0
same=0
partial=0
with_evtx_dump=true
run "$1" "$2"
echo "$2 variants: more records than evtx_dump in $more, as many in $same, fewer in $(($2 - more - same))"
echo "records read whole, without those of which only a part came out: fewer in $partial"
finish
