/* SPDX-License-Identifier: Apache-2.0 */
#include "report/case_schema.h"

#include <stddef.h>

/* A row of the timeline that is one of an event that stands in `events`, too. */
#define IS_IN_EVENTS                                                                               \
	"EXISTS (SELECT 1 FROM events e WHERE e.host = t.host AND e.channel = t.channel "          \
	"AND e.time = t.time AND e.record_id = t.record_id)"

/*
 * The tables are for people, too: names are those of the JSON lines, times are their texts, which
 * sort as times do, and what is not known is NULL. What another run says of a row that is there is
 * added to it: `seen` says how much a run saw of a host or a log, and who saw more is believed.
 */
const char *const case_schema[] = {
	"CREATE TABLE hosts("
	"host TEXT PRIMARY KEY, other_names TEXT, covered TEXT, seen INTEGER, findings INTEGER, "
	"windows TEXT, build INTEGER, time_zone TEXT, bias INTEGER, starts INTEGER, "
	"read_errors INTEGER, left_out INTEGER, since TEXT, until TEXT, blind TEXT)",
	"CREATE TABLE coverage("
	"host TEXT NOT NULL REFERENCES hosts, channel TEXT NOT NULL, state TEXT NOT NULL, "
	"seen INTEGER NOT NULL, first TEXT, last TEXT, records INTEGER, missing INTEGER, "
	"reports INTEGER, process_starts INTEGER, command_lines INTEGER, scripts INTEGER, "
	"dirty INTEGER NOT NULL, full INTEGER NOT NULL, partial INTEGER NOT NULL, cleared TEXT, "
	"read_errors INTEGER, PRIMARY KEY(host, channel)) WITHOUT ROWID",
	"CREATE TABLE subscriptions("
	"id TEXT PRIMARY KEY, host TEXT REFERENCES hosts, namespace TEXT, state TEXT, filter TEXT, "
	"query TEXT, consumer TEXT, class TEXT, runs TEXT, script TEXT, decoded TEXT, "
	"creator_sid TEXT, creator TEXT, first_seen TEXT, last_seen TEXT, sightings INTEGER, "
	"repository TEXT)",
	"CREATE TABLE events("
	"id TEXT PRIMARY KEY, time TEXT, host TEXT REFERENCES hosts, channel TEXT, provider TEXT, "
	"event_id INTEGER, record_id INTEGER, kind TEXT, user TEXT, user_name TEXT, process TEXT, "
	"process_id INTEGER, parent TEXT, parent_id INTEGER, origin TEXT, namespace TEXT, "
	"class TEXT, filter TEXT, consumer TEXT, query TEXT, text TEXT, source TEXT, line TEXT)",
	"CREATE TABLE findings("
	"id TEXT PRIMARY KEY, kind TEXT NOT NULL, level TEXT, severity INTEGER, "
	"host TEXT REFERENCES hosts, first_seen TEXT, last_seen TEXT, count INTEGER, "
	"is_related INTEGER NOT NULL, known_good TEXT, subscription TEXT REFERENCES subscriptions, "
	"event TEXT REFERENCES events, line TEXT NOT NULL)",
	"CREATE TABLE matches("
	"finding TEXT NOT NULL REFERENCES findings, rule_id TEXT NOT NULL, title TEXT NOT NULL, "
	"level TEXT NOT NULL, tags TEXT, PRIMARY KEY(finding, title, rule_id)) WITHOUT ROWID",
	"CREATE TABLE links("
	"subscription TEXT NOT NULL REFERENCES subscriptions, "
	"finding TEXT NOT NULL REFERENCES findings, why TEXT NOT NULL, "
	"PRIMARY KEY(subscription, finding)) WITHOUT ROWID",
	"CREATE TABLE timeline("
	"id TEXT PRIMARY KEY, subscription TEXT NOT NULL REFERENCES subscriptions, time TEXT, "
	"last TEXT, count INTEGER NOT NULL, what TEXT NOT NULL, host TEXT REFERENCES hosts, "
	"user TEXT, user_name TEXT, process TEXT, process_id INTEGER, origin TEXT, detail TEXT, "
	"why TEXT, channel TEXT, event_id INTEGER, record_id INTEGER, source TEXT)",
	"CREATE TABLE read_errors("
	"id TEXT PRIMARY KEY, code TEXT NOT NULL, reason TEXT NOT NULL, path TEXT, entry TEXT, "
	"via TEXT, offset INTEGER, need INTEGER, have INTEGER, count INTEGER NOT NULL)",

	"CREATE INDEX subscriptions_by_host ON subscriptions(host)",
	"CREATE INDEX events_by_host ON events(host, channel, time)",
	"CREATE INDEX events_by_user ON events(user)",
	"CREATE INDEX events_by_process ON events(process)",
	"CREATE INDEX findings_by_time ON findings(first_seen)",
	"CREATE INDEX findings_by_host ON findings(host, severity)",
	"CREATE INDEX timeline_by_subscription ON timeline(subscription, time)",
	"CREATE INDEX timeline_by_time ON timeline(time)",
	"CREATE INDEX read_errors_by_path ON read_errors(path)",

	/* New since a date: WHERE first_seen >= '2024-05-14'. */
	"CREATE VIEW newest AS "
	"SELECT f.first_seen, f.level, f.host, f.kind, s.namespace, s.filter, s.consumer, "
	"coalesce(s.runs, e.text, e.query) AS runs, "
	"(SELECT group_concat(title, '; ') FROM matches WHERE finding = f.id) AS rules, f.id "
	"FROM findings f LEFT JOIN subscriptions s ON s.id = f.subscription "
	"LEFT JOIN events e ON e.id = f.event "
	"WHERE NOT f.is_related ORDER BY f.first_seen DESC, f.id",
	/* Hosts by level. */
	"CREATE VIEW hosts_by_level AS "
	"SELECT h.host, count(*) FILTER (WHERE f.level = 'critical') AS critical, "
	"count(*) FILTER (WHERE f.level = 'high') AS high, "
	"count(*) FILTER (WHERE f.level = 'medium') AS medium, "
	"count(*) FILTER (WHERE f.level = 'low') AS low, h.covered "
	"FROM hosts h LEFT JOIN findings f ON f.host = h.host AND NOT f.is_related "
	"AND f.known_good IS NULL GROUP BY h.host "
	"ORDER BY critical DESC, high DESC, medium DESC, low DESC, h.host",
	/* What else a user or a process did: WHERE user_name = … or process LIKE … */
	"CREATE VIEW activity AS "
	"SELECT time, host, user, coalesce(user_name, user) AS user_name, process, process_id, "
	"parent, kind AS what, coalesce(text, query) AS detail, channel, event_id, record_id "
	"FROM events WHERE user IS NOT NULL OR process IS NOT NULL "
	"UNION SELECT time, host, user, coalesce(user_name, user), process, process_id, NULL, "
	"what, "
	"detail, channel, event_id, record_id FROM timeline t WHERE why IS NULL "
	"AND (user IS NOT NULL OR process IS NOT NULL) AND NOT " IS_IN_EVENTS " ORDER BY 1",
	/* All WMI-Activity of a host: WHERE host = … */
	"CREATE VIEW wmi_activity AS "
	"SELECT host, time, event_id, kind, user, process, process_id, origin, namespace, class, "
	"query, text, record_id FROM events WHERE channel LIKE 'Microsoft-Windows-WMI-Activity/%' "
	"UNION ALL SELECT host, time, event_id, what, user, process, process_id, origin, NULL, "
	"NULL, "
	"NULL, detail, record_id FROM timeline t WHERE why IS NULL "
	"AND channel LIKE 'Microsoft-Windows-WMI-Activity/%' AND NOT " IS_IN_EVENTS
	" ORDER BY 1, 2",
	/* Scripts, whole. */
	"CREATE VIEW scripts AS "
	"SELECT host, first_seen AS time, 'consumer' AS kind, coalesce(consumer, '') AS name, "
	"script AS text, id FROM subscriptions WHERE script IS NOT NULL "
	"UNION ALL SELECT host, first_seen, 'decoded', coalesce(consumer, ''), decoded, id "
	"FROM subscriptions WHERE decoded IS NOT NULL "
	"UNION ALL SELECT host, time, kind, coalesce(user_name, user, ''), text, id "
	"FROM events WHERE kind IN ('script', 'classic_shell') AND text IS NOT NULL ORDER BY 1, 2",
	/* What could not be seen. */
	"CREATE VIEW blind_hosts AS "
	"SELECT host, covered, blind, read_errors FROM hosts "
	"WHERE covered IS NULL OR covered <> 'yes' OR read_errors > 0 ORDER BY host",
	NULL,
};

const char *const case_statements[CASE_STATEMENTS] = {
	[CASE_HOST] = "INSERT INTO hosts(host) VALUES(?) ON CONFLICT DO NOTHING",
	[CASE_HOST_COVERAGE] =
		"INSERT INTO hosts(host, other_names, covered, seen, findings, windows, build, "
		"time_zone, bias, starts, read_errors, left_out, since, until, blind) "
		"VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
		"other_names = coalesce(excluded.other_names, other_names), "
		"covered = excluded.covered, seen = excluded.seen, findings = excluded.findings, "
		"windows = coalesce(excluded.windows, windows), "
		"build = coalesce(excluded.build, build), "
		"time_zone = coalesce(excluded.time_zone, time_zone), "
		"bias = coalesce(excluded.bias, bias), starts = excluded.starts, "
		"read_errors = excluded.read_errors, left_out = excluded.left_out, "
		"since = excluded.since, until = excluded.until, blind = excluded.blind "
		"WHERE seen IS NULL OR excluded.seen >= seen",
	[CASE_COVERAGE] =
		"INSERT INTO coverage VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO "
		"UPDATE "
		"SET state = excluded.state, seen = excluded.seen, first = excluded.first, "
		"last = excluded.last, records = excluded.records, missing = excluded.missing, "
		"reports = excluded.reports, process_starts = excluded.process_starts, "
		"command_lines = excluded.command_lines, scripts = excluded.scripts, "
		"dirty = excluded.dirty, full = excluded.full, partial = excluded.partial, "
		"cleared = excluded.cleared, read_errors = excluded.read_errors "
		"WHERE excluded.seen > seen OR "
		"(excluded.seen = seen AND excluded.records >= coverage.records)",
	/* The state that is told by who saw the subscription last. */
	[CASE_SUBSCRIPTION] =
		"INSERT INTO subscriptions VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
		"ON CONFLICT DO UPDATE SET state = CASE WHEN state IS NULL OR "
		"coalesce(excluded.last_seen, '') >= coalesce(last_seen, '') "
		"THEN excluded.state ELSE state END, "
		"query = coalesce(excluded.query, query), runs = coalesce(excluded.runs, runs), "
		"script = coalesce(excluded.script, script), "
		"decoded = coalesce(excluded.decoded, decoded), "
		"creator_sid = coalesce(excluded.creator_sid, creator_sid), "
		"creator = coalesce(excluded.creator, creator), "
		"first_seen = min(coalesce(excluded.first_seen, first_seen), "
		"coalesce(first_seen, excluded.first_seen)), "
		"last_seen = max(coalesce(excluded.last_seen, last_seen), "
		"coalesce(last_seen, excluded.last_seen)), "
		"sightings = max(excluded.sightings, coalesce(sightings, 0)), "
		"repository = coalesce(excluded.repository, repository)",
	/* One that is known by a link alone. */
	[CASE_LINKED] = "INSERT INTO subscriptions(id, host, namespace, filter, consumer, class) "
			"VALUES(?,?,?,?,?,?) ON CONFLICT DO NOTHING",
	[CASE_EVENT] = "INSERT INTO events VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
		       "ON CONFLICT DO UPDATE SET "
		       "user_name = coalesce(excluded.user_name, user_name), "
		       "process = coalesce(process, excluded.process)",
	[CASE_FINDING] =
		"INSERT INTO findings VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
		"level = excluded.level, severity = excluded.severity, "
		"first_seen = min(coalesce(excluded.first_seen, first_seen), "
		"coalesce(first_seen, excluded.first_seen)), "
		"last_seen = max(coalesce(excluded.last_seen, last_seen), "
		"coalesce(last_seen, excluded.last_seen)), "
		"count = max(excluded.count, count), is_related = excluded.is_related, "
		"known_good = excluded.known_good, event = coalesce(event, excluded.event), "
		"line = excluded.line",
	[CASE_FORGET_MATCHES] = "DELETE FROM matches WHERE finding = ?",
	[CASE_MATCH] = "INSERT INTO matches VALUES(?,?,?,?,?) ON CONFLICT DO NOTHING",
	[CASE_LINK] =
		"INSERT INTO links VALUES(?,?,?) ON CONFLICT DO UPDATE SET why = excluded.why",
	[CASE_TIMELINE] =
		"INSERT INTO timeline VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO "
		"UPDATE SET last = max(last, excluded.last), count = max(count, excluded.count), "
		"user_name = coalesce(excluded.user_name, user_name), why = excluded.why",
	[CASE_READ_ERROR] = "INSERT INTO read_errors VALUES(?,?,?,?,?,?,?,?,?,?) "
			    "ON CONFLICT DO UPDATE SET count = max(count, excluded.count)",
};
