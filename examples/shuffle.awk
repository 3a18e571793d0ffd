# SPDX-License-Identifier: Apache-2.0
# Second pass over keyed lines: sends each to the shard of its group, without its key.
#
#     awk -v shards=16 -v out=DIR/ -f lines.awk -f shuffle.awk groups LINES…
#
# `groups` is what names.awk printed (an empty file: each name is its own group). Writes DIR/0, DIR/1 … and
# DIR/none, of what is of no host.
BEGIN {
	for (i = 1; i < 256; i++)
		code[sprintf("%c", i)] = i
}

# Few keys depend on the place, so that it is seldom looked for.
function group_of(key,    source) {
	if (key in placed) {
		source = source_of($2)
		if ((key, source) in groups)
			return groups[key, source]
		if ((key, folder(source)) in groups)
			return groups[key, folder(source)]
		if ((key, root(source)) in groups)
			return groups[key, root(source)]
	}
	return (key, "") in groups ? groups[key, ""] : key
}

# What is of no host has a shard of its own, as its lines must not meet logs that lie elsewhere.
function shard_of(group,    i, hash) {
	if (group in known)
		return known[group]
	if (group == "" || group == "?")
		return "none"
	for (i = 1; i <= length(group); i++)
		hash = (hash * 31 + code[substr(group, i, 1)]) % 1000003
	return known[group] = hash % shards
}

FILENAME == ARGV[1] {
	groups[$1, $2] = $3
	if ($2 != "")
		placed[$1] = 1
	next
}

{ print substr($0, length($1) + 2) >(out shard_of(group_of(label($1)))) }
