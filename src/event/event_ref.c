/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event_ref.h"

#include "base/json.h"
#include "base/order.h"
#include "base/percent.h"
#include "event/filetime.h"

char *event_ref_text(const struct event_ref *ref)
{
	GString *text = g_string_new(ref->path ? ref->path : "-");

	if (ref->entry)
		g_string_append_printf(text, " > %s", ref->entry);
	if (ref->via)
		g_string_append_printf(text, " (says %s)", ref->via);
	return g_string_free(text, FALSE);
}

int event_ref_compare(const struct event_ref *a, const struct event_ref *b)
{
	int order = compare_numbers(a->time, b->time);

	order = order ? order : compare_numbers(a->record_id, b->record_id);
	order = order ? order : g_strcmp0(a->path, b->path);
	order = order ? order : g_strcmp0(a->entry, b->entry);
	order = order ? order : compare_numbers(a->offset, b->offset);
	order = order ? order : g_strcmp0(a->via, b->via);
	return order ? order : compare_numbers(a->claimed, b->claimed);
}

bool event_refs_share_file(const struct event_ref *a, const struct event_ref *b)
{
	return g_strcmp0(a->path, b->path) == 0 && g_strcmp0(a->entry, b->entry) == 0;
}

bool event_refs_share_source(const struct event_ref *a, const struct event_ref *b)
{
	return event_refs_share_file(a, b) && g_strcmp0(a->via, b->via) == 0 &&
	       a->claimed == b->claimed;
}

void event_ref_append_ids(const struct event_ref *ref, bool with_channel, GString *out)
{
	if (ref->has_event_id)
		json_add_uint(out, "event_id", ref->event_id);
	if (with_channel)
		json_add_present(out, "channel", ref->channel);
	if (ref->has_record_id)
		json_add_uint(out, "record_id", ref->record_id);
}

void event_ref_append_source(const struct event_ref *ref, GString *out)
{
	g_autofree char *decoded = ref->entry ? percent_decoded(ref->entry) : NULL;

	json_open_object(out, "source");
	json_add_present(out, "path", ref->path);
	json_add_present(out, "entry", ref->entry);
	json_add_present(out, "entry_decoded", decoded);
	json_add_present(out, "via", ref->via);
	json_add_present(out, "format", event_format_name(ref->format));
	if (ref->path) {
		json_add_uint(out, "offset", ref->offset);
		json_add_uint(out, "header_record_id", ref->header_record_id);
	}
	json_add_flag(out, "hidden", ref->hidden);
	json_add_flag(out, "chimera", ref->chimera);
	json_add_flag(out, "recovered", ref->recovered);
	json_add_flag(out, "claimed", ref->claimed);
	json_close_object(out);
}

void event_ref_append_time(const struct event_ref *ref, GString *out)
{
	time_append_json("time", ref->time, out);
	json_add_present(out, "time_precision", time_precision_name(ref->precision));
	if (ref->local_time)
		json_add_string(out, "time_zone", "unknown");
}

void time_append_json(const char *key, uint64_t filetime, GString *out)
{
	char text[WH_FILETIME_TEXT];

	if (!filetime)
		return;
	filetime_format(filetime, text);
	json_add_string(out, key, text);
}
