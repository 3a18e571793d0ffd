# SPDX-License-Identifier: Apache-2.0
# What names.awk and shuffle.awk share: reading keyed lines.
BEGIN { FS = "\t" }

# The text of a member, as JSON spells it. Where it is more than one, the first.
function member(text, name) {
	if (!match(text, "\"" name "\":\"([^\"\\\\]|\\\\.)*\""))
		return ""
	return substr(text, RSTART + length(name) + 4, RLENGTH - length(name) - 5)
}

# The first label of a name; an address has none.
function label(name) {
	if (name !~ /^[0-9.]+$/ && name !~ /:/)
		sub(/\..*/, "", name)
	return name
}

# Where the line was read: the path, and the entry in it.
function source_of(line,    entry) {
	line = match(line, /"source":\{.*$/) ? substr(line, RSTART) : ""
	entry = member(line, "entry")
	return member(line, "path") (entry == "" ? "" : " > " entry)
}

# The folder of that, with "/" after each part.
function folder(source) {
	source = tolower(source)
	gsub(/\\\\/, "/", source)
	if (match(source, / > [^\/]*$/))
		return substr(source, 1, RSTART + 2)
	sub(/[^\/]*$/, "", source)
	return source
}

# The folder that was collected: without those of Windows that lead to the file.
function root(source) {
	source = folder(source)
	gsub(/ > /, "/", source)
	while (sub(/(^|\/)(fs|repository[^\/]*|wbem|logs|winevt|system32|sysnative|windows|c|c:|c%3a|volume_c)\/$/, "/", source))
		;
	return source
}
