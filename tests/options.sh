#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each option that --help of a command has stands in the manual, and is completed by shells: bash, and
# zsh and fish where they are installed, complete it here.
. "${srcdir:-.}/tests/setup.sh"

commands=$(wmihunt --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
options_of()
{
	wmihunt "$1" --help | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort
}

# Completes the words given, the last of them; COMP_WORDS are as bash splits them.
try_bash()
{
	bash -c '. "$1" && shift && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _wmihunt &&
		printf "%s\n" "${COMPREPLY[@]}"' bash "$build/completion/bash/wmihunt" wmihunt "$@"
}

# What would be handed to the functions that show it.
try_zsh()
{
	zsh -f -c 'file=$1; shift
		_describe() { print -rl -- ${(P)2} }
		_arguments() { print -rl -- $@ }
		_files() { print files }
		words=("$@") CURRENT=$#
		. $file' zsh "$build/completion/zsh/_wmihunt" wmihunt "$@"
}

try_fish()
{
	# shellcheck disable=SC2016 # the names are fish's
	fish --no-config -c 'source $argv[1]; complete -C"$argv[2]"' "$build/completion/fish/wmihunt.fish" "$1" | cut -f1
}

in_manual()
{
	while read -r option; do
		grep -qE "(Fl|,) ${option#-}( |$)" "$source/man/wmihunt.1" || echo "$1 $option"
	done
}

for command in $commands; do
	[ "$command" != help ] || continue
	options_of "$command" >"$scratch/options"
	in_manual "$command" <"$scratch/options" >"$scratch/missing"
	[ ! -s "$scratch/missing" ]
	report "options of $command in the manual: $(cat "$scratch/missing")" $?
	try_bash "$command" -- | sed 's/=$//' | sort >"$scratch/completed"
	same "bash: options of $command" "$scratch/options" "$scratch/completed"
	if command -v zsh >/dev/null; then
		try_zsh "$command" -- | grep -oE -- '^[^[]*--[a-z-]+=?\[' | grep -oE -- '--[a-z-]+=?\[$' | tr -d '=[' | sort -u >"$scratch/completed"
		same "zsh: options of $command" "$scratch/options" "$scratch/completed"
	fi
	if command -v fish >/dev/null; then
		try_fish "wmihunt $command --" | sed 's/=$//' | sort >"$scratch/completed"
		same "fish: options of $command" "$scratch/options" "$scratch/completed"
	fi
done

# completes NAME EXPECTED COMPLETED: one of each line.
completes()
{
	printf '%s\n' "$2" >"$scratch/expected"
	printf '%s\n' "$3" >"$scratch/completed"
	same "$1" "$scratch/expected" "$scratch/completed"
}

formats=$(wmihunt hunt --format=none . 2>&1 | sed 's/.* is none of //; s/, /\n/g')
ids=$(wmihunt rules | grep -oE '[0-9a-f-]{36}' | sort)
completes "bash: commands" "$commands" "$(try_bash '')"
completes "bash: a command" "$(printf 'report\nrules')" "$(try_bash r)"
completes "bash: without a command it is a hunt" --all "$(try_bash --al)"
completes "bash: the command whose help is wanted" stack "$(try_bash help s)"
completes "bash: formats" "$formats" "$(try_bash hunt --format =)"
completes "bash: a format" jsonl "$(try_bash events --format = j)"
completes "bash: after the letter" navigator "$(try_bash report -f n)"
completes "bash: format and file" csv= "$(try_bash hunt --report = c)"
completes "bash: the file is the shell's to find" "" "$(try_bash hunt --report = csv = 'f')"
completes "bash: so are paths" "" "$(try_bash events sam)"
completes "bash: levels" high "$(try_bash --min-level = h)"
completes "bash: rules" "$ids" "$(try_bash rules --show =)"
if command -v zsh >/dev/null; then
	zsh -n "$build/completion/zsh/_wmihunt"
	report "zsh: no syntax error" $?
	completes "zsh: commands, or a path" "$(printf '%s\nfiles' "$commands")" "$(try_zsh '' | cut -d: -f1)"
	completes "zsh: without a command it is a hunt" 1 "$(try_zsh --a | grep -c -- '--all\[')"
	completes "zsh: formats" "$(echo "$formats" | tr '\n' ' ')" "$(try_zsh stack --f | grep -- --format | sed 's/.*:FORMAT:(\(.*\))/\1 /' | sort -u)"
fi
if command -v fish >/dev/null; then
	completes "fish: commands" "$(echo "$commands" | sort)" "$(cd "$scratch" && mkdir empty && cd empty && try_fish 'wmihunt ' | sort)"
	completes "fish: without a command it is a hunt" --all "$(try_fish 'wmihunt --al')"
	completes "fish: formats" "$(echo "$formats" | sort)" "$(try_fish 'wmihunt hunt -f ' | sort)"
	completes "fish: format and file" csv= "$(try_fish 'wmihunt hunt --report c' | grep -x csv=)"
fi
finish
