# SPDX-License-Identifier: Apache-2.0
# Holds the events of wmihunt ($ours) against those of evtx_dump ($theirs), both of one log.
# One line for each record, tab-separated: identical, renderings (the renderings that differ),
# ours or theirs (only one side has it), or differing with the kind, the record and both values.

# --- What evtx_dump writes, as wmihunt names it.

def text: if type == "object" then .["#text"] else . end;
def attribute($name): if type == "object" then .["#attributes"][$name]? else null end;
def joined($path): if $path == "" then . else $path + "/" + . end;

# A name that comes again gets _1, _2, …; the one without stands in the same object.
def plain_key($known): . as $key | (capture("^(?<base>.+)_[0-9]+$").base // null) as $base |
	if $base != null and ($known | has($base)) then $base else $key end;

def fields($path):
	if type == "array" then .[] | fields($path)
	elif type != "object" then [$path, .]
	else
		. as $known |
		(.["#attributes"] // {} | to_entries[] |
			select(.key | test("^xmlns(:|$)") | not) |
			["@" + .key | joined($path), .value]),
		(.["#text"] | select(. != null) | if type == "array" then .[] else . end | [$path, .]),
		(to_entries[] | select(.key | test("^#") | not) | .key as $key |
			.value | fields($key | plain_key($known) | joined($path))),
		if keys - ["#attributes"] == [] then [$path, null] else empty end
	end;

# The section itself is no field; a text in it is an unnamed one.
def section_fields:
	if type == "object" then
		del(.["#attributes"].Name) | fields("") |
		if .[0] == "" then (select(.[1] // "" | tostring | test("\\S")) | ["Data", .[1]]) else . end
	else select(. // "" | tostring | test("\\S")) | ["Data", .]
	end;

def is_section: . != "System" and . != "RenderingInfo" and (startswith("#") | not);

def user_data: to_entries[] | select(.key | startswith("#") | not);

def sections: .Event | to_entries[] | select(.key | is_section);

def data_type:
	[sections |
		if .key == "UserData" then (.value // {} | user_data | .key)
		elif .key == "EventData" then .value | attribute("Name")
		else .key end |
		select(. != null)] | first;

def data:
	[sections |
		if .key == "UserData" then .value // {} | user_data | .value | section_fields
		else .value | section_fields end];

def their_event:
	.Event.System as $system |
	{
		system: {
			time: ($system.TimeCreated | attribute("SystemTime")),
			host: $system.Computer | text,
			channel: $system.Channel | text,
			provider: ($system.Provider | attribute("Name")),
			event_id: $system.EventID | text,
			record_id: $system.EventRecordID | text,
			user_sid: ($system.Security | attribute("UserID")),
			process_id: ($system.Execution | attribute("ProcessID")),
			data_type: data_type
		},
		data: data
	};

def our_event:
	. as $event |
	{
		system: (["time", "host", "channel", "provider", "event_id", "record_id", "user_sid",
			"process_id", "data_type"] | map({key: ., value: $event[.]}) | from_entries),
		data: [.data | . as $known | to_entries[] |
			(.key | plain_key($known)) as $key |
			.value | if type == "array" then .[] else . end | [$key, .]]
	};

# Fields of one name stand together in ours, where the first of them stood.
def grouped: reduce .[] as $field ([{}, []];
		if .[0] | has($field[0]) then . else .[1] += [$field[0]] end |
		.[0][$field[0]] += [$field[1]]) |
	.[0] as $values | .[1] | map([., $values[.]]);

# --- Two values: null when the same, the name of a known difference of rendering, or "value".

def plain: if . == null then "" elif type == "string" then . else tostring end;
def is_guid: test("^\\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\}?$");
def is_time: test("^[0-9]+-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}(\\.[0-9]+)?( UTC|Z)?$");
def short_time: sub("( UTC|Z)$"; "") | sub(" "; "T") | if test("\\.") then sub("\\.?0+$"; "") else . end;
def short_hex: ascii_downcase | sub("^0x0+(?=.)"; "0x");

def is_real: test("^-?[0-9.]+([eE][-+]?[0-9]+)?$") and test("[.eE]");

# A Boolean is four bytes; evtx_dump writes the number where it is neither 0 nor 1.
def is_odd_true($a; $other): $a == "true" and ($other | type) == "number" and $other != 0;

def kind($one; $other):
	($one | plain) as $a | ($other | plain) as $b |
	if $a == $b then null
	elif is_odd_true($a; $other) then "number of a Boolean"
	elif ($other | type) == "number" then
		if ($a | tonumber? // null) == $other then "digits of a number" else "value" end
	elif ($a | is_guid) and ($b | is_guid) and ($a | ascii_downcase) == ($b | ascii_downcase) then
		"case of a GUID"
	elif ($a | is_time) and ($b | is_time) and ($a | short_time) == ($b | short_time) then
		"digits of a time"
	elif ([$a, $b] | any(is_real)) and ($a | tonumber? // null) == ($b | tonumber? // "") then
		"digits of a real"
	elif ([$a, $b] | all(test("^0[xX][0-9A-Fa-f]+$"))) and ($a | short_hex) == ($b | short_hex) then
		"digits of a hexadecimal number"
	else "value"
	end;

def compared($name; $a; $b):
	kind($a; $b) as $kind | select($kind != null) | {kind: $kind, name: $name, ours: $a, theirs: $b};

def differences($a; $b):
	($a.system | keys_unsorted[] | compared(.; $a.system[.]; $b.system[.])),
	($a.data | grouped) as $one | ($b.data | grouped) as $other |
	if ($one | map(.[0])) != ($other | map(.[0])) then
		{kind: "names", name: "", ours: $one, theirs: $other}
	else
		range($one | length) as $i | $one[$i] as [$name, $values] | $other[$i][1] as $others |
		if ($values | length) != ($others | length) then
			{kind: "count", $name, ours: $values, theirs: $others}
		else
			range($values | length) as $j | compared($name; $values[$j]; $others[$j])
		end
	end;

def is_rendering: .kind | test("^(digits|case|number of)");

# --- Records are told by their EventRecordID; where one comes again, in order.

def numbered: reduce .[] as $event ([{}, []];
		($event.system.record_id | plain) as $id | .[0][$id] += 1 |
		.[1] += [{key: "\($id).\(.[0][$id])", value: $event}]) | .[1];

($ours | map(our_event) | numbered) as $ours |
($theirs | map(their_event) | numbered) as $theirs |
($theirs | from_entries) as $by_key |
($ours | from_entries) as $our_keys |
($ours[] | .key as $key |
	if $by_key | has($key) | not then ["ours", "", $log, $key]
	else
		[differences(.value; $by_key[$key])] |
		if . == [] then ["identical"]
		elif all(is_rendering) then ["renderings", (map(.kind) | unique | join(", "))]
		else map(select(is_rendering | not)) |
			["differing", (map(.kind) | unique | join(", ")), $log, $key,
				(.[0] | "\(.name): ours \(.ours | tojson) theirs \(.theirs | tojson)")]
		end
	end),
($theirs[] | .key as $key | select($our_keys | has($key) | not) | ["theirs", "", $log, $key])
| @tsv
