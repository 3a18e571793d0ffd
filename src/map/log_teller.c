/* SPDX-License-Identifier: Apache-2.0 */
#include "map/log_teller.h"

#include "base/limits.h"
#include "map/log_line.h"
#include "map/mapper.h"
#include "map/protocol.h"
#include "map/unread.h"

void log_teller_init(struct log_teller *teller, const struct map_settings *settings,
		     void (*answer)(void *context, const char *log, size_t size), void *context)
{
	*teller = (struct log_teller){.settings = settings, .answer = answer, .context = context};
}

void log_teller_begin_file(struct log_teller *teller, const char *path, bool is_part)
{
	teller->path = path;
	teller->is_part = is_part;
	teller->has_told = is_part;
	teller->faults = 0;
}

static void answer(const struct log_teller *teller, const struct log_facts *facts)
{
	const struct event_ref *ref = &facts->ref;
	bool is_own = !ref->via && g_strcmp0(ref->path, teller->path) == 0;
	g_autoptr(GString) line = g_string_new(NULL);

	log_line_append(facts, is_own, line);
	g_string_prepend_c(line,
			   (char)((is_own ? LOG_IS_OWN : 0) | (teller->is_part ? LOG_IS_PART : 0)));
	if (line->len <= WH_MAX_EVENT_LINE)
		teller->answer(teller->context, line->str, line->len);
}

/* Drops what the log holds of hosts that are not asked for. False when nothing is left. */
static bool keep_asked_hosts(const GRegex *host, struct log_facts *facts)
{
	for (guint i = facts->holdings->len; i-- > 0;) {
		const struct log_holding *holding = facts->holdings->pdata[i];

		if (!holding->host || !g_regex_match(host, holding->host, 0, NULL))
			log_facts_drop(facts, i);
	}
	return facts->holdings->len > 0;
}

void log_teller_take_line(void *context, struct log_facts *facts)
{
	struct log_teller *teller = context;
	const struct map_settings *settings = teller->settings;

	facts->since = MAX(facts->since, settings->since);
	if (settings->until != UINT64_MAX)
		facts->until = facts->until ? MIN(facts->until, settings->until) : settings->until;
	if (settings->tells_logs && (!settings->host || keep_asked_hosts(settings->host, facts)))
		answer(teller, facts);
}

void log_teller_take(void *context, struct log_facts *facts)
{
	struct log_teller *teller = context;

	facts->read_errors = teller->faults;
	teller->faults = 0;
	teller->has_told = true;
	log_teller_take_line(teller, facts);
}

void log_teller_end_file(struct log_teller *teller, const struct reader *reader)
{
	struct log_facts facts;

	if (teller->has_told || teller->faults == 0 || !unread_is_log_name(unread_get_name(reader)))
		return;
	log_facts_init(&facts);
	facts.is_unread = true;
	facts.ref.path = reader->stream->path;
	facts.ref.entry = reader->stream->entry;
	log_teller_take(teller, &facts);
	log_facts_release(&facts);
}
