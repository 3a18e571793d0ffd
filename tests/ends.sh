#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Archives and inputs are read to their real end: what is cut off, damaged or follows costs no more
# than its place, and is said.
. "${srcdir:-.}/tests/archives/setup.sh"

mkdir "$scratch/work"
cd "$scratch/work" || exit 99
for name in clean-host infected-host sysmon-only; do
	cp "$source/samples/$name.evtx" .
done
a=clean-host.evtx b=infected-host.evtx c=sysmon-only.evtx
events_of $a $b
cp expected a-and-b
events_of $a $c
cp expected a-and-c
events_of $b $c
cp expected b-and-c
events_of $b
cp expected only-b
bsdtar --format ustar --no-read-sparse -cf a.tar $a
bsdtar --format ustar --no-read-sparse -cf b.tar $b
bsdtar --format ustar --no-read-sparse -cf all.tar $a $b $c

# check_ends NAME STATUS EXPECTED PATTERN: of the file NAME, as it is and through a pipe; the one
# fault of it (no PATTERN: none) says that.
check_ends()
{
	for way in read_events read_pipe; do
		$way "$1"
		expect "$1, $way" "$2" "$3"
		expect_faults "$1, $way" $((${#4} > 0))
		[ -z "$4" ] || expect_fault "$1, $way" "" "$4"
	done
}

test_packed()
{
	for packer in xz zstd bzip2 gzip; do
		$packer -c $b >whole
		head -c -1 whole >short.$packer
		if [ $packer != zstd ] || grep -q 'define HAVE_ZSTD' "$build/config.h"; then
			check_ends short.$packer 2 only-b "cut off"
		fi
		{
			cat whole
			echo junk
		} >junk.$packer
		if [ $packer != zstd ] || grep -q 'define HAVE_ZSTD' "$build/config.h"; then
			check_ends junk.$packer 2 only-b "bytes"
		fi
		{
			cat whole
			head -c 1000 /dev/zero
		} >zeros.$packer
		[ $packer = zstd ] || check_ends zeros.$packer 0 only-b ""
		{
			$packer -c a.tar
			$packer -c b.tar
		} >two-tars.$packer
		check_ends two-tars.$packer 0 a-and-b ""
	done
	bsdtar --format ustar -cf - $a $b | xz -c | head -c -1 >short.txz
	read_events short.txz
	expect short.txz 2 a-and-b
}

# Two of a kind, with nothing, zeros, and what is no archive between them and after them.
test_followed()
{
	7z a -bso0 a.7z $a
	7z a -bso0 b.7z $b
	zip -q a.zip $a
	zip -q b.zip $b
	for kind in tar 7z; do
		cat a.$kind b.$kind >two.$kind
		check_ends two.$kind 0 a-and-b ""
		{
			cat a.$kind
			head -c 3000 /dev/zero
			cat b.$kind
			head -c 3000 /dev/zero
		} >spaced.$kind
		check_ends spaced.$kind 0 a-and-b ""
		{
			cat a.$kind
			echo between
			cat b.$kind
		} >between.$kind
		check_ends between.$kind 2 a-and-b "after the archive's end"
		{
			cat b.$kind
			echo after
		} >after.$kind
		check_ends after.$kind 2 only-b "after the archive's end"
	done
	{
		cat b.zip
		echo after
	} >after.zip
	read_events after.zip
	expect after.zip 2 only-b
	expect_fault after.zip "" "bytes follow the zip's end"
	read_pipe after.zip
	expect "after.zip, read_pipe" 2 only-b
	expect_fault "after.zip, read_pipe" "" "after the archive's end"
	{
		cat b.zip
		head -c 1000 /dev/zero
	} >zeros.zip
	check_ends zeros.zip 0 only-b ""
	{
		cat a.zip
		head -c -60 b.zip
	} >cut-second.zip
	read_events cut-second.zip
	expect cut-second.zip 2 a-and-b
}

# spoil FILE OFFSET COUNT: zeros there.
spoil()
{
	dd if=/dev/zero of="$1" bs=1 seek="$2" count="$3" conv=notrunc 2>/dev/null
}

# The first header, of a file whose name says what it is.
test_first_tar_header()
{
	cp all.tar first.tar
	spoil first.tar 0 512
	gzip -c first.tar >first.tar.gz
	for archive in first.tar first.tar.gz; do
		read_events $archive
		expect $archive 2 b-and-c
		expect_faults $archive 1
	done
}

# The second header: its name, so that its checksum is wrong; and all of it.
test_tar_header()
{
	second=$((512 + ($(wc -c <$a) + 511) / 512 * 512))
	for count in 4 512; do
		cp all.tar spoiled-$count.tar
		spoil spoiled-$count.tar $second $count
		check_ends spoiled-$count.tar 2 a-and-c "."
		gzip -c spoiled-$count.tar >spoiled-$count.tgz
		check_ends spoiled-$count.tgz 2 a-and-c "."
	done
}

# A header of gzip with a name, a comment and an extra field, all longer than what is read at once.
test_gzip_header()
{
	gzip -n -c $b | tail -c +11 >deflated
	long=$(head -c 20000 /dev/zero | tr '\0' x)
	{
		printf '\037\213\010\036\0\0\0\0\0\3\040\116'
		printf '%s%s' "$long" "$long"
		printf '\0%s\0..' "$long"
		cat deflated
	} >header.gz
	check_ends header.gz 0 only-b ""
	zip -q -9 header.zip header.gz
	check_ends header.zip 0 only-b ""
}

test_many_passwords()
{
	zip -q -P secret locked.zip $b
	for i in $(seq 1100); do
		echo "wrong $i"
	done >passwords
	echo secret >>passwords
	read_events --password-file=passwords locked.zip
	expect "the 1,101st password" 0 only-b
}

# A disk that does not give some bytes.
test_bad_disk()
{
	if [ -n "$sanitized" ] || ! ${CC:-cc} -shared -fPIC -o bad_disk.so \
		"$source/tests/ends/bad_disk.c" -ldl 2>/dev/null; then
		echo "not tested: a bad disk (nothing can be preloaded)"
		return
	fi
	second=$((512 + ($(wc -c <$a) + 511) / 512 * 512))
	LD_PRELOAD=./bad_disk.so BAD_BEGIN=$second BAD_END=$((second + 512)) \
		wmihunt events -q --every all.tar >lines 2>err
	expect_fault "a bad disk" "" "cannot read 4096 bytes"
	without_source <lines | sort >got
	without_source <a-and-c | sort | comm -23 - got >lost
	[ $(($(wc -l <lost))) -le 8 ]
	report "a bad disk: $(wc -l <lost) events lost" $?
	LD_PRELOAD=./bad_disk.so BAD_BEGIN=0 BAD_END=1 wmihunt events -q --every $b >lines 2>err
	status=$?
	expect "a bad header of a log" 2 only-b
	expect_faults "a bad header of a log" 1
}

test_packed
test_followed
test_first_tar_header
test_tar_header
test_gzip_header
test_many_passwords
test_bad_disk
finish
