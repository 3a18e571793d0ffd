#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# On a cluster with Slurm: an array of map jobs, one for each line of LIST (a path of an input), one job
# that shuffles, an array of reduce jobs, and one that does what needs all hosts. OUT is on a file system
# that all nodes see; found.jsonl and stack.jsonl are in it in the end.
#
#     examples/slurm.sh OUT LIST
#
# SHARDS parts (default: 16).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
list=$2
shards=${SHARDS:-16}
mkdir -p "$out/keyed" "$out/parts" "$out/found"

# 2 is a read error: it stands among the lines, and is no failure of the job.
map=$(sbatch --parsable --array="1-$(wc -l <"$list")" --wrap "
input=\$(sed -n \"\${SLURM_ARRAY_TASK_ID}p\" '$list')
{ wmihunt events --key --inline-errors --exit-zero \"\$input\"; wmihunt objects -q --key --exit-zero \"\$input\"; } >'$out/keyed/'\$SLURM_ARRAY_TASK_ID || [ \$? = 2 ]")
shuffle=$(sbatch --parsable --dependency="afterok:$map" --wrap "
cat '$out'/keyed/* >'$out/keyed.all'
awk -f '$here/lines.awk' -f '$here/names.awk' '$out/keyed.all' >'$out/groups'
awk -v shards=$shards -v out='$out/parts/' -f '$here/lines.awk' -f '$here/shuffle.awk' '$out/groups' '$out/keyed.all'")
# The last part is of what is of no host.
reduce=$(sbatch --parsable --dependency="afterok:$shuffle" --array="0-$shards" --wrap "
part=\$SLURM_ARRAY_TASK_ID
[ \$part != $shards ] || part=none
[ ! -e '$out/parts/'\$part ] || wmihunt hunt -q --all --shard --exit-zero - <'$out/parts/'\$part >'$out/found/'\$part || [ \$? = 2 ]")
sbatch --parsable --dependency="afterok:$reduce" --wrap "
cat '$out'/found/* >'$out/shards.jsonl'
wmihunt hunt -q --correlate-only --exit-zero '$out/shards.jsonl' >'$out/across.jsonl'
grep -v '^{\"kind\":\"match\"' '$out/shards.jsonl' | cat - '$out/across.jsonl' >'$out/found.jsonl'
wmihunt stack -q --saved --exit-zero '$out/shards.jsonl' >'$out/stack.jsonl'"
