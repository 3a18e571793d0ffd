#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hunt packs: every subscription, or every event, of a rule's hit.jsonl must match that rule, and
# none of its miss.jsonl may; a filter's must be known-good by it, or not; a correlation's hit.jsonl
# must make it report. Benign subscriptions (tests/clean) must give exactly the findings that are
# listed beside them.
. "${srcdir:-.}/tests/setup.sh"
cd "$source" || exit 99

wmihunt lint hunts/*/ >"$scratch/lint" 2>&1 && ! grep -E ': (error|warning): ' "$scratch/lint"
report "hunts: no errors or warnings" $?

# Each rule file with its id: the first, since behind a correlation stand the rules that it needs.
find hunts/*/ -name '*.yml' | sort >"$scratch/files"
# shellcheck disable=SC2016 # awk's $2
xargs awk '/^id: / && !seen[FILENAME]++ { print FILENAME, $2 }' <"$scratch/files" >"$scratch/rules"
# shellcheck disable=SC2016 # likewise
xargs awk '/^id: / { print $2 }' <"$scratch/files" | sort | uniq -d >"$scratch/twice"
same "no rule id stands twice" /dev/null "$scratch/twice"

# Tags follow ATT&CK 19, which has neither of these.
xargs grep -lE 'attack\.(defense-evasion|t1562|t1070\.001)' <"$scratch/files" >"$scratch/retired"
same "no tag is of an older ATT&CK" /dev/null "$scratch/retired"

# What an analyst needs beside the match: where it is told of, who does it in good faith, what to
# look at next. Filters take away, so theirs is the reference alone.
bare_rules()
{
	awk '
	function flush() {
		if (!sources)
			print name ": no reference"
		if (told && !is_filter) {
			if (!technique)
				print name ": no tag of an ATT&CK technique"
			if (!reason)
				print name ": nothing said of false positives"
			if (!sentences)
				print name ": no x-triage"
		}
		sources = technique = reason = sentences = is_filter = told = 0
	}
	FNR == 1 || /^---/ {
		if (told)
			flush()
		name = FILENAME
	}
	/^[a-z]/ { key = $1; told = 1 }
	key == "filter:" { is_filter = 1 }
	key == "references:" && /^ +- https:/ { sources++ }
	key == "tags:" && /^ +- attack\.t[0-9]/ { technique++ }
	key == "falsepositives:" && /^ +- / && length($0) > 20 && !/- (None|Unknown)/ { reason++ }
	key == "x-triage:" && /^ / { sentences += gsub(/[.?!]( |$)/, "&") }
	END { if (told) flush() }' "$@"
}
# shellcheck disable=SC2046 # our own names hold no blanks
bare_rules $(cat "$scratch/files") >"$scratch/bare"
same "every rule has references, tags, false positives and what to look at next" /dev/null "$scratch/bare"

# What each case is: its lines, the rule's id, and what the rule is for: subscriptions, events, or a
# correlation of them.
xargs grep -l '^correlation:' <"$scratch/files" >"$scratch/correlations"
awk '
FILENAME ~ /correlations$/ { correlates[$1]; next }
{
	name = $1
	gsub(/^hunts\/(wmi_subscription\/)?|\.yml$/, "", name)
	of = $1 ~ /^hunts\/(wmi_subscription|known_good)\// ? "subscriptions" : \
		$1 in correlates ? "correlation" : "events"
	for (hit = 1; hit >= 0; hit--)
		printf "{\"case\":\"tests/hunts/%s/%s.jsonl\",\"id\":\"%s\",\"hit\":%s,\"of\":\"%s\"}\n",
			name, hit ? "hit" : "miss", $2, hit ? "true" : "false", of
}' "$scratch/correlations" "$scratch/rules" >"$scratch/cases"

# One run over all of them. Each case has hosts of its own, so that none sees what another holds,
# and its lines stand in a log of its name.
# shellcheck disable=SC2016 # awk's $0
jq -r .case "$scratch/cases" | xargs awk '
FNR == 1 { number++ }
{
	match($0, /"host": ?"[^".]+/)
	host = substr($0, RSTART, RLENGTH)
	sub(/.*"/, "", host)
	gsub(host, host "-case" number)
	gsub(tolower(host), tolower(host) "-case" number)
	sub(/"path": ?"[^"]*"/, "\"path\":\"" FILENAME "\"")
	# Each host has a log of its own: numbers of which no header is known are not those of one.
	sub(/"header_record_id": ?[0-9]+/, "\"header_record_id\":0")
	print
}' >"$scratch/lines"
wmihunt hunt -q --all - <"$scratch/lines" >"$scratch/found" 2>"$scratch/said"
same "every case can be read" /dev/null "$scratch/said"

# One line for each case: 0 when it is as it must be, its name, what was seen. Of events only those
# are shown that something matches, so theirs are counted in the case.
jq -n -r --slurpfile cases "$scratch/cases" --slurpfile lines "$scratch/lines" '
	($cases | map({key: .case, value: .id}) | from_entries) as $ids
	| (reduce $lines[].source.path as $case ({}; .[$case] += 1)) as $lines
	| reduce (inputs | select(.kind != "coverage")) as $found ({}; first($found | .. | objects | .source.path? // empty) as $case
		| .[$case].seen += (if [$found.known_good.id // empty] | any(. != $ids[$case]) then 0 else 1 end)
		| if [$found.matches[].rule_id, $found.known_good.id] | any(. == $ids[$case])
		  then .[$case].matched += 1 else . end)
	| . as $found | $cases[]
	| ($found[.case] // {} | .matched // 0) as $matched
	| (if .of == "subscriptions" then $found[.case].seen else $lines[.case] end // 0) as $all
	| (if .of == "correlation" then .hit == ($matched > 0)
	   else $matched == (if .hit then $all else 0 end) end) as $good
	| "\(if $all > 0 and $good then 0 else 1 end) \(.case): \($matched) of \($all) \(.of) match"' \
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

# What tests/hunts/add writes is read as it was described.
mkdir -p "$scratch/tests/hunts" "$scratch/hunts/tool"
cp tests/hunts/add "$scratch/tests/hunts/"
: >"$scratch/hunts/tool/shed.yml"
"$scratch/tests/hunts/add" "$scratch/hunts/tool/shed.yml" >"$scratch/said" <<'EOF'
# A comment.
hit subscription ActiveScriptEventConsumer
filter.Query: SELECT * FROM Shed WHERE Name = "a\b"
ScriptText: open("C:\\shed");
 shut();
KillTimeout: 5

miss sysmon 1
Image: C:\shed.exe
miss also security 4688
NewProcessName: C:\shed.exe
EOF
wmihunt hunt -q --all "$scratch/tests/hunts/tool/shed/hit.jsonl" | jq -r 'select(.kind != "coverage") | .host, .filter.query,
	.consumer.class, (.consumer.properties | .ScriptText, .KillTimeout)' >"$scratch/found"
jq -r '"\(.host) \(.channel) \(.event_id) \(.data.Image // .data.NewProcessName)"' \
	"$scratch/tests/hunts/tool/shed/miss.jsonl" >>"$scratch/found"
cat >"$scratch/described" <<'EOF'
HIT-01.lab.example
SELECT * FROM Shed WHERE Name = "a\b"
ActiveScriptEventConsumer
open("C:\\shed");
shut();
5
MISS-01.lab.example Microsoft-Windows-Sysmon/Operational 1 C:\shed.exe
MISS-01.lab.example Security 4688 C:\shed.exe
EOF
same "tests/hunts/add" "$scratch/described" "$scratch/found"
echo 'hit nothing 1' >"$scratch/wrong"
! "$scratch/tests/hunts/add" "$scratch/hunts/tool/shed.yml" <"$scratch/wrong" >"$scratch/said" 2>&1 &&
	grep -q 'no such source: nothing' "$scratch/said"
report "tests/hunts/add: a source that is not known" $?

for log in tests/clean/*.jsonl; do
	wmihunt hunt -q --all "$log" | jq -r 'select(.kind != "coverage") |
		"\(.namespace): \(.filter.name // "-") -> \(.consumer.name // "-")",
		(.known_good.title | values | "  known good: \(.)"),
		(.matches[] | "  \(.level): \(.title)")' >"$scratch/clean"
	same "${log%.jsonl}" "${log%.jsonl}.expected" "$scratch/clean"
done
finish
