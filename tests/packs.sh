#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Known malware, tools and ways to hide, in logs made from tests/packs: the rules listed there find
# each. And with the names of filters, consumers and timers replaced, what it does still gives it away.
. "${srcdir:-.}/tests/setup.sh"
evtxgen=$build/tests/evtxgen/evtxgen
cd "$source" || exit 99

# hunt_over NAME DESCRIPTION…: logs from descriptions, and what the packs say of them in NAME.jsonl.
hunt_over()
{
	name=$1
	shift
	mkdir "$scratch/$name" || exit 99
	for description; do
		"$evtxgen" "$description" "$scratch/$name/$(basename "$description" .yml)" || exit 99
	done
	wmihunt hunt -q --all "$scratch/$name" >"$scratch/all.jsonl" 2>"$scratch/said"
	grep -v '"kind":"coverage"' "$scratch/all.jsonl" >"$scratch/$name.jsonl"
	same "$name: everything can be read" /dev/null "$scratch/said"
}

# One line for each match: host, rule by its path, level.
matches()
{
	jq -r --slurpfile rules "$scratch/rules.json" '.host as $host | .matches[]
		| "\($host) \($rules[0][.rule_id]) \(.level)"' "$1"
}

# shellcheck disable=SC2016 # awk's $2
find hunts/wmi_subscription -name '*.yml' | sort |
	xargs awk '/^id: / { sub("^hunts/wmi_subscription/", "", FILENAME); sub("[.]yml$", "", FILENAME)
		printf "{\"%s\": \"%s\"}\n", $2, FILENAME }' | jq -s add >"$scratch/rules.json"

hunt_over known tests/packs/*.evtx.yml
matches "$scratch/known.jsonl" | cut -d ' ' -f 1,2 | sort -u >"$scratch/found"
sed '/^#/d; s/://' tests/packs/known.expected >"$scratch/expected"
while read -r host rules; do
	for rule in $rules; do
		grep -qxF "$host $rule" "$scratch/found"
		report "$host is found by $rule" $?
	done
done <"$scratch/expected"
cut -d ' ' -f 1 "$scratch/expected" | sort >"$scratch/listed"
jq -r .host "$scratch/known.jsonl" | sort >"$scratch/hosts"
same "one subscription for each host that is listed" "$scratch/listed" "$scratch/hosts"

# Every rule that goes by a name must be here, with what it is named after.
find hunts/wmi_subscription/malware hunts/wmi_subscription/tool -name '*.yml' |
	sed 's|^hunts/wmi_subscription/||; s|\.yml$||' | sort >"$scratch/named"
cut -d ' ' -f 2- "$scratch/expected" | tr ' ' '\n' | grep -E '^(malware|tool)/' | sort -u >"$scratch/shown"
same "every rule for malware and tools finds something here" "$scratch/named" "$scratch/shown"

for description in tests/packs/*.evtx.yml; do
	awk -f tests/packs/rename.awk "$description" >"$scratch/$(basename "$description")" || exit 99
done
hunt_over renamed "$scratch"/*.evtx.yml
names='[.[] | .filter.name, .consumer.name] | sort | unique'
jq -s "$names" "$scratch/known.jsonl" >"$scratch/names"
jq -s --slurpfile old "$scratch/names" -e "($names) - \$old[0] == ($names)" "$scratch/renamed.jsonl" >/dev/null
report "no name is left" $?
matches "$scratch/renamed.jsonl" | grep -E ' (behaviour|anomaly)/[^ ]* (medium|high|critical)$' |
	cut -d ' ' -f 1 | sort -u >"$scratch/found"
# Ways to hide have rules that are shown above; one of them, a mail, is no more than low.
grep -v '^evade-' "$scratch/listed" | while read -r host; do
	grep -qxF "$host" "$scratch/found" || echo "$host"
done >"$scratch/missed"
same "all are found without their names" /dev/null "$scratch/missed"
finish
