# SPDX-License-Identifier: Apache-2.0
"""On Apache Spark: archives are mapped where they lie, their lines shuffled by host, and hunted in by the
same binary; the result is Parquet, partitioned by case and kind.

    spark-submit spark.py INPUTS OUT CASE [SHARDS]

INPUTS is a folder or pattern that Spark's binaryFiles() takes, such as hdfs:///cases/7/*.zip; wmihunt must
be on the PATH of all nodes, and this folder's awk scripts beside this file on the driver.
"""

import json
import os
import subprocess
import sys
import tempfile
import zlib

from pyspark.sql import Row, SparkSession

HERE = os.path.dirname(os.path.abspath(__file__))


def run(arguments, lines):
    """The output of a command, by lines. 2 is a read error, which is data; nothing else may fail."""
    done = subprocess.run(["wmihunt", *arguments], input=lines, capture_output=True, check=False)
    if done.returncode not in (0, 2) or done.stderr.startswith(b"wmihunt: "):
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout.decode().splitlines()


def map_archive(item):
    """Keyed lines of one archive, under its own name."""
    name, content = item
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        where = ["--exit-zero", "--quiet", "--key", "--name", name, file.name]
        yield from run(["events", "--inline-errors", *where], b"")
        yield from run(["objects", *where], b"")


def find_groups(keyed):
    """{(key, place): group}, as names.awk has it of the lines that say something of names."""
    scripts = ["-f", os.path.join(HERE, "lines.awk"), "-f", os.path.join(HERE, "names.awk")]
    # Of the fleet only what names places and records goes to the driver, without the events' content.
    wanted = keyed.filter(lambda line: '\t{"kind":"' in line).map(shorten).distinct()
    done = subprocess.run(["awk", *scripts], input="\n".join(wanted.toLocalIterator()) + "\n",
                          capture_output=True, check=True, text=True)
    return {tuple(row.split("\t")[:2]): row.split("\t")[2] for row in done.stdout.splitlines()}


def shorten(line):
    """An event without its data, unless that says that a host was renamed."""
    if '\t{"kind":"event"' not in line or '"event_id":6011' in line:
        return line
    key, text = line.split("\t", 1)
    event = json.loads(text)
    kept = {name: event[name] for name in ("kind", "channel", "record_id", "source") if name in event}
    return key + "\t" + json.dumps(kept, separators=(",", ":"), ensure_ascii=False)


def label(key):
    return key if key.replace(".", "").isdigit() or ":" in key else key.split(".")[0]


def places(text):
    """The places that a line may go by: those of lines.awk."""
    source = json.loads(text).get("source", {})
    place = source.get("path", "") + (" > " + source["entry"] if "entry" in source else "")
    done = subprocess.run(["awk", "-f", os.path.join(HERE, "lines.awk"),
                           "BEGIN { print folder(ARGV[1]); print root(ARGV[1]) }", place],
                          capture_output=True, check=True, text=True)
    return [place, *done.stdout.splitlines()]


def group_of(line, groups, placed):
    key, text = line.split("\t", 1)
    key = label(key)
    if key in placed:
        for place in places(text):
            if (key, place) in groups:
                return groups[key, place]
    return groups.get((key, ""), key) or "?"


def shard_of(group, shards):
    """What is of no host has a shard of its own."""
    return shards if group == "?" else zlib.crc32(group.encode()) % shards


def hunt(lines):
    text = "".join(line.split("\t", 1)[1] + "\n" for line in lines)
    if text:
        yield from run(["hunt", "--quiet", "--all", "--shard", "--exit-zero", "-"], text.encode())


def main(inputs, out, case, shards=16):
    spark = SparkSession.builder.appName("wmihunt").getOrCreate()
    keyed = spark.sparkContext.binaryFiles(inputs).flatMap(map_archive).cache()
    groups = find_groups(keyed)
    placed = {key for key, place in groups if place}
    saved = (keyed.map(lambda line: (shard_of(group_of(line, groups, placed), shards), line))
             .partitionBy(shards + 1, lambda shard: shard).values().mapPartitions(hunt).cache())
    matches = saved.filter(lambda line: line.startswith('{"kind":"match"')).collect()
    across = run(["hunt", "--quiet", "--correlate-only", "--exit-zero", "-"], "\n".join(matches).encode())
    found = saved.filter(lambda line: not line.startswith('{"kind":"match"')).union(
        spark.sparkContext.parallelize(across, 1))
    rows = found.map(lambda line: Row(case=case, kind=json.loads(line)["kind"],
                                      host=json.loads(line).get("host"), line=line))
    schema = "case string, kind string, host string, line string"
    spark.createDataFrame(rows, schema).write.partitionBy("case", "kind").mode("append").parquet(out)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:5]))
