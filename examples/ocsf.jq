# OCSF 1.8: a Detection Finding (class 2004) for each line of `wmihunt hunt` that a rule of a level matched.
#   wmihunt hunt PATH… | jq -c -f ocsf.jq
# Of a time that is not known, or after 9999, 0.
def milliseconds: try ((.[:19] + "Z" | fromdate) * 1000 + (.[20:23] | tonumber)) catch 0;
def severity: {informational: 1, low: 2, medium: 3, high: 4, critical: 5}[.] // 0;
def known: with_entries(select(.value != null and .value != []));
def techniques: [.matches[].tags[]? | ascii_upcase | select(test("^ATTACK\\.T[0-9]{4}(\\.[0-9]{3})?$")) | .[7:]] | unique;

select((.kind == "subscription" or .kind == "evidence" or .kind == "correlation") and .level and (.related | not)
	and (.known_good | not))
| (.first_seen // .time | milliseconds) as $first
| {
	activity_id: 1, category_uid: 2, class_uid: 2004, type_uid: 200401, is_alert: true, status_id: 1,
	severity_id: (.level | severity), time: $first,
	count: (.sightings // .count // 1 | if . == 0 then 1 else . end),
	metadata: {version: "1.8.0", uid: .id, product: {name: "wmihunt", vendor_name: "wmihunt"}, event_code: .kind},
	message: .matches[0].title,
	finding_info: ({
		uid: .id, title: .matches[0].title, first_seen_time: $first,
		last_seen_time: (.last_seen // .last // .first_seen // .time | milliseconds),
		types: [.kind],
		analytic: ({type_id: 1, type: "Rule", uid: .matches[0].rule_id, name: .matches[0].title} | known),
		related_analytics: [.matches[1:][] | {type_id: 1, type: "Rule", uid: .rule_id, name: .title} | known],
		attacks: [techniques[] | {version: "19", technique: {uid: .[:5]}}
			+ if length > 5 then {sub_technique: {uid: .}} else {} end]
	} | known),
	resources: [select(.host) | {name: .host, hostname: .host, type: "host"}],
	evidences: [{data: ({state, namespace, filter, consumer, data, group, source} | known)}]
} | known
