# SPDX-License-Identifier: Apache-2.0
libwmihunt_a_SOURCES += \
	src/export/clixml.c src/export/clixml.h \
	src/export/draft.c src/export/draft.h \
	src/export/ecs_restore.c \
	src/export/export.c src/export/export.h \
	src/export/export_clixml.c \
	src/export/export_csv.c \
	src/export/export_json.c \
	src/export/export_run.c src/export/export_run.h \
	src/export/export_survey.c src/export/export_survey.h \
	src/export/export_text.c \
	src/export/export_time.c src/export/export_time.h \
	src/export/export_zone.c src/export/export_zone.h \
	src/export/held_events.c src/export/held_events.h \
	src/export/json_cut.c src/export/json_cut.h \
	src/export/json_frame.c src/export/json_frame.h \
	src/export/json_tree.c src/export/json_tree.h \
	src/export/manifest.c src/export/manifest.h \
	src/export/message.c src/export/message.h \
	src/export/name_search.c src/export/name_search.h \
	src/export/spell_beats.c \
	src/export/spell_defender.c \
	src/export/spell_dissect.c \
	src/export/spell_event_viewer.c \
	src/export/spell_evtx2es.c \
	src/export/spell_evtx_dump.c \
	src/export/spell_evtxecmd.c \
	src/export/spell_get_winevent.c \
	src/export/spell_hayabusa.c \
	src/export/spell_nxlog.c \
	src/export/spell_sentinel.c \
	src/export/spell_velociraptor.c \
	src/export/spell_wazuh.c \
	src/export/spelling.c src/export/spelling.h \
	src/export/text_frame.c src/export/text_frame.h \
	src/export/text_look.c src/export/text_look.h \
	src/export/text_record.c src/export/text_record.h \
	src/export/text_sieve.c src/export/text_sieve.h \
	src/export/text_source.c src/export/text_source.h
