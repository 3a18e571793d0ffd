#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What examples/*.jq make of the lines: of all samples and packs, and of real logs where these are. That the forms
# are those of their schemas was looked at with the checkers of their makers; here stands what must stay so.
# shellcheck disable=SC2016 # the programs are those of jq
. "${srcdir:-.}/tests/setup.sh"
cd "$source" || exit 99

matched='select((.kind == "subscription" or .kind == "evidence" or .kind == "correlation") and .level
	and (.related | not) and (.known_good | not))'

# is NAME PROGRAM FILE: the program of jq, which is given all values of the file and the lines as $lines, says true.
is()
{
	jq -e -s --slurpfile lines "$scratch/lines" "$2" "$3" >"$scratch/said" 2>&1
	status=$?
	[ $status -eq 0 ] || head -c 400 "$scratch/said"
	report "$1" $status
}

# check NAME: the lines of $scratch/lines.
check()
{
	jq -c -f examples/ocsf.jq "$scratch/lines" >"$scratch/ocsf" 2>"$scratch/told"
	jq -n -f examples/stix.jq "$scratch/lines" >"$scratch/stix" 2>>"$scratch/told"
	jq -n -f examples/misp.jq "$scratch/lines" >"$scratch/misp" 2>>"$scratch/told"
	same "$1: jq has nothing to say" /dev/null "$scratch/told"
	is "$1: OCSF: a finding for each that matched" "[.[].finding_info.uid] == [\$lines[] | $matched | .id]" "$scratch/ocsf"
	is "$1: OCSF: what every event must have" 'all(.[]; .class_uid == 2004 and .category_uid == 2
		and .type_uid == 200401 and .activity_id == 1 and (.time | type) == "number"
		and (.severity_id >= 1 and .severity_id <= 5) and .metadata.product.name == "wmihunt"
		and (.metadata.version | type) == "string" and all(.finding_info.attacks[]?; .technique.uid | test("^T[0-9]{4}$")))' \
		"$scratch/ocsf"
	is "$1: STIX: observed data for each that matched" \
		"([.[0].objects[] | select(.type == \"observed-data\")] | length) == ([\$lines[] | $matched] | length)" "$scratch/stix"
	is "$1: STIX: ids are well made, each is there once, and what is referred to is there" '.[0]
		| ([.objects[].id] | length == (unique | length)) and .type == "bundle"
		and all(.objects[]; .id as $id | .type as $type | ($id | startswith($type + "--"))
			and ($id | test("--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")))
		and ([.objects[] | to_entries[] | select(.key | test("_refs?$")) | .value | if type == "array" then .[] else . end]
			- [.objects[].id] == [])' "$scratch/stix"
	is "$1: STIX: times are in order" 'all(.[0].objects[] | select(.type == "observed-data");
		.first_observed <= .last_observed and .number_observed >= 1)' "$scratch/stix"
	is "$1: STIX: the lines are in it" "([.[0].objects[] | select(.type == \"artifact\") | .payload_bin | @base64d | fromjson | .id])
		== [\$lines[] | $matched | .id]" "$scratch/stix"
	is "$1: MISP: a text for each that matched, and known types" ".[0].Event
		| ([.Attribute[] | select(.type == \"text\")] | length) == ([\$lines[] | $matched] | length)
		and all(.Attribute[]; .value != \"\" and ([\"\\(.category)/\\(.type)\"] - [\"Persistence mechanism/text\",
			\"Targeting data/target-machine\", \"Targeting data/target-user\", \"Network activity/url\"] == []))" "$scratch/misp"
	is "$1: MISP: the hosts are in it" "([.[0].Event.Attribute[] | select(.type == \"target-machine\") | .value] | unique)
		== ([\$lines[] | $matched | .host | values] | unique)" "$scratch/misp"
}

wmihunt hunt -q --all samples tests/hunts 2>/dev/null >"$scratch/lines"
[ "$(grep -c '^{"kind":"evidence"' "$scratch/lines")" -gt 10 ]
report "there are lines" $?
check "samples and packs"
cp "$scratch/stix" "$scratch/first"
wmihunt hunt -q --all --jobs=1 samples tests/hunts 2>/dev/null >"$scratch/lines"
jq -n -f examples/stix.jq "$scratch/lines" >"$scratch/stix"
same "STIX: another run has the same ids" "$scratch/first" "$scratch/stix"

# Times that are not known or that the forms have no words for, and no host.
cat >"$scratch/lines" <<'EOF'
{"kind":"subscription","id":"5318517b-3d10-874a-8bde-da9b474a9007","schema":1,"state":"active","level":"low","matches":[{"title":"t","level":"low","fields":[]}],"events":[]}
{"kind":"evidence","id":"5318517b-3d10-874a-8bde-da9b474a9008","schema":1,"time":"10000-01-01T00:00:00.0000000Z","evidence":"process","level":"low","data":{"CommandLine":7,"a":["http://198.51.100.9/a\"b"]},"matches":[{"title":"t","level":"low","fields":[]}],"links":[]}
EOF
check "odd lines"
: >"$scratch/lines"
check "no lines"
if [ -d "$evidence" ] && [ -z "$sanitized" ]; then
	wmihunt hunt -q --all "$evidence" 2>/dev/null >"$scratch/lines"
	check "real logs"
else
	echo "skipped: real logs"
fi
finish
