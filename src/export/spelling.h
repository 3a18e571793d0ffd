/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EXPORT_SPELLING_H
#define WH_EXPORT_SPELLING_H

#include "export/draft.h"
#include "export/text_look.h"

/* How a tool spells events as objects: of JSON, or the rows of CSV. */
struct spelling {
	enum event_format format;
	/* What stands before event ids in the file's text, a name of a member in quotes; NULL where
	 * an object may be an event of another id than it says there. */
	const char *before_id;
	bool (*fits)(const struct json_node *object);
	void (*read)(struct draft *draft, const struct json_node *object);
	const struct text_names *names; /* with `before_id`; NULL: each object is parsed */
};

extern const struct spelling spelling_evtx_dump;
extern const struct spelling spelling_velociraptor;
extern const struct spelling spelling_evtx_hunter;
extern const struct spelling spelling_wmi_eventing;
extern const struct spelling spelling_nxlog;
extern const struct spelling spelling_otrf;
extern const struct spelling spelling_beats;
extern const struct spelling spelling_old_beats;
extern const struct spelling spelling_evtx2es;
extern const struct spelling spelling_evtxecmd;
extern const struct spelling spelling_get_winevent;
extern const struct spelling spelling_wazuh;
extern const struct spelling spelling_defender;
extern const struct spelling spelling_sentinel;
extern const struct spelling spelling_dissect;
extern const struct spelling spelling_hayabusa;
extern const struct spelling spelling_event_viewer;

/* That of an object, or NULL. */
const struct spelling *spelling_find(const struct json_node *object);

/* Fills System of an event whose JSON keeps the elements of it: attributes are members under
 * "#attributes", or of a member of that name with _attributes, or of the element itself. */
void spelling_read_system(struct draft *draft, const struct json_node *system);

/* Reads the first text, a time that may be seconds since 1970. */
bool spelling_read_time(const char *const *texts, struct export_time *out);

/* Reads the first text, a time that may be local; the second, which may be NULL, is Sysmon's
 * UtcTime.
 */
bool spelling_read_local_time(const char *const *texts, struct export_time *out);

/* Moves fields that Elastic's sysmon module took out of an event back to where Windows logged
 * them. */
void ecs_restore_sysmon(struct draft *draft, const struct json_node *object);

#endif
