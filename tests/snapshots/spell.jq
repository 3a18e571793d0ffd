# What tools would write of the objects of the truth (a list), of host HOST7.

def of($class): map(select(.class == $class) | .properties);
def filters: of("__EventFilter");
def cli: of("CommandLineEventConsumer");
def script: of("ActiveScriptEventConsumer");
def bindings: of("__FilterToConsumerBinding");
def sid: .CreatorSID | [.[8], .[12:][]] | if length > 9 then "S-1-5-21-1-2-3-500" else "S-1-5-32-544" end;

# The object that a reference names.
def find($path): .[] | select("\(.class).Name=\(.properties.Name | tojson)" == $path);
# Bindings with what they bind.
def joined: . as $all | [bindings[] | . as $binding
	| {binding: ., filter: (. as $b | $all | find($b.Filter)), consumer: (. as $b | $all | find($b.Consumer))}];

def velociraptor: joined[] | {ConsumerDetails: .consumer.properties, FilterDetails: .filter.properties, Namespace: "root/subscription"};
def suspicious_consumers: joined[] | {ConsumerDetails: .consumer.properties, FilterDetails: .filter.properties};
# A row for each namespace that was asked.
def velociraptor_repeated: joined[] | {ConsumerDetails: .consumer.properties, FilterDetails: .filter.properties}
	+ ({Namespace: "root/default"}, {Namespace: "root/subscription"});
def velociraptor_csv: ["ConsumerDetails", "FilterDetails", "Namespace", "Fqdn"],
	(joined[] | [(.consumer.properties, .filter.properties | tojson), "root/subscription", "HOST7"]);

def osquery_rows: (filters[] | {namespace: "ROOT\\Subscription", name: .Name, query: .Query, query_language: .QueryLanguage,
		class: "__EventFilter", relative_path: "__EventFilter.Name=\(.Name | tojson)"}),
	(cli[] | {namespace: "ROOT\\Subscription", name: .Name, command_line_template: .CommandLineTemplate, executable_path: .ExecutablePath,
		class: "CommandLineEventConsumer", relative_path: "CommandLineEventConsumer.Name=\(.Name | tojson)"}),
	(script[] | {namespace: "ROOT\\Subscription", name: .Name, scripting_engine: .ScriptingEngine, script_file_name: "",
		script_text: .ScriptText, class: "ActiveScriptEventConsumer", relative_path: "ActiveScriptEventConsumer.Name=\(.Name | tojson)"}),
	(bindings[] | {namespace: "ROOT\\Subscription", consumer: .Consumer, filter: .Filter, class: "__FilterToConsumerBinding",
		relative_path: "__FilterToConsumerBinding.Consumer=\(.Consumer | tojson),Filter=\(.Filter | tojson)"});
def osquery_head: {name: "pack_it_wmi", hostIdentifier: "HOST7", calendarTime: "Tue Sep 30 17:37:30 2014 UTC", unixTime: 1412123850, epoch: 0,
	counter: 0, numerics: false};
def osquery: (osquery_head + {columns: {pid: "4"}, action: "added"}), (osquery_rows | osquery_head + {columns: ., action: "added"});
def osquery_removed: osquery_rows | osquery_head + {columns: ., action: "removed"};
def osquery_snapshot: [osquery_rows] as $rows | osquery_head + {snapshot: $rows, action: "snapshot"} | .hostname = .hostIdentifier
	| del(.hostIdentifier) | .unixTime |= tostring;
def osquery_batch: [osquery_rows] as $rows | osquery_head + {diffResults: {added: $rows, removed: []}};
def osqueryi: [osquery_rows | del(.namespace)];
def osquery_joined: joined[] | select(.consumer.class == "CommandLineEventConsumer") | osquery_head + {action: "added",
	columns: {filter: .binding.Filter, consumer: .binding.Consumer, query: .filter.properties.Query,
	command_line_template: .consumer.properties.CommandLineTemplate, name: .consumer.properties.Name}};
def elastic_osquery: osquery_rows | {"@timestamp": "2014-10-01T00:37:30.000Z", host: {name: "HOST7"}, osquery: .};
def elastic_osquery_dots: osquery_rows | with_entries(.key |= "osquery." + .) + {"@timestamp": "2014-10-01T00:37:30.000Z", "host.name": "HOST7"};

# Get-WmiObject with all of an object's properties.
def wmi_object: .class as $class | .properties | {PSComputerName: "HOST7", __GENUS: 2, __CLASS: $class, __SERVER: "HOST7",
	__NAMESPACE: "ROOT\\Subscription", __RELPATH: "\($class).Name=\"x\""} + .;
def get_wmiobject: map(wmi_object);
def text: if . == null then "" elif type == "array" then (if .[0] | type == "number" then "System.Byte[]" else "System.String[]" end)
	elif type == "boolean" then (if . then "True" else "False" end) else tostring end;
def table: (.[0] | keys_unsorted) as $columns | $columns, (.[] | [.[$columns[]] | text]);
# Those of one class, as columns are those of the first object.
def get_wmiobject_csv($class): [.[] | select(.class == $class) | wmi_object] | table;
def kansa_tsv($class): [.[] | select(.class == $class) | wmi_object] | table | map(gsub("\""; "")) | join("\t");

def joined_sid: .CreatorSID |= (map(tostring) | join(","));
def kape_filters: ["CreatorSID", "EventNamespace", "Name", "Query", "QueryLanguage"] as $columns | $columns,
	(filters[] | joined_sid | [.[$columns[]] | text]);
def kape_consumers: ["CreatorSID", "Name", "SourceName", "InsertionStringTemplates"] as $columns | $columns,
	(.[] | select(.class | endswith("EventConsumer")) | .properties | joined_sid | [.[$columns[]] | text]);
def kape_bindings: ["CreatorSID", "Consumer", "Filter"] as $columns | $columns, (bindings[] | joined_sid | [.[$columns[]] | text]);

def autoruns_columns: ["Time", "Entry Location", "Entry", "Enabled", "Category", "Profile", "Description", "Signer", "Company", "Image Path",
	"Version", "Launch String"];
def autorunsc: autoruns_columns, ["", "WMI Database Entries", "", "", "", "", "", "", "", "", "", ""],
	((cli + script)[] | ["20240101-000000", "WMI Database Entries", .Name, "enabled", "WMI", "System-wide", "Command Processor", "", "",
		"c:\\windows\\system32\\cmd.exe", "1", (.CommandLineTemplate // .ScriptText)]),
	["20240101-000000", "HKLM\\Run", "x", "enabled", "Logon", "System-wide", "", "", "", "", "", "x.exe"];
def velociraptor_autoruns: [autorunsc] | .[0] as $columns | .[1:][] | [$columns, .] | transpose | map({key: .[0], value: .[1]}) | from_entries;

def sniper: ["Hostname", "Technique", "Classification", "Path", "Value", "Access Gained", "Note", "Reference"],
	["HOST7", "Registry Run Key", "T", "HKLM\\x", "x.exe", "User", "", ""],
	(cli[] | ["HOST7", "WMI Event Subscription", "MITRE ATT&CK T1546.003", "\\\\HOST7\\ROOT\\Subscription:CommandLineEventConsumer.Name=\(.Name | tojson)",
		"CommandLineTemplate: \(.CommandLineTemplate) / ExecutablePath: \(.ExecutablePath)", "System", "", ""]),
	(script[] | ["HOST7", "WMI Event Subscription", "MITRE ATT&CK T1546.003", "\\\\HOST7\\ROOT\\Subscription:ActiveScriptEventConsumer.Name=\(.Name | tojson)",
		"ScriptingEngine: \(.ScriptingEngine) / ScriptFileName: \(.ScriptFileName // "") / ScriptText: \(.ScriptText)", "System", "", ""]);

def wmi_parser: ["Name", "Type", "Arguments", "Filter Name", "Filter Query"], (joined[] | [.consumer.properties.Name,
	(if .consumer.class == "CommandLineEventConsumer" then .consumer.class, .consumer.properties.CommandLineTemplate else "", "" end),
	.filter.properties.Name, .filter.properties.Query]);

def dissect: {_type: "recorddescriptor", _data: ["x"]}, (joined[] | select(.consumer.class | test("^(Command|Active)"))
	| {_type: "record", hostname: "HOST7", domain: null, creator_sid: (.consumer.properties | sid), machine_name: null,
	filter_query: .filter.properties.Query, filter_name: .filter.properties.Name, filter_query_language: "WQL",
	filter_creator_sid: (.filter.properties | sid)} + (if .consumer.class == "CommandLineEventConsumer"
	then {command_line_template: .consumer.properties.CommandLineTemplate, executable_path: .consumer.properties.ExecutablePath,
		working_directory: .consumer.properties.WorkingDirectory}
	else {script_text: .consumer.properties.ScriptText, script_file_name: null, scripting_engine: .consumer.properties.ScriptingEngine,
		name: .consumer.properties.Name} end));

def unquoted: gsub("\""; "");
def artemis_rows: joined[] | {class: .consumer.class, values: .consumer.properties, query: (.filter.properties.Query | unquoted),
	sid: (.consumer.properties | sid), filter: (.binding.Filter | unquoted), consumer: (.binding.Consumer | unquoted),
	consumer_name: .consumer.properties.Name, evidence: "C:\\Windows\\System32\\wbem\\Repository"};
def artemis_about: {endpoint_id: "6", id: 1, collection_name: "x", artifact_name: "wmipersist", complete_time: "2026-09-28T09:26:00.000Z",
	start_time: "2026-09-28T09:25:00.000Z", hostname: "HOST7", platform: "Windows"};
def artemis: artemis_rows + {collection_metadata: artemis_about};
# Of a repository that was carried elsewhere.
def artemis_elsewhere: artemis_rows + {evidence: "/cases/7/Repository", collection_metadata: artemis_about};
def artemis_around: {metadata: artemis_about, data: [artemis_rows]};
def artemis_csv: ([artemis_rows][0] | keys_unsorted) as $columns | $columns, (artemis_rows | .values |= tojson | [.[$columns[]]]);

def cimsweep: joined[] | {Filter: .filter.properties, ConsumerClass: .consumer.class, Consumer: .consumer.properties,
	FilterToConsumerBinding: .binding, Namespace: "root/subscription", PSComputerName: "HOST7"};

# Format-List: names padded, values wrapped where a console of that width ends, bytes cut to four.
def in_list: if . == null then "" elif type == "array" then (if length > 4 then .[:4] else . end | map(tostring) | join(", "))
	+ (if length > 4 then "..." else "" end) | "{\(.)}" elif type == "boolean" then (if . then "True" else "False" end) else tostring end;
def wrapped($width; $indent): [range(0; [length, 1] | max; $width) as $i | .[$i:$i + $width]] | join("\n" + $indent);
def format_list($width): map(to_entries | (map(.key | length) | max) as $pad | map((.key + " " * ($pad - (.key | length))) + " : "
	+ (.value | in_list | split("\n") | map(wrapped($width; " " * ($pad + 3))) | join("\n"))) | join("\n")) | join("\n\n") + "\n\n";
def get_wmiobject_text: map(wmi_object | del(.PSComputerName) + {PSComputerName: "HOST7"}) | format_list(79);
def kape_auditing: [("Event Filter", "EventConsumer", "FilterToConsumerBinding") as $heading
	| $heading, "\n", (map(select(if $heading == "Event Filter" then .class == "__EventFilter" elif $heading == "EventConsumer"
		then .class | endswith("EventConsumer") else .class == "__FilterToConsumerBinding" end)) | "\n" + get_wmiobject_text)] | add;

def wmic_value: if . == null then "" elif type == "array" then (if .[0] | type == "number" then map(tostring) | join(",") else map("\"\(.)\"")
	| join(",") end) | "{\(.)}" elif type == "boolean" then (if . then "TRUE" else "FALSE" end) else tostring end;
def wmic_list: map("\n\n" + (.properties | to_entries | map("\(.key)=\(.value | wmic_value)\n") | add)) | add + "\n\n\n" | gsub("\n"; "\r\r\n");

def finder_1: "\n    Enumerating FilterToConsumerBindings...\n    3 FilterToConsumerBinding(s) Found. Enumerating Filters and Consumers...\n\n    Bindings:\n",
	(joined[] | "        \(.consumer.properties.Name)-\(.filter.properties.Name)", (if .consumer.class == "CommandLineEventConsumer"
	then "            Consumer: CommandLineEventConsumer ~ \(.consumer.properties.CommandLineTemplate) ~ \(.consumer.properties.Name)"
	elif .consumer.class == "NTEventLogEventConsumer" then "            Consumer: NTEventLogEventConsumer ~ \(.consumer.properties.Name) ~ sid ~ source"
	elif .consumer.class == "ActiveScriptEventConsumer" then (.consumer.properties | .ScriptText |= gsub("\n"; ""))
		as $consumer | "Dim x", $consumer.ScriptText, "Dim"
		| "            Consumer: ActiveScriptEventConsumer ~ \($consumer.Name) ~ VBScript ~ \(.)"
	else "            Consumer: \(.consumer.properties.Name)" end),
	"            Filter: \(.filter.properties.Name) ~ \(.filter.properties.Query)", ""),
	"\n    Thanks for using PyWMIPersistenceFinder!\n        https://www.example.com";
def finder_11: "\n    Bindings:\n", (joined[] | "        \(.consumer.properties.Name)-\(.filter.properties.Name)",
	"                (Common binding based on consumer and filter names, possibly legitimate)", (if .consumer.class == "CommandLineEventConsumer"
	then "            Consumer: \n\t\tConsumer Type: \(.consumer.class)\n\t\tArguments:     \(.consumer.properties.CommandLineTemplate)\n\t\tConsumer Name: \(.consumer.properties.Name)"
	else "            Consumer: \(.consumer.properties.Name)" end),
	"\n            Filter: \n\t\tFilter name:  \(.filter.properties.Name)\n\t\tFilter Query: \(.filter.properties.Query)\n");

def autoruns_xml: "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<autoruns>", ((cli + script)[] | @html "<item>
<location>WMI Database Entries</location><time>1/1/2024 0:00</time><itemname>\(.Name)</itemname><enabled>Enabled</enabled>
<launchstring>\(.CommandLineTemplate // .ScriptText)</launchstring><profile>System-wide</profile><imagepath>c:\\x.exe</imagepath></item>"),
	"<item><location>HKLM\\Run</location><itemname>x</itemname><launchstring>x</launchstring></item>", "</autoruns>";

# Get-CimInstance: what it adds to an object, as deep as ConvertTo-Json shows it, and references.
def cim_system($class): {Namespace: "root/subscription", ServerName: "HOST7", ClassName: $class, Path: null};
def cim_members($class): {PSComputerName: null, CimClass: {CimSuperClassName: "__EventConsumer", CimSuperClass: "root/subscription:x",
	CimClassProperties: "x", CimSystemProperties: cim_system($class)}, CimInstanceProperties: ["Name = \"x\""], CimSystemProperties: cim_system($class)};
def reference: capture("^(?<class>.*?)\\.Name=(?<name>.*)$") | .name |= fromjson;
def cim_object(f): .class as $class | .properties | (if .Filter then (.Filter, .Consumer) |= (reference | f) else . end) + cim_members($class);
def get_ciminstance: [.[] | cim_object(.class as $class | {Name: .name} + cim_members($class))];
def cim_reference: "\(.class) (Name = \"\(.name)\")";
def get_ciminstance_shallow: [.[] | cim_object(cim_reference) | .CimClass = "root/subscription:\(.CimSystemProperties.ClassName)"
	| .CimSystemProperties = "Microsoft.Management.Infrastructure.CimSystemProperties"];
def get_ciminstance_csv($class): [get_ciminstance_shallow[] | select(.CimClass | endswith(":" + $class))
	| .CimInstanceProperties = "Microsoft.Management.Infrastructure.Internal.Data.CimPropertiesCollection"] | table;

def kape_bindings_json: [bindings[] | joined_sid | (.Filter, .Consumer) |= (reference | .class as $class | {Name: .name} + cim_members($class))
	| {CreatorSID, Consumer, Filter}];

# CliXml of both.
def escaped: gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;") | gsub("\n"; "_x000A_");
def clixml_value($name): if . == null then "<Nil N=\"\($name)\" />" elif type == "string" then "<S N=\"\($name)\">\(escaped)</S>"
	elif type == "boolean" then "<B N=\"\($name)\">\(.)</B>" elif type == "number" then "<U32 N=\"\($name)\">\(.)</U32>"
	else "<Obj N=\"\($name)\" RefId=\"9\"><TN RefId=\"9\"><T>System.String[]</T></TN><LST>\(map("<S>\(escaped)</S>") | add)</LST></Obj>" end;
# Bytes above 127 are two in UTF-8, so that the base64 of SIDs is made by hand.
def base64_bytes: . as $bytes | "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" as $signs
	| [range(0; length; 3) as $i | $bytes[$i:$i + 3] as $part | ($part + [0, 0])[:3] as $full | ($full[0] * 65536 + $full[1] * 256 + $full[2]) as $n
	| [($n / 262144 | floor), ($n / 4096 | floor) % 64, (if $part | length > 1 then ($n / 64 | floor) % 64 else 64 end),
		(if $part | length > 2 then $n % 64 else 64 end)] | map(if . == 64 then "=" else $signs[.:. + 1] end) | add] | add;
def clixml_member($name): if type == "array" and (.[0] | type == "number") then "<BA N=\"\($name)\">\(base64_bytes)</BA>" else clixml_value($name) end;
def clixml($type; members): "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">",
	(to_entries[] | .key as $id | .value | .class as $class | "  <Obj RefId=\"\($id)\"><TN RefId=\"\($id)\"><T>\($type)\($class)</T><T>System.Object</T></TN>"
	+ "<ToString>\($class)</ToString><Props>" + (members | to_entries | map(.key as $name | .value | clixml_member($name)) | add) + "</Props></Obj>"), "</Objs>";
def get_wmiobject_clixml: clixml("System.Management.ManagementObject#root\\subscription\\"; wmi_object);
def get_ciminstance_clixml: clixml("Microsoft.Management.Infrastructure.CimInstance#root/subscription/";
	(if .properties.Filter then .properties.Filter |= (reference | cim_reference) | .properties.Consumer |= (reference | cim_reference) else . end)
	| .properties + {PSComputerName: "HOST7"});

# wmic /format:csv: what is in the texts is not quoted, and signs of HTML are.
def wmic_csv: group_by(.class)[] | map(.properties) | (.[0] | keys) as $columns | "", (["Node"] + $columns | join(",")),
	(.[] | ["HOST7", (.[$columns[]] | if type == "array" then wmic_value | gsub(","; ";") else wmic_value end)]
	| map(gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;")) | join(","));
