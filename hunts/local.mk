# SPDX-License-Identifier: Apache-2.0
# The hunt packs that are compiled into the program: every rule file of this folder.
HUNT_PACKS = \
	hunts/known_good/bvt_filter.yml \
	hunts/known_good/scm_event_log_filter.yml \
	hunts/known_good/wmi_monitor_consumers.yml \
	hunts/known_good/wmi_monitor_processes.yml \
	hunts/wmi_subscription/anomaly/administrators_as_creator.yml \
	hunts/wmi_subscription/anomaly/bvt_name_reused.yml \
	hunts/wmi_subscription/anomaly/code_outside_subscription.yml \
	hunts/wmi_subscription/anomaly/consumer_outside_subscription.yml \
	hunts/wmi_subscription/anomaly/creators_differ.yml \
	hunts/wmi_subscription/anomaly/hidden_characters.yml \
	hunts/wmi_subscription/anomaly/lookalike_letters.yml \
	hunts/wmi_subscription/anomaly/payload_cut_off.yml \
	hunts/wmi_subscription/anomaly/scm_name_reused.yml \
	hunts/wmi_subscription/behaviour/account_created.yml \
	hunts/wmi_subscription/behaviour/clock_trigger.yml \
	hunts/wmi_subscription/behaviour/cloned_consumer_class.yml \
	hunts/wmi_subscription/behaviour/coin_miner.yml \
	hunts/wmi_subscription/behaviour/credentials_dumped.yml \
	hunts/wmi_subscription/behaviour/defences_disabled.yml \
	hunts/wmi_subscription/behaviour/download_cradle.yml \
	hunts/wmi_subscription/behaviour/drive_trigger.yml \
	hunts/wmi_subscription/behaviour/embedded_program.yml \
	hunts/wmi_subscription/behaviour/encoded_powershell.yml \
	hunts/wmi_subscription/behaviour/failed_logon_knock.yml \
	hunts/wmi_subscription/behaviour/further_persistence.yml \
	hunts/wmi_subscription/behaviour/hidden_powershell.yml \
	hunts/wmi_subscription/behaviour/in_memory_dotnet.yml \
	hunts/wmi_subscription/behaviour/logon_trigger.yml \
	hunts/wmi_subscription/behaviour/memory_injection.yml \
	hunts/wmi_subscription/behaviour/network_share.yml \
	hunts/wmi_subscription/behaviour/network_shell.yml \
	hunts/wmi_subscription/behaviour/obfuscated_script.yml \
	hunts/wmi_subscription/behaviour/payload_in_registry.yml \
	hunts/wmi_subscription/behaviour/payload_in_wmi_class.yml \
	hunts/wmi_subscription/behaviour/performance_trigger.yml \
	hunts/wmi_subscription/behaviour/process_end_trigger.yml \
	hunts/wmi_subscription/behaviour/process_killer.yml \
	hunts/wmi_subscription/behaviour/process_start_trigger.yml \
	hunts/wmi_subscription/behaviour/recovery_removed.yml \
	hunts/wmi_subscription/behaviour/runs_code.yml \
	hunts/wmi_subscription/behaviour/script_starts_programs.yml \
	hunts/wmi_subscription/behaviour/system_binary_proxy.yml \
	hunts/wmi_subscription/behaviour/timer_trigger.yml \
	hunts/wmi_subscription/behaviour/unknown_consumer_class.yml \
	hunts/wmi_subscription/behaviour/uptime_window.yml \
	hunts/wmi_subscription/behaviour/user_writable_folder.yml \
	hunts/wmi_subscription/malware/bondnet.yml \
	hunts/wmi_subscription/malware/evita.yml \
	hunts/wmi_subscription/malware/metamain.yml \
	hunts/wmi_subscription/malware/mykings.yml \
	hunts/wmi_subscription/malware/payload_store_class.yml \
	hunts/wmi_subscription/malware/poshspy.yml \
	hunts/wmi_subscription/malware/qquu8.yml \
	hunts/wmi_subscription/malware/regduke.yml \
	hunts/wmi_subscription/malware/system_power_manager.yml \
	hunts/wmi_subscription/malware/wannamine.yml \
	hunts/wmi_subscription/malware/wmighost.yml \
	hunts/wmi_subscription/tool/atomic_red_team.yml \
	hunts/wmi_subscription/tool/impacket_wmipersist.yml \
	hunts/wmi_subscription/tool/koadic.yml \
	hunts/wmi_subscription/tool/liquidsnake.yml \
	hunts/wmi_subscription/tool/metasploit_mof.yml \
	hunts/wmi_subscription/tool/metasploit_waitfor.yml \
	hunts/wmi_subscription/tool/mysql_mof.yml \
	hunts/wmi_subscription/tool/n0pe_sled.yml \
	hunts/wmi_subscription/tool/nishang.yml \
	hunts/wmi_subscription/tool/persistwmi.yml \
	hunts/wmi_subscription/tool/sharpstay.yml \
	hunts/wmi_subscription/tool/sharpwmi.yml \
	hunts/wmi_subscription/tool/subverting_sysmon.yml \
	hunts/wmi_subscription/tool/updater.yml \
	hunts/wmi_subscription/tool/winpwnage.yml \
	hunts/wmi_subscription/tool/wmi_backdoor.yml \
	hunts/wmi_subscription/tool/wmihacker.yml \
	hunts/wmi_subscription/tool/wmipersist_mdsec.yml \
	hunts/wmi_subscription/tool/wsus.yml

EXTRA_DIST += $(HUNT_PACKS)

nodist_libwmihunt_a_SOURCES = hunts/packs.c
CLEANFILES += hunts/packs.c hunts/packs.gresource.xml

# The list stands in this makefile, so that is what the resource description depends on.
hunts/packs.gresource.xml: Makefile
	$(AM_V_GEN)$(MKDIR_P) hunts && { \
	echo '<gresources><gresource prefix="/wmihunt">'; \
	for pack in $(HUNT_PACKS); do echo "<file>$$pack</file>"; done; \
	echo '</gresource></gresources>'; } > $@.tmp && mv $@.tmp $@

hunts/packs.c: hunts/packs.gresource.xml $(HUNT_PACKS)
	$(AM_V_GEN)$(GLIB_COMPILE_RESOURCES) --sourcedir=$(srcdir) --target=$@ \
	--generate-source --c-name=hunt_packs hunts/packs.gresource.xml
