#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The page of --format=html in a browser: it is used by keys and clicks, and strings of logs that
# would be scripts do not run in it. Pages that are made wrong on purpose show that they could.
. "${srcdir:-.}/tests/setup.sh"

command -v chromium >/dev/null || {
	echo "skipped: there is no chromium (the Debian package of that name)"
	exit 77
}
[ -z "$sanitized" ] || {
	echo "skipped: what a browser does is the same under sanitizers"
	exit 77
}
cd "$source" || exit 99

browse()
{
	timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$scratch/profile" \
		--window-size=1280,900 --virtual-time-budget=30000 "$@" 2>"$scratch/browser"
}

# drive NAME: puts the driver into the page of that name, its hash into the page's policy, and what
# comes of it into NAME.results.
drive()
{
	hash=$({ echo; cat tests/html/drive.js; } | sha256sum | cut -c 1-64 | tr a-f A-F | basenc --base16 -d | base64)
	awk -v hash="$hash" '
		/Content-Security-Policy/ { sub("script-src ", "script-src \047sha256-" hash "\047 ") }
		$0 == "<style>" {
			print "<script>"
			while ((getline line < "tests/html/drive.js") > 0) print line
			print "</script>"
		}
		{ print }' "$scratch/$1.html" >"$scratch/$1-driven.html"
	browse --dump-dom "file://$scratch/$1-driven.html" |
		awk 'on { print } /<pre id="results">/ { on = 1 } on && /^end of results/ { exit }' >"$scratch/$1.results"
}

ran_in()
{
	sed -n 's/^ran://p' "$scratch/$1.results"
}

# expect_page NAME: all went well, to the end, and nothing of the logs ran.
expect_page()
{
	drive "$1"
	grep '^FAILED' "$scratch/$1.results"
	! grep -q '^FAILED' "$scratch/$1.results" && grep -q '^end of results' "$scratch/$1.results"
	report "$1: the page does what it should" $?
	grep -q '^ran:$' "$scratch/$1.results"
	report "$1: nothing of a log runs, but:$(ran_in "$1")" $?
}

# Each string is a host's, and all that a subscription of it has.
lines_of()
{
	jq -cR '. as $text | tojson as $quoted |
	{kind: "event", host: $text, channel: "Microsoft-Windows-Sysmon/Operational", provider: "Microsoft-Windows-Sysmon"} as $all |
	(input_line_number | "2024-01-0\(. % 9 + 1)T00:00:00.0000000Z") as $time |
	($all + {time: $time, event_id: 19, data: {Operation: "Created", User: $text, EventNamespace: " \"root\\\\cimv2\"", Name: " \($quoted)", Query: " \($quoted)"}}),
	($all + {time: $time, event_id: 20, data: {Operation: "Created", User: $text, Name: " \($quoted)", Type: "Command Line", Destination: " \($quoted)"}}),
	($all + {time: $time, event_id: 21, data: {Operation: "Created", User: $text,
		Consumer: " \"CommandLineEventConsumer.Name=\\\"\($quoted[1:-1])\\\"\"", Filter: " \"__EventFilter.Name=\\\"\($quoted[1:-1])\\\"\""}})'
}
lines_of <tests/html/hostile.txt >"$scratch/hostile.jsonl"
sed -n '3p; 8p' tests/html/hostile.txt | lines_of >"$scratch/few.jsonl"
wmihunt hunt -q --all -f html -o "$scratch/hostile.html" "$scratch/hostile.jsonl"
wmihunt hunt -q --all -f html -o "$scratch/few.html" "$scratch/few.jsonl"
# More than is printed, of which no more rows are made than are in sight.
seq 1300 | lines_of | wmihunt hunt -q --all -f html -o "$scratch/many.html" -
wmihunt hunt -q --all -f html -o "$scratch/samples.html" samples 2>/dev/null
wmihunt events -q -f html -o "$scratch/events.html" samples/sysmon-only.evtx
wmihunt stack -q -f html -o "$scratch/stack.html" samples/infected-host.evtx
wmihunt hunt -q -f html -o "$scratch/nothing.html" samples/clean-host.evtx
for page in hostile many samples events stack nothing; do
	expect_page $page
done
grep -q '^opened 11, of these with a hostile string as text 11$' "$scratch/hostile.results"
report "hostile strings are shown as text" $?

# What the test would show: data that is not escaped, and a script that takes texts for HTML.
unescape='s/\\u003c/</g; s/\\u003e/>/g; s/\\u0026/\&/g'
careless='s/parent.append(frames > .*;/parent.insertAdjacentHTML("beforeend", text.slice(at));/'
# Each text stands in the data once: one that ends the script comes before all.
sed "$unescape; /Content-Security-Policy/d; /id=\"data\"/s|\$|\"</script>\",|" "$scratch/hostile.html" >"$scratch/unescaped.html"
sed "$careless; /Content-Security-Policy/d" "$scratch/few.html" >"$scratch/careless.html"
drive unescaped
drive careless
grep -q "^FAILED: no element or handler" "$scratch/careless.results"
report "a script that is careless is noticed" $?
all=$(echo "$(ran_in unescaped) $(ran_in careless)" | tr ' ' '\n' | sed '/^$/d' | sort -nu | tr '\n' ' ')
[ "$all" = "1 2 3 4 5 6 7 8 9 10 11 " ]
report "each hostile string runs in a page that is wrong, but these alone: $all" $?
# The policy holds where escaping does not.
sed "$unescape" "$scratch/hostile.html" >"$scratch/policy.html"
drive policy
grep -q '^ran:$' "$scratch/policy.results"
report "the policy alone stops them, but:$(ran_in policy)" $?

browse --no-pdf-header-footer --print-to-pdf="$scratch/page.pdf" "file://$scratch/samples.html" >/dev/null
[ "$(head -c 5 "$scratch/page.pdf")" = %PDF- ] && [ "$(grep -a -c '/Type */Page$' "$scratch/page.pdf")" -ge 2 ]
report "it is printed" $?
[ -z "${SAVE-}" ] || cp "$scratch"/*.html "$scratch"/*.results "$scratch"/*.pdf "$SAVE"
finish
