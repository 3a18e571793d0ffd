# STIX 2.1: a bundle of what rules matched. The ids are those of the lines, so that the same finding has the
# same in each run, with a 4 for their version, as STIX asks for.
#   wmihunt hunt PATH… | jq -n -f stix.jq
def instant: if . == null then "1970-01-01T00:00:00.000Z" elif test("^[0-9]{4}-") then .[:23] + "Z"
	else "9999-12-31T23:59:59.999Z" end;
def uuid: .[:14] + "4" + .[15:];
def known: with_entries(select(.value != null and .value != []));
def techniques: [.matches[].tags[]? | ascii_upcase | select(test("^ATTACK\\.T[0-9]{4}(\\.[0-9]{3})?$")) | .[7:]] | unique;
# T1546.003: the digits are its number.
def technique_id: "attack-pattern--00000000-0000-4000-8000-" + ((.[1:] | gsub("\\."; "")) as $digits | ("0" * (12 - ($digits | length))) + $digits);
def head($type; $id; $from; $to): {type: $type, spec_version: "2.1", id: "\($type)--\($id | uuid)", created: ($from | instant), modified: ($to | instant)};
def observable($type; $id): {type: $type, spec_version: "2.1", id: "\($type)--\($id | uuid)"};

[inputs | select(.id)] as $lines
| "00000000-0000-4000-8000-776d6968756e" as $program
| ($lines | map(select(.kind == "coverage" and .host)) | map({key: .host, value: .id}) | from_entries) as $hosts
| [$lines[] | select((.kind == "subscription" or .kind == "evidence" or .kind == "correlation") and .level
	and (.related | not) and (.known_good | not))] as $found
| [head("identity"; $program; null; null) + {name: "wmihunt", identity_class: "system"}]
+ [$lines[] | select(.kind == "coverage" and .host)
	| head("identity"; .id; null; null) + {name: .host, identity_class: "system"}]
+ [[$found[] | techniques[]] | unique[]
	| head("attack-pattern"; (technique_id | .[16:]); null; null)
	+ {name: ., external_references: [{source_name: "mitre-attack", external_id: .}]}]
+ [$found[]
	| (.first_seen // .time) as $first | (.last_seen // .last // $first) as $last
	| (.consumer?.properties?.CommandLineTemplate? // .data?.CommandLine?) as $command
	| (observable("artifact"; .id) + {mime_type: "application/json", payload_bin: (tojson | @base64)}),
	(if ($command | type) == "string" and $command != ""
		then observable("process"; .id) + {command_line: $command} else empty end),
	(head("observed-data"; .id; $first; $last) + {
		created_by_ref: "identity--\($program)",
		first_observed: ($first | instant), last_observed: ($last | instant),
		number_observed: ([.sightings // .count // 1, 1] | max),
		object_refs: (["artifact--\(.id | uuid)"] + if ($command | type) == "string" and $command != "" then ["process--\(.id | uuid)"] else [] end)}),
	(. as $line | techniques | to_entries[] | . as $technique
		| head("sighting"; ($line.id[:35] + ("0123456789abcdef" | .[$technique.key % 16:][:1])); $first; $last)
		+ ({sighting_of_ref: ($technique.value | technique_id), first_seen: ($first | instant), last_seen: ($last | instant),
			observed_data_refs: ["observed-data--\($line.id | uuid)"], created_by_ref: "identity--\($program)",
			description: $line.matches[0].title,
			where_sighted_refs: [select($line.host and $hosts[$line.host]) | "identity--\($hosts[$line.host] | uuid)"]} | known))]
| {type: "bundle", id: "bundle--\($found[0].id // $program | uuid)", objects: .}
