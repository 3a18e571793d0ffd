# MISP: one event of what rules matched, to be imported as MISP JSON. Attributes have the ids of lines, with a 4
# for their version: MISP knows UUIDs up to 5.
#   wmihunt hunt PATH… | jq -n -f misp.jq
def known: with_entries(select(.value != null and .value != "" and .value != []));
def attribute($type; $category; $value; $comment): {type: $type, category: $category, value: $value, comment: $comment, to_ids: false};
# A time that MISP knows; nothing for others.
def moment: values | select(test("^[0-9]{4}-"));
def rank: {informational: 0, low: 1, medium: 2, high: 3, critical: 4}[.] // 0;

[inputs | select((.kind == "subscription" or .kind == "evidence" or .kind == "correlation") and .level
	and (.related | not) and (.known_good | not))] as $found
| ([$found[].level | rank] | max // 0) as $worst
| ([$found[] | .first_seen // .time | moment] | min // "1970-01-01") as $first
| {Event: {
	info: "wmihunt: \($found | length) findings on \([$found[].host | values] | unique | length) hosts",
	date: $first[:10], analysis: "0", distribution: "0",
	threat_level_id: (if $worst >= 3 then "1" elif $worst == 2 then "2" elif $worst == 1 then "3" else "4" end),
	Tag: [$found[].matches[].tags[]? | select(startswith("attack."))] | unique | map({name: .}),
	Attribute: ([$found[] | . as $line | "\(.level): \(.matches[0].title)" as $why
		| (attribute("text"; "Persistence mechanism"; ({host, namespace, filter, consumer, data, group} | known | tojson); $why)
			+ {uuid: (.id[:14] + "4" + .id[15:])} + (((.first_seen // .time | moment)
				| {first_seen: ., last_seen: ($line | .last_seen // .last // .first_seen // .time | moment)}) // {})),
		(.host | values | attribute("target-machine"; "Targeting data"; .; $why)),
		(.user_name // (.events[0]?.user?) | values | attribute("target-user"; "Targeting data"; .; $why)),
		([.consumer?.properties?, .consumer?.decoded?, .data?] | [.. | strings | scan("https?://[^\\s\"'<>()]+")] | unique[]
			| attribute("url"; "Network activity"; .; $why))] | unique_by([.uuid, .type, .value]))
}}
