#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nothing is passed over unsaid: logs that are none, containers and exports that are not read,
# paths without a log, and read errors that go along with event lines.
. "${srcdir:-.}/tests/archives/setup.sh"

mkdir "$scratch/work"
cd "$scratch/work" || exit 99
log=$source/samples/clean-host.evtx

# says NAME STATUS ARGUMENT…: the faults, as "code path entry count", are those of standard input.
says()
{
	name=$1
	expected=$2
	shift 2
	cat >want
	wmihunt hunt -q "$@" >lines 2>err
	status=$?
	jq -r 'select(.kind == "fault") | [.code, .via // .path, .entry, .count] | map(select(.)) | join(" ")' \
		err >got
	[ $status -eq "$expected" ]
	report "$name: exit status $status" $?
	same "$name" want got
}

# noise SIZE: bytes that are like no format, the same ones each time.
noise()
{
	awk -v size="$1" 'BEGIN { srand(1); while ((sent += 8) <= size) printf "%08x", rand() * 4294967295 }'
}

test_logs_that_are_none()
{
	mkdir -p none/below
	: >none/empty.EVTX
	head -c 2000000 /dev/zero >none/below/zero.evtx
	echo text >none/below/text.evtx
	echo text >none/notes.txt
	: >none/empty.txt
	printf '\000\005\026\007AppleDouble' >none/._log.evtx
	cp "$log" none/log.evtx
	(cd none && zip -q -r ../none.zip .)
	bsdtar -czf none.tgz none
	says "a folder" 2 none <<-EOF
		unknown-format none/below/text.evtx
		empty-log none/below/zero.evtx
		empty-log none/empty.EVTX
	EOF
	says "with --recover" 2 --recover none/below none/empty.EVTX <<-EOF
		unknown-format none/below/text.evtx
		unknown-format none/below/zero.evtx
		unknown-format none/empty.EVTX
		no-log none/below
	EOF
	for archive in none.zip none.tgz; do
		wmihunt hunt -q $archive 2>err >lines
		jq -r .code err | sort >got
		printf 'empty-log\nempty-log\nunknown-format\n' >want
		same "$archive" want got
	done
	ln -s ../none/log.evtx none/link.evtx
	ln -s nowhere none/notes.lnk
	mkfifo none/pipe.evtx none/pipe
	says "links and pipes" 2 none <<-EOF
		unknown-format none/below/text.evtx
		empty-log none/below/zero.evtx
		empty-log none/empty.EVTX
		link none/link.evtx
		link none/pipe.evtx
	EOF
}

# container FILE OFFSET MAGIC: a file of 200 KB with that in it.
container()
{
	head -c 200000 /dev/zero | tr '\0' "${4-.}" >"$1"
	# shellcheck disable=SC2059 # magics hold escapes
	printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

test_containers()
{
	mkdir -p boxes/a boxes/b
	container boxes/a/1.vhdx 0 vhdxfile
	container boxes/a/2.vhdx 0 vhdxfile
	container boxes/b/3.vhdx 0 vhdxfile
	container boxes/b/disk.E01 0 'EVF\t\r\n\377\000'
	container boxes/b/disk.vmdk 0 KDMV
	container boxes/b/disk.qcow2 0 'QFI\373'
	container boxes/b/install.wim 0 'MSWIM\000\000\000'
	container boxes/b/old.evt 4 LfLe
	container boxes/b/cd.iso 32769 CD001 '\0'
	container boxes/b/volume.dd 3 'NTFS    '
	printf 'xxxNTFS    ' >boxes/b/boot
	says "containers" 2 boxes <<-EOF
		no-log boxes
		container-unread boxes/a/1.vhdx 2
		container-unread boxes/b/3.vhdx
		container-unread boxes/b/cd.iso
		container-unread boxes/b/disk.E01
		container-unread boxes/b/disk.qcow2
		container-unread boxes/b/disk.vmdk
		container-unread boxes/b/install.wim
		container-unread boxes/b/old.evt
		container-unread boxes/b/volume.dd
	EOF
	cat "$log" >>boxes/b/volume.dd
	wmihunt hunt -q --all --recover boxes/b/volume.dd 2>err >lines
	[ $? -eq 2 ] && [ -s lines ] && grep -q container-unread err
	report "a raw image is searched with --recover, and still named" $?
}

test_exports()
{
	mkdir exports
	echo '<Objs Version="1.1.0.1"><Obj><T>System.Diagnostics.Eventing.Reader.EventLogRecord</T>' \
		>exports/a.xml
	echo '{"EventID":1,"Channel":"Security"}' >exports/b.json
	echo 'RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,Channel' >exports/c.csv
	printf '\377\376' >exports/d.csv
	printf 'Level,Date and Time,Source,Event ID,Task Category\n' | iconv -t UTF-16LE >>exports/d.csv
	echo '{"name":"no event"}' >exports/other.json
	echo 'a,b,c' >exports/other.csv
	echo '<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">' >exports/task.xml
	cp "$log" exports/
	says "exports" 2 exports <<-EOF
		export-unread exports/a.xml
		export-unread exports/b.json
		export-unread exports/c.csv 2
	EOF
}

test_no_log()
{
	mkdir -p nothing/below
	says "an empty folder" 2 nothing <<-EOF
		no-log nothing
	EOF
	echo text >nothing/below/notes.txt
	says "one path of two" 2 nothing "$log" <<-EOF
		no-log nothing
	EOF
	bsdtar -cf nothing.tar nothing
	says "an archive" 2 nothing.tar <<-EOF
		no-log nothing.tar
	EOF
	says "what is no log is not named twice" 2 nothing/below/notes.txt <<-EOF
		unknown-format nothing/below/notes.txt
	EOF
	echo '<!DOCTYPE a><a>ProviderName, LogName</a>' >nothing/markup.xml
	says "markup with the names of a table's columns" 2 nothing/markup.xml <<-EOF
		unknown-format nothing/markup.xml
	EOF
	rm nothing/markup.xml
	: >none.jsonl
	says "no event lines at all" 1 none.jsonl </dev/null
	says "no event lines, with --recover" 1 --recover none.jsonl </dev/null
	echo text >nothing/more.txt
	noise 300000 >nothing/image
	says "nothing to recover in a folder" 2 --recover nothing "$log" <<-EOF
		no-log nothing
	EOF
	says "nothing to recover in a file" 2 --recover nothing/image <<-EOF
		no-log nothing/image
	EOF
	for option in "" --recover; do
		# shellcheck disable=SC2086 # none, or one
		says "a device without a byte $option" 2 $option /dev/null <<-EOF
			no-log /dev/null
		EOF
	done
}

test_lines()
{
	mkdir -p lines.d
	wmihunt events -q "$source/samples/infected-host.evtx" >plain
	sed 's/{"kind":"event"/{"kind": "event"/' plain >lines.d/blank
	jq -cS . plain >lines.d/sorted
	says "lines that another program wrote" 0 --trust-lines lines.d </dev/null
	jq -n '[inputs.events | length]' lines >/dev/null
	yes '{"kind":"event"}' | head -100000 >wrong
	says "100,000 wrong lines" 2 wrong <<-EOF
		line-damaged wrong 100000
	EOF
	{
		gzip -c "$log"
		echo
	} >fed.gz
	wmihunt events -q fed.gz >/dev/null 2>err
	[ ! -s err ]
	report "a line feed after gzip data" $?
}

# inline NAME PATH…: the two halves of a run, apart, give what one gives.
inline()
{
	name=$1
	shift
	wmihunt hunt --all "$@" >one 2>one.err
	one=$?
	wmihunt events --inline-errors "$@" >stream 2>stream.err
	[ ! -s stream.err ]
	report "$name: standard error is empty" $?
	wmihunt hunt --all - <stream >two 2>two.err
	[ $? -eq $one ]
	report "$name: exit status" $?
	same "$name: findings" one two
	for file in one.err two.err; do
		jq -cS 'del(.seconds, .mb_per_second, .bytes, .event_lines)' $file | sort >$file.bare
	done
	same "$name: read errors and counts" one.err.bare two.err.bare
}

test_inline_errors()
{
	inline "sound logs" "$log"
	inline "damaged logs" "$source"/samples/*.evtx
	inline "no logs" nothing none
	head -n -1 stream | wmihunt hunt -q - >/dev/null 2>err
	[ $? -eq 2 ] && grep -q '"code":"interrupted"' err
	report "lines without the summary that ends them" $?
}

# Fewer descriptors than logs, or than workers.
test_few_descriptors()
{
	mkdir many
	for i in $(seq 300); do
		ln -s "$log" many/"$i"
	done
	# shellcheck disable=SC3045 # dash and bash have -n
	(ulimit -n 128 && wmihunt hunt many/* 2>err >lines)
	[ "$(jq -r '[.files, .faults] | @csv' err)" = 300,0 ]
	report "300 logs with 128 descriptors" $?
	# shellcheck disable=SC3045
	(ulimit -n 128 && wmihunt hunt --jobs=100 many/* 2>err >lines)
	[ "$(jq -r '[.files, .faults] | @csv' err)" = 300,0 ]
	report "300 logs with 128 descriptors and 100 workers" $?
}

# volumes NAME FOLDER: they give what the log gives.
volumes()
{
	events_of "$log"
	read_events "$2"
	expect "$1" 0 expected
}

test_volumes()
{
	mkdir -p parts seven pieces spanned
	cp "$log" parts/log.evtx
	noise 200000 >parts/noise
	(cd parts && 7z a -bso0 -mx0 -v50k ../seven/t.7z . && zip -q -0 -r ../whole.zip . &&
		zip -q -0 -s 64k -r ../spanned/t.zip .)
	split -b 50000 -d -a 3 --numeric-suffixes=1 whole.zip pieces/t.zip.
	for folder in seven pieces spanned; do
		volumes "volumes, $folder" $folder
	done
	volumes "volumes, named one by one" seven/t.7z.003
	volumes "volumes, the last one named" spanned/t.zip
	read_events seven/t.7z.00*
	expect "volumes, all named" 0 expected
	mv spanned/t.z02 spanned/t.z9
	mv seven/t.7z.002 seven/away
	says "a volume is missing" 2 spanned seven <<-EOF
		volume-missing spanned/t.z01
		volume-missing seven/t.7z.001
		no-log spanned
		no-log seven
	EOF
	mv seven/away seven/t.7z.002
	rm "$(printf '%s\n' seven/t.7z.0* | tail -1)" pieces/t.zip.001
	rm spanned/t.z[0-9]*
	says "the last, the first, and all but the last volume are missing" 2 seven pieces spanned <<-EOF
		volume-missing seven/t.7z.001
		volume-missing pieces/t.zip.002
		volume-missing spanned/t.zip
		no-log seven
		no-log pieces
		no-log spanned
	EOF
}

test_volumes
test_few_descriptors
# noted NAME STATUS TEXT ARGUMENT…: one note that says so; the status is that of a run without it.
noted()
{
	name=$1
	expected=$2
	text=$3
	shift 3
	wmihunt hunt -q "$@" >lines 2>err
	status=$?
	jq -r 'select(.kind == "note").message' err >got
	echo "$text" >want
	[ $status -eq "$expected" ]
	report "$name: exit status $status" $?
	same "$name" want got
}

# blanket CONDITION: a baseline of one filter.
blanket()
{
	cat <<-EOF
		title: Whatever
		logsource: {product: windows, category: wmi_subscription}
		filter:
		    rules: any
		    one: {$1}
		    condition: not one
	EOF
}

test_options_that_say_nothing()
{
	infected=$source/samples/infected-host.evtx
	: >empty
	printf '\n\r\n' >blank
	printf '# known-good\n' >comment
	noted "a password file without one" 0 '--password-file: there is no password in blank' \
		--password-file blank "$infected"
	noted "an empty list" 0 '--files-from: there is no path in blank' --files-from blank "$infected"
	noted "an empty list alone" 1 '--files-from: there is no path in empty' --files-from empty
	noted "a rule file without a rule" 0 '--rules: there is no rule in comment' --rules comment "$infected"
	noted "an empty baseline" 0 '--baseline: there is no filter in empty' --baseline empty "$infected"
	wmihunt baseline -q "$infected" >known.yml 2>err
	noted "a baseline of all that is there" 1 \
		'known-good filters vouch for all subscriptions that were found: 4' -b known.yml "$infected"
	blanket 'consumer.class|endswith: Consumer' >class.yml
	noted "a baseline for any command" 1 \
		'--baseline: the filter Whatever of class.yml vouches for any subscription that runs a command
known-good filters vouch for all subscriptions that were found: 4' -b class.yml "$infected"
	blanket 'filter.name|contains: Print' >name.yml
	wmihunt hunt -q -b name.yml "$infected" 2>err >lines
	[ ! -s err ]
	report "a baseline for some" $?
	for option in --password-file --files-from --rules --baseline; do
		wmihunt hunt -q $option missing "$infected" >lines 2>err
		status=$?
		[ $status -eq 2 ] && [ ! -s lines ] && grep -q 'missing.*No such file' err
		report "$option: a file that is not there: exit status $status" $?
	done
}

# A regex that gives up has not found that the host is another.
test_host_at_its_limit()
{
	wmihunt events -q "$log" | head -n 1 >line
	awk 'BEGIN { for (n = 0; n < 20000; n++) printf "a"; print "!" }' >name
	jq -c --rawfile name name '.host = ($name | rtrimstr("\n"))' line >long.jsonl
	says "--host gives up" 2 --host '(a+)+$' long.jsonl <<-EOF
		gave-up
	EOF
	says "--host does not" 1 --host '^b' long.jsonl </dev/null
}

test_logs_that_are_none
test_containers
test_exports
test_no_log
test_lines
test_inline_errors
test_options_that_say_nothing
test_host_at_its_limit
finish
