# SPDX-License-Identifier: Apache-2.0
# First pass over keyed lines (wmihunt events --key, objects --key): which keys belong together.
#
#     awk -f lines.awk -f names.awk LINES… >groups
#
# A key's group is the first label of the name, which long and short names share, but where a machine was
# renamed: then what one log says under its former names goes with the last one, as with wmihunt hunt
# itself, which decides what is one machine. A name that one machine gave up is that machine's everywhere.
# One that several gave up, as clones of an image do, goes with each of these where it stands, or the whole
# fleet would be one group. What names no host (a log without records, some repositories) goes with the
# logs that lie beside it.
#
# Prints "KEY TAB PLACE TAB GROUP" for what does not go by its own label: PLACE is a log or a folder, or
# empty where it makes no difference. GROUP "?" is of no host.

# Names that were given up for others are in the group of these, by union-find.
function find(name) {
	if (!(name in up))
		up[name] = name
	while (up[name] != name)
		name = up[name] = up[up[name]]
	return name
}

function join(a, b) {
	a = find(a)
	b = find(b)
	changed = changed || a != b
	up[a] = b
}

function number(text, name) {
	return match(text, "\"" name "\":[0-9]+") ? substr(text, RSTART + length(name) + 3) + 0 : 0
}

# Of a collection, all logs; else the log.
function place_of(source) {
	return tolower(source) ~ /winevt(\/|\\\\)logs(\/|\\\\)/ ? root(source) : source
}

function note_name(name, source) {
	if ((source, name) in lasts)
		return
	lasts[source, name] = 0
	names[source, ++count[source]] = name
}

# A log of one machine numbers on; and a collector keeps the numbers of each.
function note_record(name, source, record,    gap) {
	note_name(name, source)
	gap = record - number(substr($2, length($2) - 60), "header_record_id")
	channel = member($2, "channel")
	if (source in gaps && (gaps[source] != gap || channels[source] != channel))
		mixed[source] = 1
	gaps[source] = gap
	channels[source] = channel
	if (!lasts[source, name] || record < firsts[source, name])
		firsts[source, name] = record
	if (record > lasts[source, name])
		lasts[source, name] = record
}

$2 ~ /^\{"kind":"event"/ && $1 != "" && (record = number($2, "record_id")) {
	source = source_of($2)
	note_record(label($1), source, record)
	# EventLog 6011: a name was left for another.
	if ($2 ~ /"event_id":6011[,}]/ && match($2, /"data":\{"[^"]*":\["[^"\\]*","[^"\\]*"/)) {
		split(tolower(substr($2, RSTART, RLENGTH)), words, "\"")
		said[place_of(source), label(words[6])] = label(words[8])
	}
}

$2 ~ /^\{"kind":"log"/ {
	source = source_of($2)
	if (number($2, "labels") > 3)
		mixed[source] = 1
	if ($1 == "")
		strays[folder(source)] = 1
	else
		stands[source, label($1)] = 1
}

$2 ~ /^\{"kind":"object"/ {
	if ($1 == "")
		stored[where_of(source_of($2))] = 1
	else
		named[where_of(source_of($2)), label($1)] = 1
}

# The names of a log in the order of its records; "" when they come by turns.
function last_of(source,    i, k, name, last) {
	for (i = 1; i <= count[source]; i++) {
		name = names[source, i]
		if (last == "" || firsts[source, name] > firsts[source, last])
			last = name
		for (k = 1; k < i; k++)
			if (lasts[source, name] >= firsts[source, names[source, k]] &&
			    lasts[source, names[source, k]] >= firsts[source, name])
				return ""
	}
	return last
}

function read_log(source,    i, last) {
	if (count[source] < 2 || count[source] > 3 || source in mixed || !channels[source])
		return
	last = last_of(source)
	for (i = 1; last != "" && i <= count[source]; i++)
		if (names[source, i] != last)
			formers[place_of(source), names[source, i]] = last
}

# What one machine gave up is its name; from then on.
function join_formers(    pair, part, last) {
	split("", owner)
	split("", several)
	for (pair in formers) {
		split(pair, part, SUBSEP)
		last = find(formers[pair])
		if (part[2] in owner && owner[part[2]] != last)
			several[part[2]] = 1
		owner[part[2]] = last
	}
	for (name in owner)
		if (!(name in several))
			join(name, owner[name])
}

function group_at(place, name) {
	return find((place, name) in formers ? formers[place, name] : name)
}

function note_near(folder_name, far, group) {
	if ((folder_name, far) in near && near[folder_name, far] != group)
		group = "?"
	near[folder_name, far] = group
}

function parent(folder_name) {
	sub(/[^\/]*\/$/, "", folder_name)
	return folder_name
}

# Notes which archive a folder is in.
function where_of(source,    where) {
	where = root(source)
	if (index(source, " > "))
		archives[where] = tolower(substr(source, 1, index(source, " > ")))
	return where
}

function both(a, b) {
	return a == "" || a == b ? b : b == "" ? a : "?"
}

# The group of the nearest logs: in the folder, one or two above or below, or in the same archive.
function group_near(folder_name,    group) {
	group = near[folder_name, 0]
	if (group == "")
		group = both(near[folder_name, 1], near[parent(folder_name), 0])
	if (group == "")
		group = both(near[folder_name, 2], near[parent(parent(folder_name)), 0])
	if (group == "" && folder_name in archives)
		group = near[archives[folder_name], 3]
	return group == "" ? "?" : group
}

function print_row(key, place, group) {
	if (group != key)
		print key "\t" place "\t" group
}

END {
	for (source in count)
		read_log(source)
	for (pair in said) {
		split(pair, part, SUBSEP)
		if (part[2] != said[pair])
			formers[pair] = said[pair]
	}
	do {
		changed = 0
		join_formers()
	} while (changed)
	for (pair in stands) {
		split(pair, part, SUBSEP)
		group = group_at(place_of(part[1]), part[2])
		beside[folder(part[1])] = both(beside[folder(part[1])], group)
		where = where_of(part[1])
		note_near(where, 0, group)
		note_near(parent(where), 1, group)
		note_near(parent(parent(where)), 2, group)
		if (where in archives)
			note_near(archives[where], 3, group)
	}
	for (name in up)
		print_row(name, "", find(name))
	for (pair in formers) {
		split(pair, part, SUBSEP)
		if (part[2] in several)
			print_row(part[2], part[1], find(formers[pair]))
	}
	for (pair in named) {
		split(pair, part, SUBSEP)
		if (part[2] in several && (group = group_near(part[1])) != "?")
			print_row(part[2], part[1], group)
	}
	for (where in strays)
		print_row("", where, beside[where] == "" ? "?" : beside[where])
	for (where in stored)
		print_row("", where, group_near(where))
}
