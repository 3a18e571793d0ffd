#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every shell example of README.md and of the manual pages, as it stands, over samples; and holds the
# rules that the manual shows against the files that it says they are.
. "${srcdir:-.}/tests/setup.sh"

if [ -n "$sanitized" ]; then
	echo "skipped: the golden runs have these commands under sanitizers"
	exit 77
fi
mkdir "$scratch/bin" "$scratch/run"

# What the program told and returned is seen here even where a pipe or a redirection hides it.
cat >"$scratch/bin/wmihunt" <<EOF
#!/bin/sh
"$build/wmihunt" "\$@" 2>"$scratch/told.\$\$"
status=\$?
echo \$status >>"$scratch/statuses"
cat "$scratch/told.\$\$" >>"$scratch/told"
cat "$scratch/told.\$\$" >&2
exit \$status
EOF
chmod +x "$scratch/bin/wmihunt"

# Where GNU parallel is not installed, its plainest use is done one by one.
command -v parallel >/dev/null || cat >"$scratch/bin/parallel" <<'EOF'
#!/bin/sh
[ "$1 $2 $3 $4 $5" = "-k wmihunt events -q {}" ] || exit 99
while read -r file; do wmihunt events -q "$file"; done
EOF
chmod +x "$scratch"/bin/*
PATH=$scratch/bin:$PATH

# A command on each line: what goes on behind a bar or a backslash is joined.
join_lines()
{
	awk '
	{ text = text $0 }
	/\\$/ { sub(/\\$/, "", text); next }
	/\|$/ { text = text " "; next }
	{ print text; text = "" }'
}

readme_commands()
{
	awk '/^```sh$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$source/README.md" | join_lines |
		sed 's|^\./bootstrap && ||; s|\./wmihunt|wmihunt|g' | grep -v '^make '
}

# What stands in the displays of a page'\''s EXAMPLES, without its escapes.
manual_examples()
{
	sed -e '1,/^\.Sh EXAMPLES/d' -e "s/\\\\(aq/'/g; s/\\\\-/-/g; s/\\\\e/\\\\/g" "$source/man/$1" |
		awk '/^\.Sh / { exit }
		/^\.Bd -literal/ { inside = 1; print "%display"; next } /^\.Ed/ { inside = 0 } inside'
}

manual_commands()
{
	manual_examples "$1" | awk '/^%display/ { rule = 0; next } /^title: / { rule = 1 } !rule' | join_lines
}

# Only the damaged sample may have faults, and only they may end a run with 2.
check_run()
{
	grep -Ev '^(\{"kind":"summary",|[0-9]+ read errors?; files [0-9]+, )' "$scratch/told" >"$scratch/faults"
	grep -Ev '^(\{"kind":"fault","id":"[^"]*","schema":1,"path":"samples/damaged.evtx"|wmihunt: samples/damaged.evtx: )' \
		"$scratch/faults" >"$scratch/unexpected"
	grep -E '^(wmihunt: |jq: |parse error|sh: )' "$scratch/err" |
		grep -v '^wmihunt: samples/damaged.evtx: ' >>"$scratch/unexpected"
	[ -s "$scratch/faults" ] && worst=2 || worst=1
	[ -s "$scratch/statuses" ] || echo "wmihunt was not run" >>"$scratch/unexpected"
	awk -v worst="$worst" '$1 > worst { print "wmihunt returned " $1 }' "$scratch/statuses" \
		>>"$scratch/unexpected"
	cat "$scratch/unexpected"
	[ ! -s "$scratch/unexpected" ]
}

# run_commands DOCUMENT: runs the commands on standard input in a folder like the source's root.
run_commands()
{
	cat >"$scratch/commands"
	rm -rf "$scratch/run"
	mkdir -p "$scratch/run/tests"
	cp -R "$source/samples" "$source/hunts" "$source/examples" "$scratch/run"
	cp -R "$source/tests/examples" "$scratch/run/tests"
	chmod -R u+w "$scratch/run"
	[ -s "$scratch/commands" ]
	report "$1: there are examples" $?
	while IFS= read -r command; do
		: >"$scratch/told"
		: >"$scratch/statuses"
		(cd "$scratch/run" && exec sh -c "$command") >"$scratch/out" 2>"$scratch/err" </dev/null
		status=$?
		check_run && [ "$status" -le 2 ]
		report "$1: $command" $?
	done <"$scratch/commands"
}

readme_commands | grep wmihunt >"$scratch/readme"
run_commands README.md <"$scratch/readme"
for page in wmihunt.1 wmihunt-rules.5; do
	manual_commands $page >"$scratch/manual"
	run_commands $page <"$scratch/manual"
done

# The rules that the manual shows.
manual_examples wmihunt-rules.5 | awk -v folder="$scratch" '
/^%display/ { name = ""; next }
/^title: / { name = folder "/rule-" ++count }
name { print > name }'
cat "$source"/tests/examples/open_folder.yml "$source"/tests/examples/nightly_update.yml >"$scratch/shipped"
cat "$scratch"/rule-* >"$scratch/shown"
same "wmihunt-rules.5: the rules are those of tests/examples" "$scratch/shipped" "$scratch/shown"
finish
