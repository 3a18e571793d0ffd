#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays the corpus of each fuzz target; the samples are seeds of the reader of logs too.
. "${srcdir:-.}/tests/setup.sh"

for file in "$source"/tests/fuzz/fuzz-*.c; do
	target=${file##*/fuzz-}
	target=${target%.c}
	set -- "$source/tests/fuzz/corpus/$target"/*
	case $target in
	chunk | chunk-rules | recover) set -- "$@" "$source"/samples/*.evtx ;;
	esac
	"$build/tests/fuzz/replay" "$target" "$@"
	report "corpus of $target" $?
done
finish
