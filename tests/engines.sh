#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The examples of engines, run over samples, find what one run does. An engine that is not installed is
# left out, and this says so: GNU parallel (Debian's parallel), Spark (pyspark of PyPI, and Java), OpenRelik
# (openrelik-worker-common and celery of PyPI). Slurm is none that a test can install: a stand-in for sbatch
# runs its jobs one after the other, so only the jobs are tested, not that Slurm takes them. PYTHON says
# which Python has the packages.
. "${srcdir:-.}/tests/setup.sh"
python=${PYTHON:-python3}

[ -z "$sanitized" ] || { echo "skipped: nothing here that other tests do not reach"; exit 77; }
cd "$source" || exit 99
mkdir "$scratch/in" "$scratch/bin"
cp samples/print-server.zip samples/attacked-host.evtx samples/infected-host.evtx samples/damaged.evtx \
	samples/forwarded.evtx "$scratch/in"
set -- "$scratch"/in/*
wmihunt hunt -q --all "$@" 2>/dev/null | sort >"$scratch/one"
wmihunt stack -q "$@" >"$scratch/stack" 2>/dev/null

# same_found NAME FOLDER
same_found()
{
	sort "$2/found.jsonl" >"$scratch/found"
	same "$1 finds what one run does" "$scratch/one" "$scratch/found"
	same "$1 stacks what one run does" "$scratch/stack" "$2/stack.jsonl"
}

if command -v parallel >/dev/null; then
	SHARDS=4 sh examples/parallel.sh "$scratch/parallel" "$@"
	same_found "GNU parallel" "$scratch/parallel"
	grep -q '"damaged.evtx\|damaged.evtx"' "$scratch/parallel/said.jsonl"
	report "GNU parallel: read errors come out" $?
else
	echo "skipped: GNU parallel is not installed"
fi

# A stand-in: runs what --wrap says, for each number of --array.
cat >"$scratch/bin/sbatch" <<'EOF'
#!/bin/sh
first=1 last=1
while [ $# -gt 0 ]; do
	case $1 in
	--array=*) range=${1#--array=} first=${range%-*} last=${range#*-} ;;
	--wrap) shift; job=$1 ;;
	esac
	shift
done
while [ "$first" -le "$last" ]; do
	SLURM_ARRAY_TASK_ID=$first sh -c "$job" >&2 || exit 1
	first=$((first + 1))
done
echo 7
EOF
chmod +x "$scratch/bin/sbatch"
printf '%s\n' "$@" >"$scratch/list"
mkdir "$scratch/slurm"
PATH=$scratch/bin:$PATH SHARDS=3 sh examples/slurm.sh "$scratch/slurm" "$scratch/list" >/dev/null 2>"$scratch/said"
same_found "Slurm (a stand-in for sbatch)" "$scratch/slurm"

if "$python" -c 'import celery, openrelik_worker_common' 2>/dev/null; then
	mkdir "$scratch/openrelik"
	(cd examples && "$python" - "$scratch" "$@" <<'EOF'
import base64, json, sys
import openrelik
scratch, paths = sys.argv[1], sys.argv[2:]
files = [{"id": n, "display_name": "case/" + path.rsplit("/", 1)[1], "path": path} for n, path in enumerate(paths)]
result = openrelik.hunt(input_files=files, output_path=scratch + "/openrelik", workflow_id="7")
for file in json.loads(base64.b64decode(result))["output_files"]:
    print(file["display_name"], file["path"])
EOF
	) >"$scratch/outputs"
	sed -n 's/^wmihunt.jsonl //p' "$scratch/outputs" | xargs cat | sed "s|\"case/|\"$scratch/in/|g" | grep -c '"kind":"subscription"' >"$scratch/got"
	grep -c '"kind":"subscription"' "$scratch/one" >"$scratch/expected"
	same "OpenRelik finds as many subscriptions" "$scratch/expected" "$scratch/got"
	sed -n 's/^wmihunt-read-errors.jsonl //p' "$scratch/outputs" | xargs grep -q '"path":"case/damaged.evtx"'
	report "OpenRelik: read errors come out, under the file's own name" $?
	sed -n 's/^wmihunt.html //p' "$scratch/outputs" | xargs grep -q '<!DOCTYPE html>'
	report "OpenRelik: a report comes out" $?
	rm -rf examples/__pycache__
else
	echo "skipped: OpenRelik's worker library or celery cannot be imported (PYTHON=$python)"
fi

if command -v java >/dev/null && "$python" -c 'import pyspark' 2>/dev/null; then
	PYSPARK_PYTHON=$python "$python" examples/spark.py "$scratch/in" "$scratch/spark" case7 3 >"$scratch/said" 2>&1 || cat "$scratch/said"
	"$python" - "$scratch/spark" <<'EOF' 2>/dev/null | sed 's|"file:/|"/|g' | sort >"$scratch/found"
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
for row in spark.read.parquet(sys.argv[1]).where("case = 'case7'").select("line").collect():
    print(row.line)
EOF
	# What has its path in it has another id, as the path is another one here.
	sed -E 's/"id":"[0-9a-f-]{36}"/"id":""/g' "$scratch/one" | sort >"$scratch/expected"
	sed -E 's/"id":"[0-9a-f-]{36}"/"id":""/g' "$scratch/found" | sort >"$scratch/got"
	same "Spark finds what one run does" "$scratch/expected" "$scratch/got"
else
	echo "skipped: Java is not installed, or pyspark cannot be imported (PYTHON=$python)"
fi
finish
