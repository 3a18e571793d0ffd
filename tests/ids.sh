#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the ids of lines promise: each line has one, no two of a run have the same, and they follow
# the content alone: neither paths, workers, shards nor the spelling of hosts. And what keys promise.
. "${srcdir:-.}/tests/setup.sh"

cd "$source" || exit 99
results='select(.kind == "subscription" or .kind == "evidence" or .kind == "correlation" or .kind == "coverage")'

# ids FILE…: of results, sorted
ids()
{
	jq -r "$results | [.kind, .id] | join(\" \")" "$@" | sort
}

wmihunt hunt -q --all --trust-lines samples tests/packs tests/hunts >"$scratch/all" 2>/dev/null
{
	cat "$scratch/all"
	wmihunt stack -q samples 2>/dev/null
	wmihunt objects -q samples 2>/dev/null
	wmihunt events -q samples/attacked-host.evtx 2>/dev/null
	wmihunt events -q samples/damaged.evtx 2>&1 >/dev/null
} | jq -r '[.kind, (.id // "" | test("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")), .schema] | join(" ")' |
	sort | uniq -c | sed 's/^ *//' >"$scratch/kinds"
for kind in subscription evidence correlation coverage stack object event log fault; do
	grep -q "^[0-9]* $kind true 1\$" "$scratch/kinds"
	report "lines of kind $kind have an id" $?
done
[ "$(wc -l <"$scratch/kinds")" -eq 9 ]
report "and all of them do" $?

ids "$scratch/all" | uniq -d >"$scratch/twice"
same "no two lines have one id" /dev/null "$scratch/twice"

jq -r '(.links[]?, .timeline[]?) | .id // empty' "$scratch/all" | sort -u >"$scratch/named"
jq -r "$results | .id" "$scratch/all" | sort >"$scratch/there"
comm -23 "$scratch/named" "$scratch/there" >"$scratch/dangling"
[ -s "$scratch/named" ]
report "links and timelines name ids" $?
same "what they name is there" /dev/null "$scratch/dangling"

# Engines take names of one spelling for one column, and a column has one type: over all lines.
keys()
{
	jq -r 'paths(true) | map(strings) | join("/")' | sort -u
}
{
	cat "$scratch/all"
	wmihunt events -q --every samples 2>/dev/null
	wmihunt objects -q samples 2>/dev/null
	wmihunt stack -q samples 2>/dev/null
} | keys >"$scratch/keys"
tr '[:upper:]' '[:lower:]' <"$scratch/keys" | sort | uniq -d >"$scratch/twice"
[ "$(wc -l <"$scratch/keys")" -gt 300 ]
report "there are keys" $?
same "no two keys differ in case only" /dev/null "$scratch/twice"
printf '%s\n' '{"a":{"Image":1}}' '{"a":{"image":[2]}}' | keys | tr '[:upper:]' '[:lower:]' | sort | uniq -d | grep -q 'a/image'
report "keys that do would be seen" $?
printf '%s\n' '{"kind":"event","data":{"IMAGE":"a","image":["b","c"],"Data":["d"],"data":"e","ProcessID":"1"},"source":{}}' >"$scratch/names"
wmihunt events -q --every - <"$scratch/names" >"$scratch/line" 2>/dev/null
jq -c '[.data, .data_names]' "$scratch/line" >"$scratch/got"
cat >"$scratch/want" <<'END'
[{"Image":"a","image_2":["b","c"],"Data":["d"],"data_2":"e","ProcessId":"1"},[{"key":"Image","name":"IMAGE"},{"key":"image_2","name":"image"},{"key":"data_2","name":"data"},{"key":"ProcessId","name":"ProcessID"}]]
END
same "names as logged are told" "$scratch/want" "$scratch/got"
wmihunt events -q --every - <"$scratch/line" 2>/dev/null >"$scratch/got"
same "and read back" "$scratch/line" "$scratch/got"

# Elsewhere, by one worker, in another order.
wmihunt hunt -q --all samples >"$scratch/samples" 2>/dev/null
ids "$scratch/samples" >"$scratch/want"
mkdir "$scratch/moved"
for log in samples/*.evtx samples/*.zip; do
	cp "$log" "$scratch/moved/x-${log##*/}"
done
wmihunt hunt -q --all --jobs=1 "$scratch/moved" 2>/dev/null | ids >"$scratch/got"
same "paths, names and the number of workers do not count" "$scratch/want" "$scratch/got"

# Each host by itself. The samples are of hosts of their own, but for forwarded events.
for log in "$scratch"/moved/*; do
	wmihunt hunt -q --all "$log" 2>/dev/null
done | ids | uniq >"$scratch/got"
same "nor does what else is hunted in" "$scratch/want" "$scratch/got"

# One machine, whose name is written long and short by turns. What groups events by that name, as
# correlations do, is left out.
long='select(.host == "APP-STAGE-02.corp.example")'
wmihunt events -q samples/attacked-host.evtx 2>/dev/null | jq -c "$long" >"$scratch/events"
spelled()
{
	jq -c "if input_line_number % 2 == $1 then .host |= ascii_downcase else .host |= split(\".\")[0] end" "$scratch/events" |
		wmihunt hunt -q --all - 2>/dev/null | ids | grep -v '^correlation '
}
spelled 0 >"$scratch/want"
spelled 1 >"$scratch/got"
[ -s "$scratch/want" ]
report "a host has findings" $?
same "how a host's name is written does not count" "$scratch/want" "$scratch/got"

# Lines that were saved before there were ids get them.
wmihunt hunt -q samples/infected-host.evtx 2>/dev/null >"$scratch/lines"
jq -c 'del(.id)' "$scratch/lines" | wmihunt report -q - 2>/dev/null | ids >"$scratch/got"
ids "$scratch/lines" >"$scratch/want"
same "a report makes ids that are missing" "$scratch/want" "$scratch/got"

# One byte of a query, and only that subscription is another.
edited()
{
	wmihunt events -q samples/infected-host.evtx 2>/dev/null | sed "$1" |
		wmihunt hunt -q --all - 2>/dev/null | jq -r 'select(.kind == "subscription").id' | sort
}
edited '' >"$scratch/want"
edited 's/SystemUpTime >= 240/SystemUpTime >= 241/g' >"$scratch/got"
[ "$(comm -3 "$scratch/want" "$scratch/got" | wc -l)" -eq 2 ]
report "other content has another id" $?
finish
