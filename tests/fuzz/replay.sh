#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays the corpus of each fuzz target; the samples are seeds of the reader of logs too.
. "${srcdir:-.}/tests/setup.sh"

for folder in "$source"/tests/fuzz/corpus/*/; do
	target=$(basename "$folder")
	set -- "$folder"*
	[ "$target" != chunk ] || set -- "$@" "$source"/samples/*.evtx
	"$build/tests/fuzz/replay-$target" "$@"
	report "corpus of $target" $?
done
finish
