#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hunt packs: every subscription of a rule's hit.jsonl must match that rule, and none of its
# miss.jsonl may; a filter's must be known-good by it, or not. Benign subscriptions
# (tests/clean) must give exactly the findings that are listed beside them.
. "${srcdir:-.}/tests/setup.sh"
cd "$source" || exit 99

wmihunt lint hunts >"$scratch/lint" 2>&1 && ! grep -E ': (error|warning): ' "$scratch/lint"
report "hunts: no errors or warnings" $?

# Each rule file with its id.
# shellcheck disable=SC2016 # awk's $2
find hunts -name '*.yml' | sort | xargs awk '/^id: / { print FILENAME, $2 }' >"$scratch/rules"
cut -d ' ' -f 2 "$scratch/rules" | sort | uniq -d >"$scratch/twice"
same "no rule id stands twice" /dev/null "$scratch/twice"

# What the program says of every case, behind a line that tells which it is.
while read -r rule id; do
	name=${rule#hunts/}
	name=${name%.yml}
	for kind in hit miss; do
		case=tests/hunts/${name#wmi_subscription/}/$kind.jsonl
		printf '{"case":"%s","id":"%s","hit":%s}\n' "$case" "$id" \
			"$([ $kind = hit ] && echo true || echo false)"
		wmihunt hunt -q --all "$case" 2>>"$scratch/said"
	done
done <"$scratch/rules" >"$scratch/found"
touch "$scratch/said"
same "every case can be read" /dev/null "$scratch/said"

# One line for each case: 0 when it is as it must be, its name, what was seen.
jq -n -r '
	reduce inputs as $line ([];
		if $line.case then . + [$line + {seen: 0, matched: 0}]
		else .[-1].id as $id
			| .[-1].seen += 1
			| if [$line.matches[].rule_id, $line.known_good.id] | any(. == $id)
			  then .[-1].matched += 1 else . end
		end)
	| .[]
	| "\(if .seen > 0 and .matched == (if .hit then .seen else 0 end) then 0 else 1 end) " +
	  "\(.case): \(.matched) of \(.seen) subscriptions match"' \
	"$scratch/found" >"$scratch/judged"
report "every case was judged" $?
while read -r status what; do
	report "$what" "$status"
done <"$scratch/judged"
[ "$(wc -l <"$scratch/judged")" -eq $((2 * $(wc -l <"$scratch/rules"))) ]
report "two cases for every rule" $?

# What no rule is tested by is a slip of the pen.
cut -d ' ' -f 1 "$scratch/rules" | sed 's|^hunts/\(wmi_subscription/\)\{0,1\}|tests/hunts/|; s|\.yml$||' |
	sort >"$scratch/named"
find tests/hunts -name '*.jsonl' -exec dirname {} + | sort -u >"$scratch/tested"
same "no case without a rule" "$scratch/named" "$scratch/tested"

for log in tests/clean/*.jsonl; do
	wmihunt hunt -q --all "$log" | jq -r '
		"\(.namespace): \(.filter.name // "-") -> \(.consumer.name // "-")",
		(.known_good.title | values | "  known good: \(.)"),
		(.matches[] | "  \(.level): \(.title)")' >"$scratch/clean"
	same "${log%.jsonl}" "${log%.jsonl}.expected" "$scratch/clean"
done
finish
