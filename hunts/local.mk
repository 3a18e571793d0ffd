# SPDX-License-Identifier: Apache-2.0
# The hunt packs that are compiled into the program: every rule file of this folder.
HUNT_PACKS = \
	hunts/application/filter_not_activated.yml \
	hunts/application/wmi_started.yml \
	hunts/correlation/log_cleared_around_execution.yml \
	hunts/correlation/log_cleared_around_subscription.yml \
	hunts/correlation/many_wmi_queries.yml \
	hunts/correlation/remote_execution.yml \
	hunts/correlation/remote_user_program.yml \
	hunts/correlation/wmic_recon.yml \
	hunts/file_event/mof_autocompile_folder.yml \
	hunts/file_event/scrcons_writes.yml \
	hunts/file_event/wmi_host_library.yml \
	hunts/file_event/wmiexec_output.yml \
	hunts/firewall_as/rule_added_by_wmi.yml \
	hunts/image_load/consumer_library.yml \
	hunts/image_load/scrcons_dotnet.yml \
	hunts/image_load/scrcons_script.yml \
	hunts/image_load/wmi_host_library.yml \
	hunts/image_load/wmic_script.yml \
	hunts/known_good/bvt_filter.yml \
	hunts/known_good/scm_event_log_filter.yml \
	hunts/known_good/updating_consumer_scenario.yml \
	hunts/known_good/wmi_monitor_consumers.yml \
	hunts/known_good/wmi_monitor_processes.yml \
	hunts/log_tampering/hidden_record.yml \
	hunts/network_connection/scrcons_connects.yml \
	hunts/pipe_created/scrcons_pipe.yml \
	hunts/powershell/engine_started_for_subscription.yml \
	hunts/powershell/known_functions.yml \
	hunts/powershell/module_gets_registry_provider.yml \
	hunts/powershell/module_makes_subscription.yml \
	hunts/powershell/pipeline_makes_subscription.yml \
	hunts/powershell/script_calls_other_host.yml \
	hunts/powershell/script_changes_defender.yml \
	hunts/powershell/script_changes_environment.yml \
	hunts/powershell/script_changes_registry.yml \
	hunts/powershell/script_changes_services.yml \
	hunts/powershell/script_clones_consumer.yml \
	hunts/powershell/script_deletes_backups.yml \
	hunts/powershell/script_disguises_wmi.yml \
	hunts/powershell/script_ends_processes.yml \
	hunts/powershell/script_installs_package.yml \
	hunts/powershell/script_looks_up_security_products.yml \
	hunts/powershell/script_makes_job.yml \
	hunts/powershell/script_makes_shadow.yml \
	hunts/powershell/script_makes_store_class.yml \
	hunts/powershell/script_makes_subscription.yml \
	hunts/powershell/script_makes_timer.yml \
	hunts/powershell/script_output_registry.yml \
	hunts/powershell/script_reads_payload.yml \
	hunts/powershell/script_reads_subscriptions.yml \
	hunts/powershell/script_registers_provider.yml \
	hunts/powershell/script_removes_subscription.yml \
	hunts/powershell/script_starts_process.yml \
	hunts/powershell/script_starts_remote_process.yml \
	hunts/powershell/script_tampers_with_wmi_logs.yml \
	hunts/powershell/script_waits_for_events.yml \
	hunts/powershell/script_wsman_process.yml \
	hunts/process_creation/known_functions.yml \
	hunts/process_creation/mofcomp.yml \
	hunts/process_creation/mofcomp_unusual.yml \
	hunts/process_creation/powershell_backups_deleted.yml \
	hunts/process_creation/powershell_process.yml \
	hunts/process_creation/powershell_remote_wmi.yml \
	hunts/process_creation/powershell_shell_options.yml \
	hunts/process_creation/powershell_subscription.yml \
	hunts/process_creation/provider_registered.yml \
	hunts/process_creation/remote_shell_output.yml \
	hunts/process_creation/remote_shell_share.yml \
	hunts/process_creation/scrcons_child.yml \
	hunts/process_creation/scrcons_shell.yml \
	hunts/process_creation/scrcons_started.yml \
	hunts/process_creation/wbemtest.yml \
	hunts/process_creation/winrm_process.yml \
	hunts/process_creation/winrs_child.yml \
	hunts/process_creation/winrs_started.yml \
	hunts/process_creation/wmi_attack_command.yml \
	hunts/process_creation/wmi_child.yml \
	hunts/process_creation/wmi_logging_disabled.yml \
	hunts/process_creation/wmi_name_borrowed.yml \
	hunts/process_creation/wmi_output_file.yml \
	hunts/process_creation/wmi_output_registry.yml \
	hunts/process_creation/wmi_output_sent.yml \
	hunts/process_creation/wmi_output_share.yml \
	hunts/process_creation/wmi_package_elsewhere.yml \
	hunts/process_creation/wmi_person_child.yml \
	hunts/process_creation/wmi_proxy_program.yml \
	hunts/process_creation/wmi_service_tampered.yml \
	hunts/process_creation/wmi_shadow_program.yml \
	hunts/process_creation/wmi_shell.yml \
	hunts/process_creation/wmi_start_made.yml \
	hunts/process_creation/wmi_user_argument.yml \
	hunts/process_creation/wmi_user_folder.yml \
	hunts/process_creation/wmic_account_changed.yml \
	hunts/process_creation/wmic_attack_process.yml \
	hunts/process_creation/wmic_backups_deleted.yml \
	hunts/process_creation/wmic_child.yml \
	hunts/process_creation/wmic_defender.yml \
	hunts/process_creation/wmic_disguised.yml \
	hunts/process_creation/wmic_environment_changed.yml \
	hunts/process_creation/wmic_event_log_cleared.yml \
	hunts/process_creation/wmic_file_changed.yml \
	hunts/process_creation/wmic_job_made.yml \
	hunts/process_creation/wmic_local_process.yml \
	hunts/process_creation/wmic_office.yml \
	hunts/process_creation/wmic_other_host.yml \
	hunts/process_creation/wmic_package_elsewhere.yml \
	hunts/process_creation/wmic_process_ended.yml \
	hunts/process_creation/wmic_product_installed.yml \
	hunts/process_creation/wmic_product_removed.yml \
	hunts/process_creation/wmic_recon.yml \
	hunts/process_creation/wmic_registry_changed.yml \
	hunts/process_creation/wmic_registry_read.yml \
	hunts/process_creation/wmic_remote_desktop.yml \
	hunts/process_creation/wmic_remote_process.yml \
	hunts/process_creation/wmic_renamed.yml \
	hunts/process_creation/wmic_security_product_removed.yml \
	hunts/process_creation/wmic_security_products.yml \
	hunts/process_creation/wmic_service_changed.yml \
	hunts/process_creation/wmic_service_paths.yml \
	hunts/process_creation/wmic_shadow_made.yml \
	hunts/process_creation/wmic_share_made.yml \
	hunts/process_creation/wmic_stylesheet.yml \
	hunts/process_creation/wmic_subscription_changed.yml \
	hunts/process_creation/wmic_subscription_made.yml \
	hunts/process_creation/wmic_subscription_read.yml \
	hunts/process_creation/wmic_unknown_format.yml \
	hunts/process_creation/wmic_user_folder.yml \
	hunts/process_creation/wmiexec.yml \
	hunts/process_termination/wmi_process_ended.yml \
	hunts/registry_event/wmi_account_hijack.yml \
	hunts/registry_event/wmi_autostart.yml \
	hunts/registry_event/wmi_crash_dump.yml \
	hunts/registry_event/wmi_jobs_enabled.yml \
	hunts/registry_event/wmi_output_registry.yml \
	hunts/registry_event/wmi_remote_access.yml \
	hunts/security/explicit_logon_dcom.yml \
	hunts/security/explicit_logon_wmic.yml \
	hunts/security/log_cleared.yml \
	hunts/security/network_logon.yml \
	hunts/security/old_job_made.yml \
	hunts/security/scrcons_logon.yml \
	hunts/security/wmi_host_library.yml \
	hunts/security/wmi_namespace_changed.yml \
	hunts/security/wmi_process_ended.yml \
	hunts/security/wmiexec_output.yml \
	hunts/system/computer_renamed.yml \
	hunts/system/hunting_log_cleared.yml \
	hunts/system/log_cleared.yml \
	hunts/system/machine_started.yml \
	hunts/system/machine_stopped.yml \
	hunts/system/wmi_service_start_changed.yml \
	hunts/windefend/asr_blocked.yml \
	hunts/wmi/consumer_provider_loaded.yml \
	hunts/wmi/event_log_clear_failed.yml \
	hunts/wmi/failed_subscription_read.yml \
	hunts/wmi/failed_subscription_write.yml \
	hunts/wmi/permanent_provider_query.yml \
	hunts/wmi/provider_in_writable_folder.yml \
	hunts/wmi/provider_outside_windows.yml \
	hunts/wmi/remote_attack_failed.yml \
	hunts/wmi/remote_client_failed.yml \
	hunts/wmi/sysmon_watch.yml \
	hunts/wmi/temporary_process_watch.yml \
	hunts/wmi/temporary_subscription.yml \
	hunts/wmi/temporary_subscription_remote.yml \
	hunts/wmi/temporary_watch_for_analyst.yml \
	hunts/wmi/trace_process_created.yml \
	hunts/wmi/trace_process_created_remotely.yml \
	hunts/wmi/trace_subscription_deleted.yml \
	hunts/wmi/trace_subscription_written.yml \
	hunts/wmi/wmiexec_pro_store.yml \
	hunts/wmi_subscription/anomaly/administrators_as_creator.yml \
	hunts/wmi_subscription/anomaly/bvt_name_reused.yml \
	hunts/wmi_subscription/anomaly/code_outside_subscription.yml \
	hunts/wmi_subscription/anomaly/consumer_outside_subscription.yml \
	hunts/wmi_subscription/anomaly/consumer_with_own_provider.yml \
	hunts/wmi_subscription/anomaly/creators_differ.yml \
	hunts/wmi_subscription/anomaly/deletion_not_logged.yml \
	hunts/wmi_subscription/anomaly/encoded_class_default.yml \
	hunts/wmi_subscription/anomaly/filter_elsewhere.yml \
	hunts/wmi_subscription/anomaly/forged_creator.yml \
	hunts/wmi_subscription/anomaly/forged_event_source.yml \
	hunts/wmi_subscription/anomaly/hidden_characters.yml \
	hunts/wmi_subscription/anomaly/long_class_default.yml \
	hunts/wmi_subscription/anomaly/lookalike_letters.yml \
	hunts/wmi_subscription/anomaly/made_again.yml \
	hunts/wmi_subscription/anomaly/never_logged.yml \
	hunts/wmi_subscription/anomaly/payload_cut_off.yml \
	hunts/wmi_subscription/anomaly/removed_since_logged.yml \
	hunts/wmi_subscription/anomaly/replaced_since_logged.yml \
	hunts/wmi_subscription/anomaly/scm_name_reused.yml \
	hunts/wmi_subscription/anomaly/snapshot_contradicts.yml \
	hunts/wmi_subscription/anomaly/timer_of_repository.yml \
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
	hunts/wmi_subscription/behaviour/log_file_dropper.yml \
	hunts/wmi_subscription/behaviour/logon_trigger.yml \
	hunts/wmi_subscription/behaviour/mail_sent.yml \
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
	hunts/wmi_subscription/behaviour/script_at_logon.yml \
	hunts/wmi_subscription/behaviour/script_starts_programs.yml \
	hunts/wmi_subscription/behaviour/short_lived.yml \
	hunts/wmi_subscription/behaviour/system_binary_proxy.yml \
	hunts/wmi_subscription/behaviour/timer_trigger.yml \
	hunts/wmi_subscription/behaviour/unknown_consumer_class.yml \
	hunts/wmi_subscription/behaviour/uptime_window.yml \
	hunts/wmi_subscription/behaviour/user_writable_folder.yml \
	hunts/wmi_subscription/behaviour/writes_only.yml \
	hunts/wmi_subscription/malware/bondnet.yml \
	hunts/wmi_subscription/malware/cleanup_names.yml \
	hunts/wmi_subscription/malware/evita.yml \
	hunts/wmi_subscription/malware/known_names.yml \
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
	hunts/wmi_subscription/tool/default_names.yml \
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
	hunts/wmi_subscription/tool/wmiexec_pro.yml \
	hunts/wmi_subscription/tool/wmihacker.yml \
	hunts/wmi_subscription/tool/wmipersist_mdsec.yml \
	hunts/wmi_subscription/tool/wsus.yml

# What the log sources of rules are.
LOG_SOURCE_TABLE = hunts/logsources.yml

# Installed as files too, for those who want to read or change them.
nobase_dist_pkgdata_DATA = $(HUNT_PACKS) $(LOG_SOURCE_TABLE)

nodist_libwmihunt_a_SOURCES += hunts/texts.c
CLEANFILES += hunts/texts.c

# The list stands in this makefile. Names are in the order of their bytes.
hunts/texts.c: Makefile $(HUNT_PACKS) $(LOG_SOURCE_TABLE)
	$(AM_V_GEN)$(MKDIR_P) hunts && { \
	echo '#include "sigma/packs.h"' && echo 'const struct pack_text hunt_pack_texts[] = {' && \
	for pack in $$(printf '%s\n' $(HUNT_PACKS) | LC_ALL=C sort) $(LOG_SOURCE_TABLE); do \
		file=$$pack && test -e $$file || file=$(srcdir)/$$pack; \
		echo "{\"$$pack\"," && LC_ALL=C sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $$file && \
		echo ", $$(wc -c <$$file)}," || exit 1; \
	done && echo '};' && \
	echo 'const size_t hunt_pack_count = sizeof(hunt_pack_texts) / sizeof(*hunt_pack_texts);'; \
	} > $@.tmp && mv $@.tmp $@

# The same in the form that the program loads, by a program that is of the same sources.
noinst_LIBRARIES += libpacked.a
libpacked_a_SOURCES =
nodist_libpacked_a_SOURCES = hunts/packed.c
CLEANFILES += hunts/packed.c

noinst_PROGRAMS = src/hunt/pack_rules
src_hunt_pack_rules_SOURCES = src/hunt/pack_rules.c
src_hunt_pack_rules_LDADD = libwmihunt.a $(WH_LIBS)

hunts/packed.c: src/hunt/pack_rules$(EXEEXT)
	$(AM_V_GEN)src/hunt/pack_rules$(EXEEXT) >$@.tmp && mv $@.tmp $@
