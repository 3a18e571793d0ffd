#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make lint` holds against the tree, besides a build with -Werror.
. "${srcdir:-.}/tests/setup.sh"
cd "$source" || exit 99

# check NAME COMMAND…: the command must succeed and print nothing.
check()
{
	name=$1
	shift
	"$@" >"$scratch/said" 2>&1 && [ ! -s "$scratch/said" ]
	status=$?
	cat "$scratch/said"
	report "$name" $status
}

tool()
{
	command -v "$1" >/dev/null || {
		echo "lint: $1 is not installed (Debian package $2)"
		exit 99
	}
}

# A folder includes itself and those to its left; each library stays behind its own files. The
# order is that of ARCHITECTURE.md; rooms with a comma between them stand side by side.
layers()
{
	awk '
	BEGIN {
		n = split("base event input,run archive evtx,repository export wmi snapshot sigma correlation hunt map evidence report cli", order, " ")
		for (i = 1; i <= n; i++) {
			m = split(order[i], side, ",")
			for (j = 1; j <= m; j++) rank[side[j]] = i
		}
		home["libevtx.h"] = home["libbfio.h"] = "src/evtx/decode_libevtx.c"
		home["archive.h"] = "src/archive/libarchive_stream.c"
		home["jansson.h"] = "src/event/event_json.c src/map/run_lines.c src/map/log_line.c"
		home["seccomp.h"] = "src/run/sandbox.c"
		home["isa-l/igzip_lib.h"] = "src/archive/inflate.h"
		home["isa-l/crc.h"] = "src/base/crc32.h"
		home["csv.h"] = "src/export/export_csv.c"
		home["expat.h"] = "src/event/event_xml.c src/export/clixml.c"
		home["pcre2.h"] = "src/sigma/regex.c"
		home["libfyaml.h"] = "src/sigma/yaml.c"
		home["xxhash.h"] = "src/base/secret_hash.c"
	}
	FNR == 1 { split(FILENAME, part, "/"); mine = rank[part[2]] }
	/^#include "/ {
		split($2, name, "[\"/]")
		if (rank[name[2]] > mine || (rank[name[2]] == mine && name[2] != part[2]))
			print FILENAME ":" FNR ": " $2 " stands to the right"
		if (!mine || (!rank[name[2]] && name[2] != "config.h"))
			print FILENAME ":" FNR ": " $2 " is outside the layers"
		if (part[2] == "run" && name[2] != "run" && name[2] != "base")
			print FILENAME ":" FNR ": " $2 " is not for run"
	}
	/^#include </ {
		gsub("[<>]", "", $2)
		if ($2 in home && index(home[$2], FILENAME) != 1 && !index(home[$2], " " FILENAME))
			print FILENAME ":" FNR ": <" $2 "> belongs to " home[$2]
	}' "$@"
}

# Data that changes and lives for the whole run.
mutable_globals()
{
	find "$build"/src -name '*.o' | while read -r object; do
		objdump -t "$object" | awk -v name="$object" \
			'/ O / && $4 ~ /^\.(data|bss|tbss|tdata)$/ { print name ": " $6 }'
	done
}

licence_lines()
{
	find src tests -name '*.[ch]' -print0 | xargs -0 grep -L 'SPDX-License-Identifier: Apache-2.0'
}

long_files()
{
	find src -name '*.c' -print0 | xargs -0 wc -l | awk '$2 != "total" && $1 > 600 { print $2 ": " $1 " lines" }'
	find src -name '*.h' -print0 | xargs -0 wc -l | awk '$2 != "total" && $1 > 150 { print $2 ": " $1 " lines" }'
}

rules_without_tests()
{
	find hunts/*/ -name '*.yml' | while read -r rule; do
		name=$(basename "$rule" .yml)
		for kind in hit miss; do
			[ -n "$(find tests/hunts -path "*/$name/$kind.jsonl")" ] ||
				echo "$rule: no tests/hunts/…/$name/$kind.jsonl"
		done
	done
}

formatted()
{
	find src tests -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror
}

tool clang-format clang-format
tool shellcheck shellcheck
tool mandoc mandoc
check "format" formatted
find src -name '*.[ch]' >"$scratch/sources"
# shellcheck disable=SC2046 # our own names hold no blanks
check "include layers" layers $(cat "$scratch/sources")
check "mutable globals" mutable_globals
check "licence lines" licence_lines
check "file lengths" long_files
check "a hit and a miss for every rule" rules_without_tests
check "shell scripts" shellcheck -x -s sh -e SC2317 bootstrap .ci/run completion/make man/*.sh tests/*.sh tests/hunts/add
check "manual pages" mandoc -T lint -W warning man/wmihunt.1 man/wmihunt-rules.5
finish
