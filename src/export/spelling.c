/* SPDX-License-Identifier: Apache-2.0 */
#include "export/spelling.h"

/* A new spelling is a row here; those that could take another's events come after it. */
static const struct spelling *const spellings[] = {
	&spelling_evtx_dump,	&spelling_velociraptor, &spelling_evtx_hunter,
	&spelling_wmi_eventing, &spelling_evtx2es,	&spelling_beats,
	&spelling_old_beats,	&spelling_nxlog,	&spelling_evtxecmd,
	&spelling_wazuh,	&spelling_defender,	&spelling_sentinel,
	&spelling_dissect,	&spelling_hayabusa,	&spelling_get_winevent,
	&spelling_otrf,		&spelling_event_viewer,
};

const struct spelling *spelling_find(const struct json_node *object)
{
	for (size_t i = 0; object->kind == JSON_KIND_OBJECT && i < G_N_ELEMENTS(spellings); i++)
		if (spellings[i]->fits(object))
			return spellings[i];
	return NULL;
}

bool spelling_read_local_time(const char *const *texts, struct export_time *out)
{
	struct export_time time, utc;

	if (!export_time_read(texts[0], &time))
		return false;
	if (!time.has_zone && texts[1] && export_time_read(texts[1], &utc))
		export_time_set_utc(&time, &utc);
	*out = time;
	return true;
}
