/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct fault_kind kinds[] = {
	[FAULT_DAMAGED] = {"damaged", FAULT_BY_PLACE, false},
	[FAULT_UNREADABLE] = {"unreadable", FAULT_BY_PLACE, false},
	[FAULT_UNKNOWN_FORMAT] = {"unknown-format", FAULT_BY_PLACE, true},
	[FAULT_EMPTY_LOG] = {"empty-log", FAULT_BY_PLACE, false},
	[FAULT_NO_LOG] = {"no-log", FAULT_BY_PLACE, false},
	[FAULT_CONTAINER_UNREAD] = {"container-unread", FAULT_BY_FOLDER, false},
	[FAULT_EXPORT_UNREAD] = {"export-unread", FAULT_BY_FOLDER, false},
	[FAULT_VOLUME_MISSING] = {"volume-missing", FAULT_BY_PLACE, false},
	[FAULT_HEADER_DAMAGED] = {"header-damaged", FAULT_BY_PLACE, true},
	[FAULT_CHUNK_DAMAGED] = {"chunk-damaged", FAULT_BY_PLACE, true},
	[FAULT_CHUNKS_MISSING] = {"chunks-missing", FAULT_BY_PLACE, true},
	[FAULT_RECORD_DAMAGED] = {"record-damaged", FAULT_BY_PLACE, false},
	[FAULT_RECORDS_MISSING] = {"records-missing", FAULT_BY_PLACE, true},
	[FAULT_RECORD_HIDDEN] = {"record-hidden", FAULT_BY_PLACE, false},
	[FAULT_LINE_DAMAGED] = {"line-damaged", FAULT_BY_FILE, false},
	[FAULT_LINES_UNTRUSTED] = {"lines-untrusted", FAULT_BY_PLACE, false},
	[FAULT_TIME_ZONE] = {"time-zone-unknown", FAULT_BY_FILE, false},
	[FAULT_FIELDS_MISSING] = {"fields-missing", FAULT_BY_FILE, false},
	[FAULT_REPOSITORY_DAMAGED] = {"repository-damaged", FAULT_BY_FILE, false},
	[FAULT_REPOSITORY_INCOMPLETE] = {"repository-incomplete", FAULT_BY_FILE, false},
	[FAULT_ARCHIVE_DAMAGED] = {"archive-damaged", FAULT_BY_PLACE, false},
	[FAULT_ENCRYPTED] = {"encrypted", FAULT_BY_INPUT, false},
	[FAULT_UNSUPPORTED] = {"unsupported", FAULT_BY_INPUT, false},
	[FAULT_LINK] = {"link", FAULT_BY_INPUT, false},
	[FAULT_ENTRY_NAME] = {"entry-name", FAULT_BY_INPUT, false},
	[FAULT_LIMIT] = {"limit", FAULT_BY_PLACE, false},
	[FAULT_WORKER] = {"worker-died", FAULT_BY_PLACE, false},
	[FAULT_GAVE_UP] = {"gave-up", FAULT_BY_PLACE, false},
	[FAULT_LEFT_OUT] = {"left-out", FAULT_BY_PLACE, false},
	[FAULT_RULE_LEFT_OUT] = {"rule-left-out", FAULT_BY_PLACE, false},
	[FAULT_INTERRUPTED] = {"interrupted", FAULT_BY_PLACE, false},
};

static_assert(sizeof(kinds) / sizeof(kinds[0]) == FAULT_CODES, "a kind for each code");

const struct fault_kind *fault_kind_get(enum fault_code code)
{
	return &kinds[code];
}

bool fault_code_parse(const char *name, enum fault_code *out)
{
	for (size_t i = 0; i < FAULT_CODES; i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			*out = (enum fault_code)i;
			return true;
		}
	}
	return false;
}

void fault_identify(const struct fault *fault, struct line_id *out)
{
	GString *name = line_name_new("fault", NULL);

	line_name_add(name, fault_kind_get(fault->code)->name);
	line_name_add(name, fault->path);
	line_name_add(name, fault->entry);
	line_name_add(name, fault->via);
	line_name_add_number(name, fault->has_offset);
	line_name_add_number(name, fault->has_offset ? fault->offset : 0);
	line_name_add(name, fault->what);
	line_id_set(out, name);
}
