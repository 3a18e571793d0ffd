#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the repositories of tests/cim and of samples from their descriptions, and compares them with what
# they were when readers that share no code with cimgen had read them.
. "${srcdir:-.}/tests/setup.sh"

cimgen=$build/tests/cimgen/cimgen

for description in "$source"/tests/cim/*.yml "$source"/samples/print-server/Repository.yml; do
	name=$(basename "$description" .yml)
	[ "$name" != standard-classes ] || continue
	"$cimgen" "$description" "$scratch/$name"
	report "$name is made" $?
done
(cd "$scratch" && sha256sum -c --quiet "$source/tests/cim/sha256sums")
report "the repositories are those that were checked" $?
(cd "$scratch" && find . -type f | LC_ALL=C sort) >"$scratch.made"
sed 's/^[0-9a-f]*  /.\//' "$source/tests/cim/sha256sums" >"$scratch.listed"
same "each file has a checksum" "$scratch.listed" "$scratch.made"
rm -f "$scratch.made" "$scratch.listed"

# What wmihunt reads is what the descriptions say.
for expected in "$source"/tests/cim/*.jsonl "$source"/samples/print-server/Repository.jsonl; do
	name=$(basename "$expected" .jsonl)
	jq -c -S . "$expected" | sort >"$scratch.expected"
	wmihunt objects -q --every "$scratch/$name" | jq -c -S '{class, defaulted, derivation, found_in, namespace,
		properties, sequence, session, state}' | sort >"$scratch.read"
	same "$name: objects" "$scratch.expected" "$scratch.read"
done
rm -f "$scratch.expected" "$scratch.read"

# Maps that are gone leave no page behind that reuse_pages may not take.
sed "s/^layout:.*/&\\nreuse_pages: true/; s|^include: |&../cim/|" "$source/tests/cim/history.yml" >"$scratch/reuse.yml"
mkdir "$scratch/cim"
cp "$source/tests/cim/standard-classes.yml" "$scratch/cim"
mkdir "$scratch/in"
mv "$scratch/reuse.yml" "$scratch/in"
"$cimgen" "$scratch/in/reuse.yml" "$scratch/reuse"
report "reuse_pages" $?
[ "$(stat -c %s "$scratch/reuse/OBJECTS.DATA")" -lt "$(stat -c %s "$scratch/history/OBJECTS.DATA")" ]
report "reuse_pages makes OBJECTS.DATA smaller" $?

# A repeated instance has a key of its own each time.
cat >"$scratch/in/many.yml" <<'END'
include: ../cim/standard-classes.yml
checkpoints:
  - write:
      - instance: __EventFilter
        in: ROOT\subscription
        repeat: 2000
        properties: {Name: "Filter {n}", Query: {fill: "x", times: 400}}
END
"$cimgen" "$scratch/in/many.yml" "$scratch/many"
report "many" $?
[ "$(grep -ao 'Filter [0-9]*' "$scratch/many/OBJECTS.DATA" | sort -u | wc -l)" -eq 2000 ]
report "2000 instances" $?

# Damage changes what it names and nothing else.
{
	cat "$source/tests/cim/history.yml"
	cat <<'END'
damage:
  - {file: INDEX.BTR, page: 4, at: 20, bytes: "04 00 00 00"}
  - {file: OBJECTS.DATA, at: 8192, zeros: 3}
  - {file: MAPPING1.MAP, truncate: 100}
  - {file: MAPPING2.MAP, remove: true}
END
} >"$scratch/in/damage.yml"
sed -i 's|^include: |&../cim/|' "$scratch/in/damage.yml"
"$cimgen" "$scratch/in/damage.yml" "$scratch/damage"
report "damage" $?
(cd "$scratch" || exit
	for name in INDEX.BTR OBJECTS.DATA; do cmp -l "history/$name" "damage/$name"; done | wc -l
	stat -c %s damage/MAPPING1.MAP
	find damage -type f | wc -l) >"$scratch/effect"
printf '%s\n' 4 100 4 >"$scratch/expected"
same "what damage changed" "$scratch/expected" "$scratch/effect"

# The sample host is one archive, and its log is read from it.
sh "$source/tests/cimgen/sample-host.sh" "$source" "$build" "$scratch/print-server.zip"
report "sample host" $?
[ "$(wmihunt hunt -q --all "$scratch/print-server.zip" | grep -c '"filter":{"name":"SpoolWatch"')" -eq 1 ]
report "the log of the sample host" $?

# What a description gets wrong is named with its place, never passed over.
refuse() # DESCRIPTION MESSAGE
{
	printf 'include: ../cim/standard-classes.yml\n%s\n' "$1" >"$scratch/in/wrong.yml"
	"$cimgen" "$scratch/in/wrong.yml" "$scratch/wrong" 2>"$scratch/message"
	[ $? -eq 1 ] && grep -qF -e "$2" "$scratch/message"
	status=$?
	[ $status -eq 0 ] || cat "$scratch/message"
	report "refused: $1" $status
}
step() # STEP MESSAGE
{
	refuse "checkpoints: [{write: [$1]}]" "/checkpoints/0/write/0$2"
}
refuse 'colour: red' ': unknown key "colour"'
refuse 'checkpoints: 1' 'checkpoints should be a list'
refuse 'layout: v7' '/layout: unknown word "v7"'
refuse 'keys_per_page: 1' 'keys_per_page under 2'
refuse 'checkpoints: []
damage: [{file: INDEX.BTR, page: 9, bytes: "00"}]' '/damage/0: no such page'
step '{in: ROOT}' ': neither class, instance nor delete'
step '{instance: None, in: ROOT}' '/instance: no class "None" here'
step '{instance: __EventFilter, properties: {Name: x}}' ': in is missing'
step '{instance: __EventFilter, in: ROOT, properties: {Query: x}}' ': key Name: '
step '{instance: __EventFilter, in: ROOT, properties: {Name: x, Nome: y}}' '/properties: unknown key "Nome"'
step '{instance: __EventFilter, in: ROOT, properties: {Name: x, CreatorSID: [256]}}' \
	'/properties/CreatorSID/0: no value of its type: "256"'
step '{instance: __EventFilter, in: ROOT, properties: {Name: x, CreatorSID: 1}}' \
	'/properties/CreatorSID: should be a list'
step '{class: A, in: ROOT, parent: B}' '/parent: no class "B" here'
step '{class: A, in: ROOT, properties: {B: uint128}}' '/properties/B: unknown type "uint128"'
step '{class: A, in: ROOT, properties: {B: {type: boolean, default: 1}}}' \
	'/properties/B/default: no value of its type: "1"'
step '{delete: __EventFilter, in: ROOT, key: {Name: x}}' ': no such instance'
finish
