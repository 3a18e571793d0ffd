#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A run as a whole: workers, duplicates, lists of files, signals, time limits, full disks.
. "${srcdir:-.}/tests/archives/setup.sh"

mkdir "$scratch/work"
cd "$scratch/work" || exit 99
make_triage
a=$logs/clean-host.evtx
b=$logs/infected-host.evtx
c=$logs/sysmon-only.evtx

# What of standard error does not change from run to run.
steady()
{
	sed -E 's/,"seconds":.*//; s/; [0-9.]+ s, .*//' "$1"
}

# summary KEY: of the summary in `err`.
summary()
{
	jq -s "map(select(.kind == \"summary\"))[0].$1" err
}

# await COMMAND…: until it succeeds, for ten seconds at most.
await()
{
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || return 1
		sleep 0.1
	done
}

# Logs, archives, damage and what is no log, in a folder.
make_case()
{
	mkdir case
	cp -R triage case/host-a
	(cd triage && zip -q -r ../case/triage.zip . && 7z a -bso0 ../case/triage.7z C empty.txt notes.txt)
	cp "$source/samples/damaged.evtx" "$source/README.md" case/
	zip -q -j case/damaged.zip case/damaged.evtx $b
	head -c 3000 case/damaged.zip >case/cut.zip
	zipcraft case/large.zip add '#/Security.evtx' $b repeat=130 add z.evtx $c crc=+1 >/dev/null
	bsdtar -czf case/triage.tar.gz triage
	cat $a >case/piped
}

# check_jobs NAME COMMAND…: whatever --jobs is, all it writes is the same.
check_jobs()
{
	name=$1
	shift
	for jobs in 1 2 4; do
		"$@" --jobs=$jobs >out.$jobs 2>err.$jobs <case/piped
		echo $? >>out.$jobs
		steady err.$jobs >steady.$jobs
	done
	[ "$(wc -l <out.1)" -gt 1 ]
	report "$name: there is output" $?
	for jobs in 2 4; do
		same "$name: --jobs=$jobs changes no byte of output" out.1 out.$jobs
		same "$name: --jobs=$jobs changes no byte of faults and summary" steady.1 steady.$jobs
	done
}

test_jobs()
{
	check_jobs "hunt in a folder" wmihunt hunt --all case
	check_jobs "events of a folder" wmihunt events --every case
	check_jobs "all events, duplicates too" wmihunt events --keep-duplicates case - case/large.zip
	check_jobs "one large zip" wmihunt events --keep-duplicates case/large.zip
	check_jobs "a table" wmihunt hunt --all -f table case
	[ "$(wc -l <out.1)" -gt 5 ]
	report "a table: has rows" $?
	for number in none -1 5x; do
		wmihunt events --jobs=$number $a >lines 2>err
		status=$?
		[ $status -eq 2 ] && [ ! -s lines ] && grep -q jobs err
		report "--jobs=$number is refused: exit status $status" $?
	done
}

test_sandbox()
{
	wmihunt events --every case >expected 2>expected.err
	for choice in require try off; do
		wmihunt events --every --sandbox=$choice case >lines 2>err
		if [ $choice = require ] && grep -q -i sandbox err; then
			echo "not tested: --sandbox=require ($(grep -i sandbox err | head -n 1))"
			continue
		fi
		same "--sandbox=$choice: events" expected lines
	done
	wmihunt events --sandbox=maybe $a >lines 2>err
	status=$?
	[ $status -eq 2 ] && [ ! -s lines ]
	report "--sandbox=maybe is refused: exit status $status" $?
}

# A log, its copy, one in an archive and one that was carved.
test_duplicates()
{
	mkdir copies
	cp $b copies/1.evtx
	cp $b copies/2.evtx
	zip -q -j copies/3.zip $b
	tail -c +4097 $b >copies/4.evtx
	wmihunt events -q --every $b | without_source >expected
	count=$(wc -l <expected)
	wmihunt events --every copies >lines 2>err
	without_source <lines >got
	same "events of four copies" expected got
	[ "$(summary duplicates)" = $((3 * count)) ]
	report "events of four copies: $(summary duplicates) duplicates of $count events" $?
	jq -r .source.path lines | sort -u >got
	echo copies/1.evtx >first
	same "events of four copies: the first stands" first got
	wmihunt events --every --keep-duplicates copies >lines 2>err
	[ "$(wc -l <lines)" -eq $((4 * count)) ] && [ "$(summary duplicates)" = 0 ]
	report "--keep-duplicates: $(wc -l <lines) events, $(summary duplicates) duplicates" $?

	wmihunt hunt -q --all $b | jq -c 'select(.kind == "subscription").sightings' >expected
	wmihunt hunt --all copies 2>err | jq -c 'select(.kind == "subscription").sightings' >got
	same "a hunt in four copies: sightings" expected got
	wmihunt hunt --all --keep-duplicates copies 2>err | jq -c 'select(.kind == "subscription").sightings' >got
	jq -c '. * 4' expected >fourfold
	same "a hunt in four copies, --keep-duplicates: sightings" fourfold got
	wmihunt events --keep-duplicates copies 2>err | wmihunt hunt --all - 2>err | jq -c 'select(.kind == "subscription").sightings' >got
	same "a hunt in the lines of four copies: sightings" expected got
}

test_files_from()
{
	wmihunt events -q $a $b $c >expected
	printf '%s\n' $a $b $c >list
	wmihunt events -q --files-from list >lines
	same "--files-from" expected lines
	wmihunt events -q --files-from - <list >lines
	same "--files-from -" expected lines
	printf '%s\n%s' $a $b >short
	wmihunt events -q --files-from short $c | jq -c .source.path | uniq >got
	wmihunt events -q $c $a $b | jq -c .source.path | uniq >two-ways
	sort -u two-ways >expected.paths
	sort -u got | diff - expected.paths >/dev/null
	report "--files-from beside a PATH, and without a last line end" $?
	awkward=$(printf 'two\nlines.evtx')
	cp $a "$awkward"
	printf '%s\000' "$awkward" $b >list0
	wmihunt events -q --files-from list0 -0 >lines 2>err
	status=$?
	wmihunt events -q "$awkward" $b >expected
	[ $status -eq 0 ]
	report "--files-from -0: exit status $status" $?
	same "--files-from -0" expected lines
	printf '%s\n' $a missing.evtx $b >list
	wmihunt events -q --files-from list >lines 2>err
	status=$?
	wmihunt events -q $a $b >expected
	[ $status -eq 2 ]
	report "--files-from with a missing file: exit status $status" $?
	same "--files-from with a missing file: the rest goes on" expected lines
	expect_fault "--files-from with a missing file" "" "No such file"
	wmihunt events -q --files-from nowhere >lines 2>err
	status=$?
	[ $status -eq 2 ] && grep -q nowhere err
	report "--files-from, a list that is not there: exit status $status" $?
}

# begin COMMAND…: runs it in the background, reading a pipe that stays open as descriptor 7.
# It has read a log from there, whose events are all that `first` holds.
begin()
{
	rm -f fifo
	mkfifo fifo
	: >lines
	env --default-signal=INT,TERM "$@" <fifo >lines 2>err &
	pid=$!
	exec 7>fifo
	cat $b >&7
	# Unused space, so that no more of the log than a reader's look-ahead waits.
	head -c 1M /dev/zero >&7
}

# end_run: closes the pipe, waits for the run, which gets ten seconds, and keeps its status.
end_run()
{
	(
		sleep 10
		kill -9 $pid 2>/dev/null
	) 2>/dev/null &
	watch=$!
	wait $pid
	status=$?
	kill $watch 2>/dev/null
	exec 7>&-
}

is_complete()
{
	[ "$(wc -l <lines)" -ge "$(wc -l <first)" ]
}

test_interrupt()
{
	wmihunt events -q $b | without_source >first
	for signal in INT TERM; do
		begin wmihunt events --jobs=2 -
		await is_complete
		kill -$signal $pid
		end_run
		[ $status -eq 2 ]
		report "events, SIG$signal: exit status $status" $?
		without_source <lines >got
		same "events, SIG$signal: what was found is kept" first got
		grep -q partial err
		report "events, SIG$signal: says that it is partial" $?
	done
	begin wmihunt hunt --all -
	sleep 1
	kill -INT $pid
	end_run
	[ $status -eq 2 ]
	report "hunt, SIGINT: exit status $status" $?
	jq -c 'select(.kind != "coverage") | del(.events[]?.source, .timeline[]?.source, .source)' lines >got
	wmihunt hunt -q --all $b | jq -c 'select(.kind != "coverage") | del(.events[]?.source, .timeline[]?.source, .source)' >expected
	same "hunt, SIGINT: what was found is kept" expected got
	grep -q partial err
	report "hunt, SIGINT: says that it is partial" $?
}

test_state()
{
	begin wmihunt events -
	await is_complete
	kill -USR1 $pid
	await test -s err
	grep -q -i -E '[0-9].*(files|MB)' err
	report "SIGUSR1: the state ($(head -n 1 err))" $?
	kill -0 $pid
	report "SIGUSR1: the run goes on" $?
	exec 7>&-
	wait $pid
	status=$?
	[ $status -eq 0 ]
	report "SIGUSR1: exit status $status" $?
}

# Who writes lines into a pipe has what they give, but for a reader's look-ahead, while it is open.
test_live_lines()
{
	wmihunt events -q $b >first
	: >lines
	rm -f fifo
	mkfifo fifo
	wmihunt events - <fifo >lines 2>err &
	pid=$!
	exec 7>fifo
	cat first >&7
	head -c 1M /dev/zero | tr '\0' '\n' >&7
	await is_complete
	same "lines through a pipe that stays open" first lines
	exec 7>&-
	wait $pid
	status=$?
	[ $status -eq 0 ]
	report "lines through a pipe: exit status $status" $?
}

# An input that stands still is given up, with what it gave; the next one has its turn.
test_timeout()
{
	mkfifo still
	wmihunt events -q $b | without_source >expected
	wmihunt events -q $c | without_source >>expected
	(
		cat $b
		# What stands behind a log makes its reader look.
		head -c 1M /dev/zero
		sleep 6
	) >still &
	writer=$!
	wmihunt events -q --timeout=2 still $c >lines 2>err
	status=$?
	kill $writer 2>/dev/null
	[ $status -eq 2 ]
	report "--timeout: exit status $status" $?
	without_source <lines >got
	same "--timeout: what was read, and the rest" expected got
	expect_fault "--timeout" "" "time"
	expect_faults "--timeout" 1
}

# A pipe that nobody writes to holds up neither the rest nor the end.
test_pipe_without_writer()
{
	mkfifo nobody
	printf '%s\n' $b nobody $c >list
	events_of $b $c
	read_events --timeout=1 --files-from list
	expect "a pipe without a writer" 2 expected
	expect_fault "a pipe without a writer" "" "did not open"
	wmihunt events -q --every --files-from list >lines 2>err &
	pid=$!
	sleep 1
	kill -TERM $pid
	sleep 1
	! kill -0 $pid 2>/dev/null
	report "a pipe without a writer: SIGTERM ends the run" $?
	wait $pid
	events_of $b
	status=2
	expect "a pipe without a writer: what came before is kept" 2 expected
	(sleep 1 && cat $c >nobody) &
	read_events nobody
	events_of $c
	expect "a pipe whose writer comes late" 0 expected
}

# What was found is printed, however often somebody presses Ctrl-C; unless nobody reads it.
test_second_signal()
{
	wmihunt events -q $b >line
	for number in $(seq 1 150); do
		sed "s/WS-ACCT-07/WS-$number/g" line
	done >many
	wmihunt hunt -q - <many >all
	mkfifo slow
	# The last lines are read when more follow.
	(cat many && head -c 200K /dev/zero | tr '\0' '\n' && sleep 20) >slow &
	writer=$!
	wmihunt hunt slow >lines 2>err &
	pid=$!
	sleep 5
	for pause in 0 0.05 0.1 0.3; do
		kill -INT $pid 2>/dev/null
		sleep $pause
	done
	wait $pid
	status=$?
	kill $writer 2>/dev/null
	[ $status -eq 2 ] && grep -q '"partial":true' err
	report "signals while findings are put together: exit status $status, said to be partial" $?
	[ "$(wc -l <lines)" -eq "$(wc -l <all)" ]
	report "signals while findings are put together: all $(wc -l <all) are printed" $?
	mkfifo unread
	wmihunt hunt -q - <many >unread 2>err &
	pid=$!
	{ sleep 30 && cat; } <unread >/dev/null &
	reader=$!
	sleep 3
	kill -INT $pid
	sleep 0.3
	kill -INT $pid 2>/dev/null
	sleep 2
	! kill -0 $pid 2>/dev/null
	report "a signal while nobody reads the output ends the run" $?
	kill -KILL $pid $reader 2>/dev/null
	wait $pid
}

test_progress()
{
	script -q -e -c true /dev/null </dev/null >/dev/null 2>&1 || {
		echo "not tested: the progress line (script opens no terminal here)"
		return
	}
	rm -f still
	mkfifo still
	(
		cat $b
		sleep 2
	) >still &
	script -q -e -c "wmihunt events -f jsonl -o lines still" /dev/null </dev/null >screen 2>&1
	tr '\r' '\n' <screen | grep -q -E '[0-9] file.* [kM]?B/s'
	report "a progress line on a terminal" $?
	wmihunt events -q $b | without_source >expected
	without_source <lines >got
	same "a progress line on a terminal: events" expected got
}

# check_colours LINES COMMAND: how many lines of a terminal it makes bold.
check_colours()
{
	script -q -e -c "$2" /dev/null </dev/null >screen 2>&1
	[ "$(grep -c "$(printf '\033')\\[1m" screen)" -eq "$1" ]
	report "$1 lines in colours on a terminal: $2" $?
}

test_colours()
{
	script -q -e -c true /dev/null </dev/null >/dev/null 2>&1 || {
		echo "not tested: colours (script opens no terminal here)"
		return
	}
	check_colours 0 "wmihunt events -q $b"
	check_colours 0 "env -u NO_COLOR wmihunt events -q --color=never $b"
	# Both lines of a head.
	check_colours 2 "env -u NO_COLOR COLUMNS=120 wmihunt events -q $b"
	check_colours 2 "COLUMNS=120 wmihunt events -q --color=always $b"
	# Asked for in a pipe, the width is that of the terminal that standard error is.
	check_colours 2 "stty cols 90; wmihunt events -q -f table --color=always $b | cat"
	check_colours 0 "wmihunt events -q -f table $b | cat"
}

# Nothing more than whole lines, a clear error and 2.
test_full_disk()
{
	for command in "events --every" hunt; do
		# shellcheck disable=SC2086 # a command and its option
		wmihunt $command case >/dev/full 2>err
		status=$?
		[ $status -eq 2 ] && grep -q "No space left" err
		report "$command, standard output full: exit status $status" $?
		# shellcheck disable=SC2086
		wmihunt $command -o /dev/full case 2>err
		status=$?
		[ $status -eq 2 ] && grep -q "No space left" err
		report "$command, --output full: exit status $status" $?
	done
	rm -f limited
	(
		ulimit -f 100
		wmihunt events --every -o limited case 2>err
	)
	status=$?
	[ $status -eq 2 ] && grep -q -i "too large" err
	report "a file that may not grow: exit status $status" $?
	[ -s limited ] && [ "$(tail -c 1 limited)" = "" ] && jq . limited >/dev/null
	report "a file that may not grow: whole lines only" $?
}

# A file that is written takes no descriptor that somebody left closed; a closed one is an error.
test_closed_descriptors()
{
	wmihunt events --every $b "$source/samples/damaged.evtx" >expected 2>err
	wmihunt events --every -o lines $b "$source/samples/damaged.evtx" 2>&-
	same "no read errors in the output without standard error" expected lines
	wmihunt events --every -o lines $b "$source/samples/damaged.evtx" <&- >&- 2>&-
	same "no read errors in the output without any descriptor" expected lines
	wmihunt events -q $b >&- 2>err
	status=$?
	[ $status -eq 2 ] && grep -q 'standard output: Bad file descriptor' err
	report "a closed standard output: exit status $status" $?
	wmihunt events -q - <&- >lines 2>err
	status=$?
	[ $status -eq 2 ] && grep -q 'cannot open: Bad file descriptor' err
	report "a closed standard input: exit status $status" $?
	cp $b both-ways.evtx
	wmihunt events -q --every - <$b >expected
	wmihunt events -q --every - <>both-ways.evtx >lines
	same "standard input that could be written to" expected lines
}

# A file appears when the run ends, and takes an older one's place only then.
test_output()
{
	rm -rf outputs
	mkdir outputs
	cp $b outputs/log.evtx
	cp outputs/log.evtx outputs/kept.evtx
	wmihunt hunt -q $b >expected

	for arguments in "outputs/log.evtx" "outputs" "$c outputs/../outputs" "-"; do
		# shellcheck disable=SC2086,SC2094 # several arguments; the same file is the point
		wmihunt hunt -q -o outputs/log.evtx $arguments <outputs/log.evtx >lines 2>err
		status=$?
		[ $status -eq 2 ] && grep -q "is an input" err && cmp -s outputs/log.evtx outputs/kept.evtx
		report "hunt -o LOG $arguments is refused: exit status $status" $?
	done
	ln outputs/log.evtx outputs/linked
	ln -s log.evtx outputs/soft
	for name in linked soft; do
		wmihunt events -q -o outputs/$name outputs/log.evtx 2>err
		status=$?
		[ $status -eq 2 ] && cmp -s outputs/log.evtx outputs/kept.evtx
		report "events -o, a link to the input, is refused: exit status $status" $?
	done
	printf '%s\n' $b >outputs/list
	wmihunt events -q -o outputs/list --files-from outputs/list 2>err
	[ $? -eq 2 ] && [ "$(cat outputs/list)" = "$b" ]
	report "-o, the list of files, is refused" $?
	wmihunt baseline -q $b >outputs/good.yml
	cp outputs/good.yml good
	wmihunt baseline -q -o outputs/good.yml --baseline=outputs/good.yml $c 2>err
	[ $? -eq 2 ] && cmp -s good outputs/good.yml
	report "-o, a baseline that is used, is refused" $?
	rm outputs/linked outputs/soft outputs/list outputs/good.yml

	for run in first second; do
		wmihunt hunt -q -o outputs/lines outputs 2>err
		jq -c 'select(.kind != "coverage") | del(.events[]?.source, .timeline[]?.source, .source)' outputs/lines >got
		jq -c 'select(.kind != "coverage") | del(.events[]?.source, .timeline[]?.source, .source)' expected >wanted
		same "-o in a folder that is read, $run time" wanted got
	done

	echo older >older
	cp older outputs/lines
	for arguments in missing.evtx "--jobs=none $b" "--rules=missing.yml $b"; do
		# shellcheck disable=SC2086
		wmihunt hunt -q -o outputs/lines $arguments 2>err
		status=$?
		[ $status -eq 2 ] && cmp -s older outputs/lines
		report "hunt -o FILE $arguments leaves the older file: exit status $status" $?
		# shellcheck disable=SC2086
		wmihunt hunt -q -o outputs/new $arguments 2>err
		[ ! -e outputs/new ]
		report "hunt -o FILE $arguments makes no file" $?
	done
	chmod 640 outputs/lines
	wmihunt hunt -q -o outputs/lines $b "$source/README.md" 2>err
	status=$?
	[ $status -eq 2 ] && cmp -s expected outputs/lines && [ "$(stat -c %a outputs/lines)" = 640 ]
	report "-o FILE with a read error takes the older file's place, and its mode: exit status $status" $?
	(
		umask 027
		wmihunt hunt -q -o outputs/fresh $b
	)
	[ "$(stat -c %a outputs/fresh)" = 640 ]
	report "-o FILE has the mode of the umask" $?
	ln -s lines outputs/link
	echo older >outputs/lines
	wmihunt hunt -q -o outputs/link $b
	[ -L outputs/link ] && cmp -s expected outputs/lines
	report "-o LINK writes to what it leads to" $?

	mkfifo outputs/fifo
	wmihunt hunt -q -o outputs/fifo $b &
	cat outputs/fifo >lines
	wait $!
	same "-o FIFO" expected lines
	wmihunt hunt -q -o /dev/null $b && [ -c /dev/null ]
	report "-o /dev/null" $?
	(
		echo before
		wmihunt hunt -q -o /dev/stdout $b
	) >lines
	(
		echo before
		cat expected
	) | diff - lines >/dev/null
	report "-o /dev/stdout goes on where others wrote" $?
	mkdir outputs/folder
	wmihunt hunt -q -o outputs/folder $b 2>err
	[ $? -eq 2 ] && [ -d outputs/folder ]
	report "-o FOLDER is an error" $?
	# shellcheck disable=SC2012 # names of our own
	ls -A outputs | sort >got
	printf '%s\n' fifo folder fresh kept.evtx lines link log.evtx | sort >wanted
	same "nothing else is left beside the files" wanted got
}

test_output_interrupt()
{
	wmihunt events -q $b | without_source >first
	for older in no yes; do
		rm -f result result.partial
		[ $older = no ] || echo older >result
		rm -f fifo
		mkfifo fifo
		env --default-signal=INT wmihunt events -o result - <fifo 2>err &
		pid=$!
		exec 7>fifo
		cat $b >&7
		head -c 1M /dev/zero >&7
		sleep 1
		kill -INT $pid
		end_run
		[ $status -eq 2 ]
		report "events -o, SIGINT, older file: $older: exit status $status" $?
		if [ $older = no ]; then
			without_source <result >got
			[ ! -e result.partial ]
		else
			without_source <result.partial >got
			[ "$(cat result)" = older ] && grep -q result.partial err
		fi
		report "events -o, SIGINT, older file: $older: it stays" $?
		same "events -o, SIGINT, older file: $older: what was found is kept" first got
	done
	echo older >limited
	(
		ulimit -f 100
		wmihunt events --every -o limited case 2>err
	)
	[ "$(cat limited)" = older ] && [ -s limited.partial ] && jq . limited.partial >/dev/null
	report "a file that may not grow: an older one stays" $?
}

make_case
test_jobs
test_sandbox
test_duplicates
test_files_from
test_interrupt
test_state
test_live_lines
test_timeout
test_pipe_without_writer
test_second_signal
test_progress
test_colours
test_full_disk
test_closed_descriptors
test_output
test_output_interrupt
finish
