# SPDX-License-Identifier: Apache-2.0
# Gives every filter, consumer and timer of an evtxgen description a harmless name, one for each.

# The text behind what `before` matches, up to the next of `ends`, renamed wherever it stands.
function rename(before, ends,    done, rest, end, name) {
	done = ""
	rest = $0
	while (match(rest, before)) {
		done = done substr(rest, 1, RSTART + RLENGTH - 1)
		rest = substr(rest, RSTART + RLENGTH)
		end = match(rest, ends) ? RSTART : length(rest) + 1
		name = substr(rest, 1, end - 1)
		if (!(name in harmless))
			harmless[name] = "Example Task " ++count
		done = done harmless[name]
		rest = substr(rest, end)
	}
	$0 = done rest
}

/^ +ESS: / { rename("ESS: ", "$") }
/^ +CONSUMER: / { rename("=\"", "\"$") }
/^\t|^ +\tName = "/ { rename("\tName = \"", "\";$") }
/^ +(Name|Consumer|Filter): / {
	rename("Name: ' \"", "\"'$")
	rename("\\.Name=\\\\\"", "\\\\\"\"'$")
}
/[Tt]imer[Ii][Dd] ?= ?/ { rename("[Tt]imer[Ii][Dd] ?= ?('+|\\\\+\")", "'|\\\\") }
{ print }
