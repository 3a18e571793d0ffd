#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Case databases, looked at with the shell of SQLite: what is in them, that a run adds and doubles
# nothing, and which files are not added to.
. "${srcdir:-.}/tests/setup.sh"

command -v sqlite3 >/dev/null || { echo "skipped: needs sqlite3"; exit 77; }
cd "$source" || exit 99
db=$scratch/case.db

# ask NAME SQL TEXT: what the database says.
ask()
{
	sqlite3 "$db" "$2" >"$scratch/said" 2>&1
	printf '%s\n' "$3" >"$scratch/wanted"
	same "$1" "$scratch/wanted" "$scratch/said"
}

# put FILE OPTION… PATH…: adds what a run finds to the file.
put()
{
	file=$1
	shift
	wmihunt hunt -q --report=sqlite="$file" "$@" >"$scratch/lines" 2>"$scratch/told"
}

put "$db" --all --explain samples
[ $? -eq 2 ]
report "read errors are told beside it" $?
ask "it is whole" "PRAGMA integrity_check; PRAGMA foreign_key_check; PRAGMA user_version; PRAGMA application_id" \
	"ok
1
2003659112"
for kind in subscription evidence correlation coverage; do
	grep -c "^{\"kind\":\"$kind\"" "$scratch/lines"
done | tr '\n' ' ' >"$scratch/wanted"
sqlite3 -separator ' ' "$db" "SELECT count(*) FILTER (WHERE kind = 'subscription'),
	count(*) FILTER (WHERE event IS NOT NULL), count(*) FILTER (WHERE kind = 'correlation'),
	(SELECT count(*) FROM hosts WHERE covered IS NOT NULL) FROM findings" |
	tr '\n' ' ' >"$scratch/said"
same "each line is a row" "$scratch/wanted" "$scratch/said"
grep -v '^{"kind":"coverage"' "$scratch/lines" | sort >"$scratch/wanted"
sqlite3 "$db" "SELECT line FROM findings" | sort >"$scratch/said"
same "the lines are in it" "$scratch/wanted" "$scratch/said"
jq -r 'select(.kind == "subscription") | .matches[] | .title' "$scratch/lines" | sort >"$scratch/wanted"
sqlite3 "$db" "SELECT title FROM matches JOIN findings ON id = finding WHERE kind = 'subscription'" |
	sort >"$scratch/said"
same "the matches are in it" "$scratch/wanted" "$scratch/said"
jq -r 'select(.kind == "fault") | "\(.path) \(.offset) \(.code)"' "$scratch/told" | sort >"$scratch/wanted"
sqlite3 -separator ' ' "$db" "SELECT path, offset, code FROM read_errors" | sort >"$scratch/said"
same "read errors are in it" "$scratch/wanted" "$scratch/said"
ask "no text has what a terminal obeys" "SELECT count(*) FROM (SELECT filter AS t FROM subscriptions
	UNION SELECT consumer FROM subscriptions UNION SELECT runs FROM subscriptions UNION SELECT script FROM subscriptions
	UNION SELECT text FROM events UNION SELECT detail FROM timeline UNION SELECT host FROM hosts)
	WHERE t GLOB '*[' || char(1) || '-' || char(8) || char(11) || '-' || char(31) || char(127) || ']*'" 0
ask "a script is whole, on its lines" "SELECT length(text) - length(replace(text, char(10), '')) FROM scripts
	WHERE kind = 'consumer' AND name = 'SpoolScript'" \
	"$(jq -r 'select(.consumer.name? == "SpoolScript") | .consumer.properties.ScriptText' "$scratch/lines" |
		head -c -1 | wc -l)"
for view in newest hosts_by_level activity wmi_activity scripts blind_hosts; do
	sqlite3 "$db" "SELECT * FROM $view" >"$scratch/said" 2>&1 && [ -s "$scratch/said" ]
	report "view $view" $?
done

# Again, and in parts.
sqlite3 "$db" .dump >"$scratch/first"
put "$db" --all --explain samples
sqlite3 "$db" .dump >"$scratch/second"
same "the same again adds nothing" "$scratch/first" "$scratch/second"
put "$scratch/jobs.db" --all --explain --jobs=1 samples
sqlite3 "$scratch/jobs.db" .dump >"$scratch/second"
same "--jobs changes nothing" "$scratch/first" "$scratch/second"
for sample in samples/*.evtx; do
	put "$scratch/parts.db" --all "$sample"
	put "$scratch/straight.db" --all "$sample"
done
printf '%s\n' samples/*.evtx | sort -r | while read -r sample; do
	put "$scratch/reverse.db" --all "$sample"
done
for name in straight reverse; do
	sqlite3 "$scratch/$name.db" "SELECT id, host, first_seen, last_seen, level FROM findings ORDER BY id;
		SELECT id, state, sightings FROM subscriptions ORDER BY id; SELECT id FROM timeline ORDER BY id;
		SELECT * FROM coverage" >"$scratch/$name"
done
same "the order of runs does not matter" "$scratch/straight" "$scratch/reverse"
[ "$(sqlite3 "$scratch/parts.db" 'SELECT count(DISTINCT host) FROM findings')" -gt 4 ]
report "runs add up" $?

# Events, of which a later hunt finds some again.
db=$scratch/events.db
wmihunt events -q --report=sqlite="$db" samples/attacked-host.evtx >"$scratch/lines"
ask "all events are in it" "SELECT count(*) FROM events" "$(grep -c '^{"kind":"event"' "$scratch/lines")"
put "$db" samples/attacked-host.evtx
# A script that was logged in parts is put together, and whole then is an event of its own.
ask "a hunt finds the same events" "SELECT count(*) - count(DISTINCT host || channel || record_id) FROM events
	WHERE kind <> 'script'" 0
ask "they are one" "SELECT count(*) > 0 FROM findings f JOIN events e ON e.id = f.event" 1

# From saved lines, with the read errors among them.
wmihunt hunt -q --all samples >"$scratch/lines" 2>&1
wmihunt report -q --report=sqlite="$scratch/saved.db" "$scratch/lines" >/dev/null 2>&1
put "$scratch/direct.db" --all samples
sqlite3 "$scratch/direct.db" .dump >"$scratch/direct"
sqlite3 "$scratch/saved.db" .dump | sed "s|'$scratch/lines'|NULL|" >"$scratch/saved"
grep -v '^INSERT INTO read_errors' "$scratch/direct" >"$scratch/wanted"
grep -v '^INSERT INTO read_errors' "$scratch/saved" >"$scratch/said"
same "saved lines give the same" "$scratch/wanted" "$scratch/said"
db=$scratch/saved.db
ask "with their read errors" "SELECT count(*) FROM read_errors" 5
wmihunt report -q --report=sqlite="$scratch/none.db" "$scratch/no-such-file" >/dev/null 2>&1
[ ! -e "$scratch/none.db" ]
report "a run that reads nothing writes nothing" $?
wmihunt report -q --report=sqlite="$scratch/some.db" "$scratch/no-such-file" "$scratch/lines" >/dev/null 2>&1
db=$scratch/some.db
ask "a file that could not be opened is a read error" \
	"SELECT count(*) FROM read_errors WHERE path LIKE '%no-such-file'" 1

# refuse NAME FILE WORDS: a file that is not added to stays as it is.
refuse()
{
	cp "$2" "$scratch/before" 2>/dev/null || : >"$scratch/before"
	put "$2" samples/infected-host.evtx
	[ $? -eq 2 ] && grep -q "$3" "$scratch/told"
	report "$1" $?
	[ ! -f "$2" ] || cmp -s "$2" "$scratch/before"
	report "$1: it stays as it was" $?
}

echo "some text that is longer than the header of a database, so that it is read as one: it is none. And more" >"$scratch/text"
refuse "no database" "$scratch/text" "no database of SQLite"
echo short >"$scratch/short"
refuse "a short file" "$scratch/short" "no database of SQLite"
sqlite3 "$scratch/other.db" "CREATE TABLE a(b)"
refuse "another program's" "$scratch/other.db" "another program"
cp "$scratch/direct.db" "$scratch/later.db"
sqlite3 "$scratch/later.db" "PRAGMA user_version = 2"
refuse "another version" "$scratch/later.db" "another version"
cp "$scratch/direct.db" "$scratch/wal.db"
sqlite3 "$scratch/wal.db" "PRAGMA journal_mode = WAL" >/dev/null
refuse "in WAL mode" "$scratch/wal.db" "WAL mode"
cp "$scratch/direct.db" "$scratch/changed.db"
sqlite3 "$scratch/changed.db" "ALTER TABLE events ADD COLUMN mine TEXT"
refuse "with other columns" "$scratch/changed.db" "tables were changed"
head -c 40000 "$scratch/direct.db" >"$scratch/cut.db"
refuse "cut off" "$scratch/cut.db" "cannot write .*: database disk image is malformed"
cp "$scratch/direct.db" "$scratch/torn.db"
dd if=/dev/urandom of="$scratch/torn.db" bs=4096 seek=3 count=20 conv=notrunc 2>/dev/null
refuse "damaged" "$scratch/torn.db" "cannot write"
cp "$scratch/direct.db" "$scratch/busy.db"
echo journal >"$scratch/busy.db-journal"
refuse "with a journal" "$scratch/busy.db" "journal lies beside"
refuse "a folder" "$scratch" "is no file"
refuse "a device" /dev/null "is no file"
wmihunt hunt -q --format=sqlite samples/infected-host.evtx >"$scratch/said" 2>&1
grep -q -e '--report sqlite=FILE' "$scratch/said"
report "it is no format of the output" $?
wmihunt stack -q --report=sqlite="$scratch/stack.db" samples/infected-host.evtx >"$scratch/said" 2>&1
grep -q 'is for the findings of hunt' "$scratch/said"
report "stacks have no tables" $?

# What people add stays, and does not run.
db=$scratch/direct.db
sqlite3 "$db" "CREATE TABLE notes(finding TEXT, note TEXT); INSERT INTO notes VALUES('x', 'mine');
	CREATE TRIGGER t AFTER INSERT ON findings BEGIN DELETE FROM notes; END;
	CREATE TRIGGER u AFTER UPDATE ON findings BEGIN DELETE FROM notes; END"
put "$db" samples/infected-host.evtx
ask "tables of others stay, and triggers do not run" "SELECT note FROM notes" mine

# A disk that is full, or what looks so.
if [ -z "$sanitized" ]; then
	cp "$scratch/direct.db" "$scratch/full.db"
	(
		ulimit -f 100
		put "$scratch/full.db" samples
		[ $? -eq 2 ] && grep -q "cannot write .*full.db: File too large" "$scratch/told"
	)
	report "what does not fit is an error" $?
	cmp -s "$scratch/direct.db" "$scratch/full.db" && [ ! -e "$scratch/full.db.partial" ]
	report "the earlier one stays" $?
fi
[ "$(find "$scratch" -name '.wmihunt*' | wc -l)" -eq 0 ]
report "nothing is left behind" $?
finish
