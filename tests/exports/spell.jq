# SPDX-License-Identifier: Apache-2.0
# Event lines as other tools spell them. Each function makes one object, or text, of one event.

# An event line whose data{} has the names that were logged.
def logged:
	((.data_names // []) | INDEX(.key)) as $names |
	.data |= with_entries(.key |= ($names[.].name // .)) | del(.data_names);
def is_user_data: .data_type // "" | startswith("Operation_");
def seconds: .time[0:19] | strptime("%Y-%m-%dT%H:%M:%S") | mktime;
# On a clock five hours behind UTC.
def local_time(format): seconds - 18000 | strftime(format);
def escaped: gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;");

# As Windows renders them.
def message:
	.data as $d |
	if .event_id == 5857 and is_user_data then
		"\($d.ProviderName) provider started with result code \($d.Code). HostProcess = \($d.HostProcess); ProcessID = \($d.ProcessID); ProviderPath = \($d.ProviderPath)"
	elif .event_id == 5858 and is_user_data then
		"Id = \($d.Id); ClientMachine = \($d.ClientMachine); User = \($d.User); ClientProcessId = \($d.ClientProcessId); Component = \($d.Component); Operation = \($d.Operation); ResultCode = \($d.ResultCode); PossibleCause = \($d.PossibleCause)"
	elif .event_id == 5859 and is_user_data then
		"Namespace = \($d.NamespaceName); NotificationQuery = \($d.Query); OwnerName = \($d.User); HostProcessID = \($d.Processid);  Provider= \($d.Provider), queryID = \($d.queryid); PossibleCause = \($d.PossibleCause)"
	elif .event_id == 5860 and is_user_data then
		"Namespace = \($d.NamespaceName); NotificationQuery = \($d.Query); UserName = \($d.User); ClientProcessID = \($d.Processid), ClientMachine = \($d.ClientMachine); PossibleCause = \($d.PossibleCause)"
	elif .event_id == 5861 and is_user_data then
		"Namespace = \($d.Namespace); Eventfilter = \($d.ESS) (refer to its activate eventid:5859); Consumer = \($d.CONSUMER); PossibleCause = \($d.PossibleCause)"
	else
		"Something happened:" + ($d | to_entries | map("\r\n\(.key): \(.value)") | add)
	end;

def data: if is_user_data then {UserData: {(.data_type): .data}} else {EventData: .data} end;

def evtx_dump: {Event: ({"#attributes": {xmlns: "http://schemas.microsoft.com/win/2004/08/events/event"},
	System: {Provider: {"#attributes": {Name: .provider}}, EventID: .event_id, Level: 0,
		TimeCreated: {"#attributes": {SystemTime: .time}}, EventRecordID: .record_id, Correlation: null,
		Execution: {"#attributes": {ProcessID: .process_id, ThreadID: 8}}, Channel: .channel,
		Computer: .host, Security: {"#attributes": {UserID: .user_sid}}}} + data)};

def separate: {Event: ({System: {Provider_attributes: {Name: .provider}, Provider: null, EventID: .event_id,
	TimeCreated_attributes: {SystemTime: .time}, EventRecordID: .record_id,
	Execution_attributes: {ProcessID: .process_id}, Channel: .channel, Computer: .host,
	Security_attributes: {UserID: .user_sid}}} + data), Event_attributes: {xmlns: "x"}};

# python-evtx's evtx_dump_json, and what else makes JSON of event XML.
def xml_json: {Event: ({"@xmlns": "x", System: {Provider: {"@Name": .provider}, EventID: {"@Qualifiers": "", "#text": "\(.event_id)"},
	TimeCreated: {"@SystemTime": (.time[0:26] + "+00:00" | sub("T"; " "))}, EventRecordID: "\(.record_id)",
	Execution: {"@ProcessID": "\(.process_id)"}, Channel: .channel, Computer: .host, Security: {"@UserID": .user_sid}}} +
	if is_user_data then {UserData: {(.data_type): ({"@xmlns": "x"} + .data)}}
	else {EventData: {Data: [.data | to_entries[] | {"@Name": .key, "#text": .value}]}} end)};

def chainsaw: {group: "Sigma", kind: "individual", document: {kind: "evtx", path: "x", data: separate}};

def xml:
	def element(name): "<\(name)>\(.value | escaped)</\(name)>";
	"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='\(.provider)'/>" +
	"<EventID Qualifiers=''>\(.event_id)</EventID><TimeCreated SystemTime='\(.time)'/><EventRecordID>\(.record_id)</EventRecordID>" +
	"<Execution ProcessID='\(.process_id)' ThreadID='8'/><Channel>\(.channel)</Channel><Computer>\(.host)</Computer>" +
	"<Security UserID='\(.user_sid)'/></System>" +
	if is_user_data then
		"<UserData><\(.data_type) xmlns='x'>" + (.data | to_entries | map(element(.key)) | add) + "</\(.data_type)></UserData>"
	else
		"<EventData>" + (.data | to_entries | map("<Data Name='\(.key)'>\(.value | escaped)</Data>") | add) + "</EventData>"
	end + "</Event>";

def nxlog: {EventTime: local_time("%Y-%m-%d %H:%M:%S"), Hostname: .host, Keywords: -9223372036854775808,
	EventID: .event_id, SourceName: .provider, RecordNumber: .record_id, ExecutionProcessID: .process_id,
	Channel: .channel, UserID: .user_sid, Message: message, EventReceivedTime: local_time("%Y-%m-%d %H:%M:%S"),
	SourceModuleName: "eventlog", SourceModuleType: "im_msvistalog", "@timestamp": (.time[0:23] + "Z"),
	host: "collector", type: "nxlog"} +
	if is_user_data then {EventType: "INFO"} else {EventType: "INFO"} + (.data | del(.EventType) | map_values(escaped)) end;

def otrf: {TimeCreated: (.time[0:23] + "Z"), Hostname: .host, EventID: .event_id, Channel: .channel, Task: "0",
	Message: message, "@version": "1"} + if is_user_data then {} else .data end;

def winlogbeat: {"@timestamp": (.time[0:23] + "Z"), event: {code: "\(.event_id)", provider: .provider, kind: "event"},
	host: {name: "collector"}, agent: {name: "collector"}, message: message,
	winlog: ({channel: .channel, computer_name: .host, event_id: "\(.event_id)", provider_name: .provider,
		record_id: "\(.record_id)", process: {pid: .process_id}, user: {identifier: .user_sid}} +
		if is_user_data then {user_data: ({xml_name: .data_type} + .data)} else {event_data: .data} end)};

def winlogbeat_6: {"@timestamp": (.time[0:23] + "Z"), beat: {name: "collector"}, host: {name: "collector"},
	event_id: .event_id, source_name: .provider, record_number: "\(.record_id)", computer_name: .host,
	log_name: .channel, process_id: .process_id, user: {identifier: .user_sid}, message: message} +
	if is_user_data then {user_data: ({xml_name: .data_type} + .data)} else {event_data: .data} end;

# Elastic's module takes these out of the event.
def sysmon_module: .data as $d | winlogbeat | if $d.Image then
	.event.module = "sysmon" | .winlog.event_data |= del(.Image, .ProcessId, .ProcessGuid, .CommandLine, .CurrentDirectory,
		.ParentImage, .ParentCommandLine, .ParentProcessId, .ParentProcessGuid, .User) |
	.process = ({executable: $d.Image, pid: ($d.ProcessId | tonumber), entity_id: $d.ProcessGuid, command_line: $d.CommandLine,
		working_directory: $d.CurrentDirectory, parent: {executable: $d.ParentImage, pid: ($d.ParentProcessId | tonumber? // null),
		entity_id: $d.ParentProcessGuid, command_line: $d.ParentCommandLine}}) |
	.user = ($d.User // "" | split("\\") | {domain: .[0], name: .[1]})
	else . end;

def velociraptor: {System: {Provider: {Name: .provider}, EventID: {Value: .event_id},
	TimeCreated: {SystemTime: "TIME"}, EventRecordID: .record_id, Execution: {ProcessID: .process_id},
	Channel: .channel, Computer: .host, Security: {UserID: .user_sid}}, Message: message} + data |
	.System.TimeCreated.SystemTime = 1693810681.104;
def velociraptor_at: . as $event | velociraptor | .System.TimeCreated.SystemTime = ($event | seconds);

def evtx_hunter: {EventTime: (.time[0:19] + "Z"), Computer: .host, Channel: .channel, Provider: .provider,
	EventID: .event_id, EventRecordID: .record_id, UserSID: .user_sid, EventData: null, UserData: null,
	Message: message} + data;

# Runs of control characters are gone.
def evtxecmd:
	def payload: if is_user_data then data else {EventData: {Data: (.data | to_entries | map({"@Name": .key, "#text": .value}))}} end;
	{RecordNumber: .record_id, EventRecordId: "\(.record_id)", TimeCreated: "\(.time[0:27])+00:00", EventId: .event_id,
	Provider: .provider, Channel: .channel, ProcessId: .process_id, Computer: .host, ChunkNumber: 0, UserId: .user_sid,
	MapDescription: "x", SourceFile: "x", HiddenRecord: false,
	Payload: (.data |= map_values(gsub("[\r\n\t]+"; ", ")) | payload | tojson)};
def evtxecmd_csv: evtxecmd | (.TimeCreated |= (.[0:27] | sub("T"; " "))) | [.[]];

def get_winevent: {Id: .event_id, RecordId: .record_id, ProviderName: .provider, LogName: .channel, ProcessId: .process_id,
	MachineName: .host, UserId: {BinaryLength: 12, Value: .user_sid}, TimeCreated: "/Date(\(seconds)000)/",
	Message: message, Properties: [.data[] | {Value: .}]};
def get_winevent_csv: [message, .event_id, .record_id, .provider, .channel, .process_id, .host, .user_sid,
	local_time("%m/%d/%Y %I:%M:%S %p"), "System.Collections.Generic.List"];

# Depth 1.
def get_winevent_flat: get_winevent | .Properties |= map("System.Diagnostics.Eventing.Reader.EventProperty");

# As Event Viewer saves it.
def event_viewer: ["Information", local_time($time), .provider, .event_id, "None", "\"" + (message | gsub("\""; "\"\"")) + "\""] |
	map(tostring) | join($sign);

# As Export-Clixml writes it: XML, with control characters and underscores before an x by number.
def clixml:
	def value: gsub("_x"; "_x005F_x") | gsub("\r"; "_x000D_") | gsub("\n"; "_x000A_") | gsub("\t"; "_x0009_") | escaped;
	def sid: "<ToString>\(.)</ToString><Props><I32 N=\"BinaryLength\">12</I32><Nil N=\"AccountDomainSid\" /><S N=\"Value\">\(.)</S></Props>";
	"  <Obj RefId=\"0\">\n    <TN RefId=\"0\">\n      <T>System.Diagnostics.Eventing.Reader.EventLogRecord</T>\n      <T>System.Object</T>\n    </TN>\n" +
	"    <ToString>System.Diagnostics.Eventing.Reader.EventLogRecord</ToString>\n    <Props>\n      <I32 N=\"Id\">\(.event_id)</I32>\n" +
	"      <Nil N=\"Qualifiers\" />\n      <I64 N=\"RecordId\">\(.record_id)</I64>\n      <S N=\"ProviderName\">\(.provider)</S>\n" +
	"      <S N=\"LogName\">\(.channel)</S>\n      <I32 N=\"ProcessId\">\(.process_id)</I32>\n      <S N=\"MachineName\">\(.host)</S>\n" +
	"      <Obj N=\"UserId\" RefId=\"1\">\n        <TN RefId=\"1\"><T>System.Security.Principal.SecurityIdentifier</T></TN>\(.user_sid | sid)</Obj>\n" +
	"      <DT N=\"TimeCreated\">\(seconds - 18000 | strftime("%Y-%m-%dT%H:%M:%S"))\(.time[19:27])-05:00</DT>\n" +
	"      <Obj N=\"Properties\" RefId=\"2\">\n        <TN RefId=\"2\"><T>System.Object</T></TN>\n        <LST>" +
	(.data | map("<Obj RefId=\"3\"><TNRef RefId=\"0\" /><ToString>System.Diagnostics.Eventing.Reader.EventProperty</ToString>" +
		"<Props>" + (if startswith("S-1-") then "<Obj N=\"Value\" RefId=\"4\"><TNRef RefId=\"1\" />\(sid)</Obj>" else "<S N=\"Value\">\(value)</S>" end) +
		"</Props></Obj>") | add) +
	"</LST>\n      </Obj>\n    </Props>\n    <MS>\n      <S N=\"Message\">\(message | value)</S>\n    </MS>\n  </Obj>";

def wazuh:
	def lower: .[0:1] as $first | ($first | ascii_downcase) + .[1:];
	def value: gsub("\\\\"; "\\\\") | gsub("\""; "\\\"") | gsub("[\r\n\t]"; "") | escaped;
	{timestamp: "x", agent: {name: "collector"}, data: {win: {system: {providerName: .provider, eventID: "\(.event_id)",
		systemTime: .time, eventRecordID: "\(.record_id)", processID: "\(.process_id)", channel: .channel,
		computer: .host, message: "\"\(message)\""},
		((if is_user_data then .data_type else "Eventdata" end) | lower): (.data | with_entries(.key |= lower | .value |= value))}}};

def defender: select(.event_id == 5861) | {Timestamp: .time, DeviceName: (.host | ascii_downcase),
	ActionType: "WmiBindEventFilterToConsumer", ReportId: .record_id,
	AdditionalFields: (.data | {Consumer: .CONSUMER, ESS, Namespace, PossibleCause} | tojson)};

def dissect: {_type: "record", hostname: null, ts: "\(.time[0:26])+00:00", Provider_Name: .provider, EventID: .event_id,
	Channel: .channel, Computer: .host, EventRecordID: "\(.record_id)", Execution_ProcessID: .process_id,
	Security_UserID: .user_sid} + if is_user_data then .data_type as $type | .data | with_entries(.key |= "\($type)_\(.)") else .data end;

# Its UserData may be of any element, GUIDs are in the order of bytes, and nothing is logged as null.
def dissect_real:
	def swap: if test("^\\{[0-9A-F]{8}-") then "{" + .[7:9] + .[5:7] + .[3:5] + .[1:3] + "-" + .[12:14] + .[10:12] + "-" + .[17:19] + .[15:17] + .[19:] else . end;
	dissect + {Provider_Guid: {"Microsoft-Windows-Sysmon": "{5F387057-2AC2-E043-BF4C-06F5698FFBD9}"}[.provider]} +
	(if is_user_data then {"\(.data_type)_xmlns": "http://x"} else {} end) +
	if .provider == "Microsoft-Windows-Sysmon" then .data | with_entries(.value |= swap) else {} end;
# rdump --csv: a table begins wherever names differ from those before.
def dissect_csv: dissect | del(._type, .hostname) | (to_entries | map(.key)), [.[]];

# ProcessId is decimal, and Status is null.
def evtx2es: {"@timestamp": "\(.time[0:26])Z", event: {provider: (.provider | ascii_downcase), kind: "event", code: .event_id},
	winlog: ({channel: .channel, computer_name: .host, event_id: .event_id, record_id: .record_id, provider: {name: .provider, guid: "X"}} +
		if is_user_data then {} else {event_data: (.data + {Status: null} |
			with_entries(if .key == "ProcessId" and (.value | startswith("0x")) then .value = 4 else . end))} end),
	process: {pid: .process_id, thread: {id: 8}}, log: {file: {path: "x"}}, tags: ["eventlog"]} +
	if is_user_data then {userdata: {(.data_type): ({"#attributes": {xmlns: "x"}} + .data)}} else {} end;

# python-evtx: a blank in times, zeros before numbers.
def python_evtx:
	def pad: if test("^0x[0-9a-f]{1,7}$") then "0x" + ("00000000" + .[2:] | .[-8:]) else . end;
	(.time[0:19] | sub("T"; " ")) as $time | .data |= with_entries(.value |= pad) | .time = "\($time).\(.time[20:26])+00:00" | xml;

def hayabusa: {Timestamp: (.time[0:23] | sub("T"; " ") + " +00:00"), RuleTitle: "x", Level: "info", Computer: .host,
	Channel: ({"Microsoft-Windows-WMI-Activity/Operational": "WMI", "Microsoft-Windows-Sysmon/Operational": "Sysmon",
		Security: "Sec"}[.channel] // .channel), EventID: .event_id, RecordID: .record_id, AllFieldInfo: .data};

def sentinel: {TimeGenerated: .time, Computer: .host, Source: .provider, EventLog: .channel, EventID: .event_id,
	RenderedDescription: message, EventData: (xml | capture("(?<data><(EventData|UserData).*)</Event>"; "m").data)};

def splunk_json: {preview: false, result: {_raw: xml, host: "collector", _time: "x"}};
def splunk_classic: "\(local_time("%m/%d/%Y %I:%M:%S %p"))\nLogName=\(.channel)\nSourceName=\(.provider)\nEventCode=\(.event_id)\n" +
	"EventType=4\nType=Information\nComputerName=\(.host)\nSid=\(.user_sid // "")\nRecordNumber=\(.record_id)\nKeywords=None\nMessage=\(message)\n";
