#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Real repositories: what is known to be in them must come out, to the last property.
. "${srcdir:-.}/tests/setup.sh"

if [ ! -d "$evidence/repository-truth" ]; then
	echo "skipped: real repositories, none are at $evidence"
	exit 77
fi

# Instances as both sides tell of them; the time in microseconds, as the truth has it.
known='{namespace, class, superclass, written, properties, null, defaulted, creator_sid}'
of_truth()
{
	jq -c -S "$2 | $known" "$1" | sort
}

of_objects()
{
	jq -c -S "select($2 and .class != \"__Win32Provider\")
		| .superclass = .derivation[0] | .defaulted //= []
		| .null = [.properties | to_entries[] | select(.value == null).key]
		| .written = (.session | .[0:20]) + ((((.session | .[20:27] | tonumber) + .sequence) / 10 | floor
			| \"00000\" + tostring)[-6:]) + \"Z\"
		| $known" "$1" | sort
}

# check ARCHIVE TRUTH
check()
{
	truth=$evidence/repository-truth/$2.truth.json
	wmihunt objects -q "$evidence/$1.7z" >"$scratch/objects"
	report "$2: read without an error" $?

	of_truth "$truth" '.instances[]' >"$scratch/expected"
	of_objects "$scratch/objects" '.state == "live"' >"$scratch/got"
	same "$2: what lives" "$scratch/expected" "$scratch/got"
	of_truth "$truth" '.older_mappings[].only_here[]' >"$scratch/expected"
	of_objects "$scratch/objects" '.state == "deleted"' >"$scratch/got"
	same "$2: what was deleted" "$scratch/expected" "$scratch/got"

	jq -r '.host, .windows' "$truth" >"$scratch/expected"
	jq -r -s 'map([.host, .system_version]) | unique[] | .[]' "$scratch/objects" >"$scratch/got"
	same "$2: host and system" "$scratch/expected" "$scratch/got"

	wmihunt objects -q --every "$evidence/$1.7z" | jq -c 'select(.state == "live")
		| {namespace, class, name: .properties.Name}' >"$scratch/every"
	[ "$(wc -l <"$scratch/every")" -eq "$(jq .counts.instances "$truth")" ]
	report "$2: instances of all classes" $?
	jq -r '.namespaces[]' "$truth" | sort >"$scratch/expected"
	{
		echo root
		jq -r 'select(.class == "__NAMESPACE") | .namespace + "\\" + .name' "$scratch/every"
	} | sort >"$scratch/got"
	same "$2: namespaces" "$scratch/expected" "$scratch/got"

	wmihunt objects -q - <"$scratch/objects" >"$scratch/again"
	same "$2: lines are read back" "$scratch/objects" "$scratch/again"
	wmihunt hunt -q - <"$scratch/objects" >"$scratch/hunted"
	[ $? -le 1 ]
	report "$2: hunt takes the lines" $?
}

check APTSimulatorVM_Defender_WBEM win10-apt
check APTSimulatorVM_Repository_older-map win10-apt-deleted
check XPSP2_Repository xp-dtformats
finish
