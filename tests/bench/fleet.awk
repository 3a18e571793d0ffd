# SPDX-License-Identifier: Apache-2.0
# Writes the keyed lines of a fleet of hosts, as wmihunt events --key would of one log of each: events
# 5861 of 4 to 40 of 60 products' subscriptions (which ones a host has follows from its number), and
# the log's line. Every hundredth host has one subscription more that no other has.
#
#     awk -v hosts=10000 -f tests/bench/fleet.awk
function event(host, name, query, class, property, text, record,    time) {
	time = sprintf("2024-03-%02dT%02d:%02d:%02d.0000000Z", 1 + record % 27, number % 24, record % 60, number % 60)
	printf "%s\t{\"kind\":\"event\",\"time\":\"%s\",\"host\":\"%s\",\"channel\":\"Microsoft-Windows-WMI-Activity/Operational\",\"provider\":\"Microsoft-Windows-WMI-Activity\",\"event_id\":5861,\"record_id\":%d,\"process_id\":1820,\"user_sid\":\"S-1-5-18\",\"data_type\":\"Operation_ESStoConsumerBinding\",\"data\":{\"Namespace\":\"//./root/subscription\",\"ESS\":\"%s\",\"CONSUMER\":\"%s=\\\"%s\\\"\",\"PossibleCause\":\"Binding EventFilter: \\ninstance of __EventFilter\\n{\\n\\tEventNamespace = \\\"root\\\\\\\\cimv2\\\";\\n\\tName = \\\"%s\\\";\\n\\tQuery = \\\"%s\\\";\\n\\tQueryLanguage = \\\"WQL\\\";\\n};\\nPerm. Consumer: \\ninstance of %s\\n{\\n\\t%s = \\\"%s\\\";\\n\\tName = \\\"%s\\\";\\n};\\n\"},\"source\":{\"path\":\"fleet/%s.zip\",\"entry\":\"C/Windows/System32/winevt/Logs/Microsoft-Windows-WMI-Activity%%4Operational.evtx\",\"offset\":%d,\"header_record_id\":%d}}\n", tolower(host), time, host, record, name, class, name, name, query, class, property, text, name, host, 4096 + 512 * record, record
}

BEGIN {
	for (number = 1; number <= hosts; number++) {
		host = sprintf("WS-%06d.fleet.example", number)
		count = 4 + (number * 7919) % 37
		for (i = 1; i <= count; i++) {
			product = (number * 13 + i * 7) % 60
			event(host, "Product" product "Tick", "SELECT * FROM __InstanceModificationEvent WITHIN " 60 + product " WHERE TargetInstance ISA 'Win32_LocalTime'", "CommandLineEventConsumer", "CommandLineTemplate", "C:\\\\\\\\Products\\\\\\\\Product" product "\\\\\\\\agent.exe /tick", i)
		}
		if (number % 100 == 0)
			event(host, "Planted" number, "SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE TargetInstance ISA 'Win32_LogonSession'", "CommandLineEventConsumer", "CommandLineTemplate", "powershell.exe -w hidden -f C:\\\\\\\\ProgramData\\\\\\\\" number ".ps1", ++count)
		printf "%s\t{\"kind\":\"log\",\"header\":true,\"chunks\":1,\"holds\":[{\"host\":\"%s\",\"channel\":\"Microsoft-Windows-WMI-Activity/Operational\",\"records\":%d,\"from\":\"2024-03-01T00:00:00.0000000Z\",\"to\":\"2024-03-28T00:00:00.0000000Z\",\"first_id\":1,\"last_id\":%d}],\"source\":{\"path\":\"fleet/%s.zip\",\"entry\":\"C/Windows/System32/winevt/Logs/Microsoft-Windows-WMI-Activity%%4Operational.evtx\",\"offset\":0}}\n", tolower(host), host, count, count, host
	}
}
