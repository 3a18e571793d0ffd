#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Archives: every format, on disk and on standard input, inside each other, named, encrypted.
. "${srcdir:-.}/tests/archives/setup.sh"

mkdir "$scratch/work"
cd "$scratch/work" || exit 99
make_triage
events_of triage
cp expected all
(cd triage && find . -name '*.evtx' | sed 's|^\./||' | sort) >entries

# check_entries NAME PREFIX: events name the archive's entries, all of them.
check_entries()
{
	jq -r .source.entry lines | sort -u >got
	sed "s|^|$2|" entries >named
	same "$1: source.entry" named got
}

# check_format ARCHIVE: a file, a redirected file and a pipe give what the folder gives.
check_format()
{
	read_events "$1"
	expect "$1" 0 all
	check_entries "$1" ""
	jq -r .source.path lines | sort -u | grep -vxF "$1" >/dev/null
	report "$1: source.path" $((1 - $?))
	read_events - <"$1"
	expect "$1 as standard input" 0 all
	check_entries "$1 as standard input" ""
	read_pipe "$1"
	expect "$1 through a pipe" 0 all
	check_entries "$1 through a pipe" ""
}

make_formats()
{
	(
		cd triage || exit
		zip -q -r ../triage.zip .
		7z a -bso0 ../triage.7z C empty.txt notes.txt
		for filter in gzip bzip2 xz zstd; do
			bsdtar -c --$filter -f ../triage.tar.$filter C empty.txt notes.txt
		done
		bsdtar -cf ../triage.tar C empty.txt notes.txt
	) || exit 99
	cp triage.zip triage.evtx
	zipcraft streamed.zip add a.evtx $logs/clean-host.evtx descriptor=1 >/dev/null
}

test_formats()
{
	for archive in triage.zip triage.7z triage.tar triage.tar.gzip triage.tar.bzip2 \
		triage.tar.xz triage.tar.zstd triage.evtx; do
		check_format $archive
	done
	wmihunt hunt -q --all triage >expected 2>err
	wmihunt hunt -q --all triage.zip >lines 2>err
	for file in expected lines; do
		jq -c 'del(.events[]?.source, .timeline[]?.source, .source)' $file >$file.bare
	done
	same "a hunt in a zip equals that in its folder" expected.bare lines.bare
	{
		cat triage.7z
		head -c 150M /dev/zero
	} >endless.7z
	read_pipe endless.7z
	[ $status -eq 2 ] && [ ! -s lines ]
	report "a 7z of 150 MB through a pipe: nothing, exit status $status" $?
	expect_fault "a 7z of 150 MB through a pipe" "" "too big to hold"
}

# A log that is packed by itself, in one piece or two.
test_packed_logs()
{
	for packer in gzip bzip2 xz zstd; do
		$packer -c $logs/infected-host.evtx >infected-host.evtx.$packer
		events_of $logs/infected-host.evtx
		read_events infected-host.evtx.$packer
		expect "infected-host.evtx.$packer" 0 expected
		jq -e -s 'all(.source.entry == null)' lines >/dev/null
		report "infected-host.evtx.$packer: has no entry" $?
		jq -c .source.offset lines >got
		wmihunt events -q --every $logs/infected-host.evtx | jq -c .source.offset >offsets
		same "infected-host.evtx.$packer: offsets are those of the log" offsets got
		events_of $logs/infected-host.evtx $logs/clean-host.evtx
		{
			$packer -c $logs/infected-host.evtx
			$packer -c $logs/clean-host.evtx
		} >two.$packer
		read_events two.$packer
		expect "two.$packer" 0 expected
	done
}

# check_nested OUTER INNER: both ways.
check_nested()
{
	read_events "$1"
	expect "$1" 0 all
	check_entries "$1" "$2 > "
	read_pipe "$1"
	expect "$1 through a pipe" 0 all
}

test_nested()
{
	zip -q -0 stored.zip triage.zip
	zip -q -9 deflated.zip triage.tar
	zipcraft packed.zip add in/triage.zip triage.zip >/dev/null
	check_nested stored.zip triage.zip
	check_nested deflated.zip triage.tar
	check_nested packed.zip in/triage.zip
	zip -q gz.zip triage.tar.gzip
	check_nested gz.zip triage.tar.gzip
	bsdtar -czf zip.tar.gz triage.zip
	check_nested zip.tar.gz triage.zip
	zip -q 7z.zip triage.7z
	read_events 7z.zip
	expect 7z.zip 0 all
	check_entries 7z.zip "triage.7z > "
	7z a -bso0 zip.7z triage.zip
	read_events zip.7z
	expect zip.7z 0 all
	check_entries zip.7z "triage.zip > "
}

# A zip that is large enough to be shared out among workers, and the same one where it is not.
test_large()
{
	zipcraft large.zip add '#/Security.evtx' $logs/infected-host.evtx repeat=130 >/dev/null
	zip -q -0 large-stored.zip large.zip
	zip -q -9 large-deflated.zip large.zip
	gzip -c large.zip >large.zip.gz
	zstd -q -c large.zip >large.zip.zst
	bsdtar -cf large.tar large.zip
	{
		printf 'MZ'
		cat large.zip
	} >large.exe
	read_events --keep-duplicates $logs/infected-host.evtx
	for _ in $(seq 130); do
		cat lines
	done | without_source >expected
	for archive in large.zip large-stored.zip large-deflated.zip large.zip.gz large.zip.zst \
		large.tar large.exe; do
		read_events --keep-duplicates $archive
		expect $archive 0 expected
	done
}

# The third zip inside each other is one too many.
test_depth()
{
	cp $logs/clean-host.evtx .
	zip -q one.zip clean-host.evtx
	cp $logs/sysmon-only.evtx .
	zip -q two.zip one.zip sysmon-only.evtx
	zip -q three.zip two.zip $logs/infected-host.evtx
	events_of $logs/infected-host.evtx sysmon-only.evtx clean-host.evtx
	read_events three.zip
	expect "three zips" 0 expected
	events_of $logs/infected-host.evtx sysmon-only.evtx
	read_events --max-depth=2 three.zip
	expect "three zips, two allowed" 2 expected
	expect_fault "three zips, two allowed" "two.zip > one.zip" "max-depth"
	expect_faults "three zips, two allowed" 1
}

# check_name NAME SHOWN DECODED (null: none)
check_name()
{
	zipcraft named.zip add "$1" $logs/clean-host.evtx >/dev/null
	read_events named.zip
	jq -s -e --arg shown "$2" --argjson decoded "$3" 'length > 0 and
		all(.source | .entry == $shown and .entry_decoded == $decoded)' lines >/dev/null ||
		jq -c .source lines | head -n 1
	jq -s -e --arg shown "$2" --argjson decoded "$3" 'length > 0 and
		all(.source | .entry == $shown and .entry_decoded == $decoded)' lines >/dev/null
	report "entry $1" $?
}

test_names()
{
	check_name Logs/System.evtx Logs/System.evtx null
	check_name 'Microsoft-Windows-Sysmon%4Operational.evtx' \
		'Microsoft-Windows-Sysmon%4Operational.evtx' null
	check_name 'C%3A/Logs/Microsoft-Windows-Sysmon%254Operational.evtx' \
		'C%3A/Logs/Microsoft-Windows-Sysmon%254Operational.evtx' \
		'"C:/Logs/Microsoft-Windows-Sysmon%4Operational.evtx"'
	# shellcheck disable=SC1003 # backslashes of Windows
	check_name 'C\Logs\System.evtx' 'C\Logs\System.evtx' null
	check_name '100%.evtx' '100%.evtx' null
}

# What a zip may look like and still be right.
test_odd_zips()
{
	events_of $logs/clean-host.evtx $logs/sysmon-only.evtx
	zipcraft plain.zip add a.evtx $logs/clean-host.evtx add b.evtx $logs/sysmon-only.evtx \
		stored=1 >/dev/null
	zipcraft zip64.zip add a.evtx $logs/clean-host.evtx zip64=1 \
		add b.evtx $logs/sysmon-only.evtx zip64=1 stored=1 end zip64=1 >/dev/null
	zipcraft streamed.zip add a.evtx $logs/clean-host.evtx descriptor=1 \
		add b.evtx $logs/sysmon-only.evtx descriptor=1 end comment='PK no end' >/dev/null
	{
		printf 'MZ'
		head -c 10000 "$source/README.md"
		cat plain.zip
	} >setup.exe
	{
		printf '{"kind":'
		cat plain.zip
	} >like-lines.zip
	for archive in plain.zip zip64.zip streamed.zip setup.exe like-lines.zip; do
		read_events $archive
		expect $archive 0 expected
	done
}

# Archives without a log are none of our business.
# A packer that was stopped leaves a 7z whose start is empty.
test_unfinished()
{
	{
		printf '7z\274\257\047\034\000\004'
		head -c 5000 /dev/zero
	} >unfinished.7z
	read_events unfinished.7z
	[ $status -eq 2 ] && [ ! -s lines ]
	report "an unfinished 7z: exit status $status" $?
	expect_fault "an unfinished 7z" "" "never finished"
}

test_silence()
{
	zip -q -r report.docx triage/notes.txt triage/empty.txt
	zipcraft nothing.zip add x/ - >/dev/null
	zipcraft empty.zip end >/dev/null
	bsdtar -czf text.tgz triage/notes.txt
	7z a -bso0 text.7z triage/notes.txt
	: >none
	mkdir office
	mv report.docx nothing.zip empty.zip text.tgz text.7z office
	read_events office
	expect "archives without logs in a folder" 2 none
	expect_fault "archives without logs in a folder" "" "no event log found"
	expect_faults "archives without logs in a folder" 1
	read_events office/report.docx
	expect "a document" 2 none
	expect_fault "a document" "" "no event log found"
}

# check_password NAME STATUS EXPECTED ARGUMENT…
check_password()
{
	name=$1 wanted=$2 file=$3
	shift 3
	read_events "$@" </dev/null
	expect "$name: $*" "$wanted" "$file"
}

# The library is loaded only where an archive may come, and is missed only there.
test_missing_library()
{
	mkdir no-library
	: >no-library/libarchive.so.13
	tar -cf small.tar triage/notes.txt
	cp "$source/samples/clean-host.evtx" lone.evtx
	events_of lone.evtx
	LD_LIBRARY_PATH=$PWD/no-library
	export LD_LIBRARY_PATH
	read_events small.tar
	expect_fault "a tar without libarchive" "" "libarchive.so.13 cannot be loaded"
	read_events lone.evtx
	expect "a log without libarchive" 0 expected
	unset LD_LIBRARY_PATH
}

make_encrypted()
{
	(
		cd triage || exit
		zip -q -r -P secret ../crypto.zip .
		7z a -bso0 -tzip -mem=AES256 -psecret ../aes.zip C empty.txt notes.txt
		7z a -bso0 -tzip -mem=AES128 -mx=0 -psecret ../aes128.zip C empty.txt notes.txt
		7z a -bso0 -psecret ../data.7z C empty.txt notes.txt
		7z a -bso0 -psecret -mhe=on ../header.7z C empty.txt notes.txt
	) || exit 99
	printf 'wrong\nsecret\n' >passwords
	cp $logs/clean-host.evtx plain.evtx
	cp $logs/infected-host.evtx first.evtx
	cp $logs/sysmon-only.evtx second.evtx
	zip -q mixed.zip plain.evtx
	zip -q -P one mixed.zip first.evtx
	zip -q -P two mixed.zip second.evtx
}

test_encrypted()
{
	events_of $logs/clean-host.evtx
	cp expected clean
	for archive in crypto.zip aes.zip aes128.zip data.7z header.7z; do
		check_password right 0 all --password=secret $archive
		check_password several 0 all --password=x --password=secret --password=y $archive
		check_password "from a file" 0 all --password-file=passwords $archive
		check_password wrong 2 clean --password=other $archive $logs/clean-host.evtx
		jq -s -e --arg path $archive 'length > 0 and
			all(.path == $path and (.reason | test("password")))' err >/dev/null
		report "$archive, wrong password: all faults say so" $?
		check_password missing 2 clean $archive $logs/clean-host.evtx
		jq -s -e --arg path $archive 'length > 0 and
			all(.path == $path and (.reason | test("encrypted")))' err >/dev/null
		report "$archive, no password: all faults say so" $?
	done
	read_events --password=secret - <crypto.zip
	expect "crypto.zip as standard input" 0 all
}

test_mixed_passwords()
{
	check_password "plain among encrypted" 2 clean mixed.zip
	expect_fault mixed.zip first.evtx "encrypted"
	[ "$(jq .count err)" = 2 ]
	report "mixed.zip: one fault for both" $?
	events_of plain.evtx first.evtx second.evtx
	check_password "two passwords in a zip" 0 expected --password=one --password=two mixed.zip
	events_of plain.evtx second.evtx
	check_password "one of two passwords" 2 expected --password=two mixed.zip
	expect_fault mixed.zip first.evtx "password"
	zip -q -0 outer.zip aes.zip
	check_password "encrypted inside a plain one" 0 all --password=secret outer.zip
}

# On a terminal it asks, without showing what is typed.
test_asking()
{
	script -q -e -c true /dev/null </dev/null >/dev/null 2>&1 || {
		echo "not tested: asking for a password (script opens no terminal here)"
		return
	}
	for archive in crypto.zip header.7z; do
		(
			sleep 1
			echo secret
			sleep 1
		) | timeout 20 script -q -e -c "wmihunt events -q --every -f jsonl -o lines $archive" \
			/dev/null >screen 2>&1
		status=$?
		: >err
		expect "$archive, asked for its password" 0 all
		grep -qi password screen
		report "$archive: it asks" $?
		! grep -q secret screen
		report "$archive: it does not show the password" $?
	done
}

make_formats
test_formats
test_packed_logs
test_nested
test_large
test_depth
test_names
test_odd_zips
test_unfinished
test_silence
test_missing_library
make_encrypted
test_encrypted
test_mixed_passwords
test_asking
finish
