#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Archives that lie, are broken or want too much: each has its fault, and the rest goes on.
. "${srcdir:-.}/tests/archives/setup.sh"

mkdir "$scratch/work"
cd "$scratch/work" || exit 99
make_triage
a=$logs/clean-host.evtx
b=$logs/infected-host.evtx
c=$logs/sysmon-only.evtx
events_of $a
cp expected only-a
events_of $a $c
cp expected a-and-c
events_of $a $b $c
cp expected all

# check_lie NAME EXPECTED PATTERN KEY=VALUE…: a.evtx and c.evtx are honest, b.evtx is not.
check_lie()
{
	name=$1 wanted=$2 pattern=$3
	shift 3
	zipcraft lie.zip add a.evtx $a add b.evtx $b "$@" add c.evtx $c >/dev/null
	read_events lie.zip
	expect "$name" 2 "$wanted"
	expect_fault "$name" b.evtx "$pattern"
	only_faults_of "$name" b.evtx
}

test_lies()
{
	check_lie "a wrong CRC" all CRC crc=+1
	check_lie "a wrong CRC, stored" all CRC stored=1 crc=+1
	check_lie "a CRC that the directory alone tells" all 'CRC is another' directory.crc=+1
	check_lie "too large a size" all size size=+5000
	check_lie "another method in the local header" all 'method is another' local.method=0
	check_lie "another size in the local header" all 'size or CRC is another' local.size=+1
	check_lie "another name in the local header" all 'name is another' local.name=d.evtx
	check_lie "an offset behind the end" a-and-c outside directory.offset=100M
	check_lie "an offset in the middle of nothing" a-and-c 'no entry begins' directory.offset=+7
	check_lie "packed beyond the end" a-and-c overlap packed=100M
	check_lie "a method that nothing knows" a-and-c method method=77
	check_lie "deflate64" a-and-c method method=9
	check_lie "a link" a-and-c link directory.mode=0120777
}

# Too small a size: what was told is read, and no more.
test_small_size()
{
	zipcraft small.zip add a.evtx $a add b.evtx $b size=20000 add c.evtx $c >/dev/null
	read_events small.zip
	[ $status -eq 2 ]
	report "too small a size: exit status $status" $?
	expect_fault "too small a size" b.evtx size
	only_faults_of "too small a size" b.evtx
	[ "$(jq 'select(.source.entry == "b.evtx") | .source.offset' lines | sort -n | tail -n 1)" -lt 20000 ]
	report "too small a size: is kept to" $?
	jq -c 'select(.source.entry != "b.evtx")' lines | wc -l >got
	wc -l <a-and-c >counted
	same "too small a size: the rest goes on" counted got
}

test_names()
{
	for entry in /etc/passwd ../../up.evtx Logs/../../up.evtx 'C:\Windows\System.evtx' \
		'..\up.evtx'; do
		zipcraft named.zip add "$entry" $b add a.evtx $a add c.evtx $c >/dev/null
		read_events named.zip
		expect "entry $entry" 2 all
		expect_fault "entry $entry" "$entry" 'absolute|\.\.|outside'
		expect_faults "entry $entry" 1
	done
	printf 'x' >long
	while [ "$(wc -c <long)" -lt 300 ]; do printf 'long-' >>long; done
	zipcraft named.zip add "$(cat long)" $b add a.evtx $a add c.evtx $c >/dev/null
	read_events --max-name-length=200 named.zip
	[ $status -eq 2 ] && grep -q max-name-length err
	report "a long name: fault, exit status $status" $?
	[ "$(without_source <lines | sort | comm -12 - a-and-c.sorted | wc -l)" -eq \
		"$(wc -l <a-and-c)" ]
	report "a long name: the rest goes on" $?
	zipcraft named.zip add "$(printf 'x\033[2Jy\001.evtx')" $a add "$(printf '\377\376.evtx')" \
		$c >/dev/null
	wmihunt events -q --every named.zip >lines 2>err
	! grep -q "$(printf '\033')" lines && iconv -f UTF-8 -t UTF-8 <lines >/dev/null
	report "control characters and bytes that are no UTF-8 in names" $?
	[ "$(wc -l <lines)" -eq "$(wc -l <a-and-c)" ]
	report "control characters in names: events" $?
	ln -s $a link.evtx
	bsdtar -cf links.tar link.evtx $c
	events_of $c
	read_events links.tar
	expect "a link in a tar" 2 expected
	expect_fault "a link in a tar" link.evtx link
}

# A log that goes on as zeros, between others.
test_bombs()
{
	zipcraft bomb.zip add a.evtx $a add b.evtx $b pad=100M add c.evtx $c >/dev/null
	read_events bomb.zip
	expect "a bomb" 2 all
	expect_fault "a bomb" b.evtx max-ratio
	expect_faults "a bomb" 1
	cp bomb.zip bomb1.zip
	zip -q -0 outer.zip bomb1.zip
	read_events outer.zip
	expect "a bomb inside" 2 all
	expect_fault "a bomb inside" "bomb1.zip > b.evtx" max-ratio
	read_events --max-ratio=10000 bomb.zip
	expect "a bomb that is allowed" 0 all
	read_pipe bomb.zip
	expect "a bomb through a pipe" 2 all
	expect_fault "a bomb through a pipe" b.evtx max-ratio
	gzip -c $b >b.gz
	head -c 100M /dev/zero | gzip >>b.gz
	read_events b.gz $a $c
	expect "a gzip bomb" 2 all
	expect_fault "a gzip bomb" "" max-ratio
	read_events --max-entry-size=1M bomb.zip
	expect "an entry too large" 2 all
	expect_fault "an entry too large" b.evtx max-entry-size
	expect_faults "an entry too large" 1
}

# The limits count over all that stands in an archive, however its entries are spread over workers.
test_limits_of_parts()
{
	mkdir inner
	for number in 1 2 3 4 5 6 7 8; do
		zip -q -0 inner/$number.zip $a $b $c
	done
	zip -q -0 -r outer.zip inner
	for limit in --max-entries=12 --max-total-size=500K; do
		for jobs in 1 2 4; do
			wmihunt events --every --keep-duplicates $limit --jobs=$jobs outer.zip \
				>lines.$jobs 2>err
			status=$?
			sed -E 's/,"seconds":.*//' err >err.$jobs
		done
		[ $status -eq 2 ] && grep -q -e "${limit%%=*}" err
		report "$limit over the parts of a zip: exit status $status, and it is said" $?
		[ "$(jq -s 'map(select(.kind == "summary"))[0].files' err)" -le 12 ]
		report "$limit over the parts of a zip: is kept to" $?
		same "$limit: --jobs changes no byte of output" lines.1 lines.4
		same "$limit: --jobs changes no byte of what is said" err.1 err.4
		same "$limit: nor does --jobs=2" lines.1 lines.2
	done
}

# A host whose logs would fill memory loses what is over its share, aloud; no other host loses anything.
test_memory()
{
	sed 's/repeat: 100000/repeat: 2000/' "$source/tests/bench/correlation.yml" >greedy.yml
	"$build/tests/evtxgen/evtxgen" greedy.yml greedy.evtx || exit 99
	wmihunt hunt -q $b >alone 2>err
	for order in "$b greedy.evtx" "greedy.evtx $b"; do
		# shellcheck disable=SC2086 # two files
		wmihunt hunt -q --max-memory=4M $order >lines 2>err
		status=$?
		[ $status -eq 2 ] && [ "$(jq -s 'length' err)" -eq 1 ] &&
			jq -e '.code == "limit" and (.reason | test("BENCH-SRV-01.*--max-memory"))' err \
				>/dev/null
		report "$order: exit status $status, and one read error names the host" $?
		grep -v BENCH-SRV-01 lines | sort >others
		sort alone >expected
		same "$order: the other host" expected others
		[ "$(grep -c BENCH-SRV-01 lines)" -gt 10 ]
		report "$order: what came before is printed" $?
	done
}

test_limits()
{
	zipcraft three.zip add a.evtx $a add b.evtx $b add c.evtx $c >/dev/null
	for limit in --max-entries=2 --max-total-size=140K; do
		events_of $a $b
		read_events $limit three.zip
		expect "$limit" 2 expected
		grep -q -e "${limit%%=*}" err
		report "$limit: fault names it" $?
		expect_faults "$limit" 1
		read_events --max-entries=3 --max-total-size=210K three.zip
		expect "just so much" 0 all
		bsdtar -czf three.tar.gz @three.zip
		read_events $limit three.tar.gz
		[ $status -eq 2 ] && grep -q -e "${limit%%=*}" err
		report "$limit, tar.gz: exit status $status" $?
		[ "$(wc -l <lines)" -lt "$(wc -l <all)" ]
		report "$limit, tar.gz: is kept to" $?
		read_events $limit three.zip $c
		events_of $a $b $c
		expect "$limit: other inputs go on" 2 expected
	done
	for bad in --max-entries=none --max-total-size=1X --max-ratio=-1 --max-entry-size= \
		--max-depth=x --max-name-length=0; do
		wmihunt events -q $bad three.zip >lines 2>err
		status=$?
		[ $status -eq 2 ] && [ ! -s lines ] && grep -q -e "${bad%%=*}" err
		report "$bad is refused: exit status $status" $?
	done
}

# Entries that share bytes of the zip: each is read at most once.
test_overlap()
{
	zipcraft same.zip add a.evtx $a add b.evtx $b directory.offset=0 add c.evtx $c >/dev/null
	read_events same.zip
	[ $status -eq 2 ] && grep -q -E 'overlap|disagree|differ' err
	report "two entries with one offset: exit status $status" $?
	zipcraft quoted.zip quoted 200 x.evtx $b >/dev/null
	read_events quoted.zip $a
	[ $status -eq 2 ] && grep -q overlap err
	report "entries inside each other: exit status $status" $?
	[ "$(without_source <lines | sort | comm -12 - only-a.sorted | wc -l)" -eq "$(wc -l <only-a)" ]
	report "entries inside each other: the rest goes on" $?
	[ "$(jq -s 'map(select(.source.entry)) | length' lines)" -le "$(wmihunt events -q --every $b | wc -l)" ]
	report "entries inside each other: read once at most" $?
}

test_end_records()
{
	for key in entries=2 entries=60000 directory_size=-20 directory_size=+1M \
		directory_offset=+9 directory_offset=100M cut=10 cut=100; do
		zipcraft end.zip add a.evtx $a add b.evtx $b add c.evtx $c end $key >/dev/null
		read_events end.zip
		# A size that is wrong hides nothing where the directory itself is whole.
		case $key in
		directory_size=*) expect "end record: $key" 0 all ;;
		*) expect "end record: $key" 2 all ;;
		esac
	done
	{
		zipcraft x.zip add a.evtx $a add c.evtx $c
		zipcraft y.zip add b.evtx $b
	} >/dev/null
	cat x.zip y.zip >both.zip
	read_events both.zip
	[ $status -le 2 ] && [ -s lines ]
	report "a zip behind another: exit status $status" $?
}

# Where each format is cut, no signal; what came before the cut is there in those that stream.
test_truncated()
{
	(cd triage && bsdtar -cf ../triage.tar C empty.txt notes.txt && 7z a -bso0 ../triage.7z C empty.txt notes.txt)
	zipcraft whole.zip add a.evtx $a add b.evtx $b add c.evtx $c >spans
	gzip -kf triage.tar
	xz -kf triage.tar
	for archive in whole.zip triage.tar.gz triage.tar.xz triage.tar triage.7z; do
		size=$(wc -c <$archive)
		for part in 1 2 3 5 8 9; do
			head -c $((size * part / 10)) $archive >cut-$archive
			read_events cut-$archive
			[ $status -eq 2 ] && [ -s err ]
			report "$archive cut at $part/10: exit status $status" $?
		done
	done
	from=$(awk -F '\t' '$3 == "c.evtx" { print $1 + 500 }' spans)
	head -c "$from" whole.zip >cut.zip
	read_events cut.zip
	[ $status -eq 2 ]
	report "a zip without its end: exit status $status" $?
	without_source <lines | sort | comm -13 - a-and-b.sorted >lost
	[ ! -s lost ] && [ -s a-and-b.sorted ]
	report "a zip without its end: entries before the cut" $?
}

# flipped ARCHIVE SEED FROM TO
flipped()
{
	"$build/tests/archives/flip" "$1" "flipped-$1" "$2" "$3" "$4" || exit 99
	read_events "flipped-$1"
	[ $status -le 2 ]
	report "$1, bits flipped with seed $2: exit status $status" $?
}

test_flipped()
{
	for seed in 1 2 3 4 5 6 7 8 9 10; do
		for archive in whole.zip triage.tar.gz triage.tar.xz triage.7z; do
			flipped $archive $seed 0 999999
		done
	done
	# In the data of one entry: the others come out whole, and it is told.
	from=$(awk -F '\t' '$3 == "b.evtx" { print $1 + 36 }' spans)
	to=$(awk -F '\t' '$3 == "b.evtx" { print $2 }' spans)
	for seed in 1 2 3 4 5 6 7 8 9 10; do
		flipped whole.zip $seed "$from" "$to"
		jq -s -e 'length > 0 and all(.entry == "b.evtx")' err >/dev/null
		report "seed $seed in b.evtx: told" $?
		jq -c 'select(.source.entry != "b.evtx")' lines | wc -l >got
		wc -l <a-and-c >counted
		same "seed $seed in b.evtx: the others come out" counted got
	done
}

# Ten thousand entries, few of them logs.
test_many_entries()
{
	zipcraft many.zip add a.evtx $a add 'notes/#.txt' triage/notes.txt repeat=9997 stored=1 \
		add b.evtx $b add c.evtx $c >/dev/null
	read_events many.zip
	expect "10,000 entries" 0 all
	read_pipe many.zip
	expect "10,000 entries through a pipe" 0 all
	wmihunt events --every many.zip 2>&1 >/dev/null | jq -c '[.files, .skipped_files]' >got
	echo '[3,9997]' >counted
	same "10,000 entries: all are counted" counted got
}

for file in only-a a-and-c; do
	sort $file >$file.sorted
done
test_lies
test_small_size
test_names
test_bombs
test_limits
test_memory
test_limits_of_parts
test_overlap
test_end_records
events_of $a $b
sort expected >a-and-b.sorted
test_truncated
test_flipped
test_many_entries
finish
