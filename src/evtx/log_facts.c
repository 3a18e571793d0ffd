/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/log_facts.h"

#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "evtx/binxml_instance.h"
#include "evtx/template_cache.h"
#include "evtx/value.h"

/*
 * How it works. Windows writes the host into a template, and the channel there or into a value, so
 * what a record is from is looked up by the template that it names, which the sieve has understood:
 * a walk over record headers, and a comparison, is all that a chunk costs. Only records that say it
 * in another way are decoded, as forwarded ones may be.
 */

#define SECURITY "Security"
#define POWERSHELL "Microsoft-Windows-PowerShell/Operational"
#define POWERSHELL_CORE "PowerShellCore/Operational"
#define PROCESS_STARTED 4688
#define SCRIPT_BLOCK 4104

void log_facts_init(struct log_facts *facts)
{
	*facts = (struct log_facts){.holdings = g_ptr_array_new()};
}

static void holding_free(struct log_holding *holding)
{
	g_free(holding->host);
	g_free(holding->channel);
	g_free(holding);
}

void log_facts_clear(struct log_facts *facts)
{
	GPtrArray *holdings = facts->holdings;

	for (guint i = 0; i < holdings->len; i++)
		holding_free(holdings->pdata[i]);
	g_ptr_array_set_size(holdings, 0);
	event_kinds_free(facts->kinds);
	*facts = (struct log_facts){.holdings = holdings};
}

void log_facts_release(struct log_facts *facts)
{
	log_facts_clear(facts);
	g_ptr_array_unref(facts->holdings);
}

static enum log_counts what_counts(const char *channel)
{
	if (!channel)
		return COUNTS_NOTHING;
	if (g_ascii_strcasecmp(channel, SECURITY) == 0)
		return COUNTS_PROCESSES;
	if (g_ascii_strcasecmp(channel, POWERSHELL) == 0 ||
	    g_ascii_strcasecmp(channel, POWERSHELL_CORE) == 0)
		return COUNTS_SCRIPTS;
	return COUNTS_NOTHING;
}

struct log_holding *log_facts_add(struct log_facts *facts, const char *host, const char *channel)
{
	struct log_holding *holding;

	if (facts->holdings->len == WH_MAX_LOG_HOLDINGS)
		return NULL;
	holding = g_new0(struct log_holding, 1);
	holding->host = g_strdup(host);
	holding->channel = g_strdup(channel);
	holding->counts = what_counts(channel);
	g_ptr_array_add(facts->holdings, holding);
	return holding;
}

/* Some exported records have no time in their header. */
void log_holding_widen(struct log_holding *holding, uint64_t from, uint64_t to)
{
	if (from && (!holding->from || from < holding->from))
		holding->from = from;
	holding->to = MAX(holding->to, to);
}

/* Of records that are not counted yet. */
static void add_ids(struct log_holding *holding, uint64_t first, uint64_t last)
{
	if (holding->records == 0) {
		holding->first_id = first;
		holding->last_id = last;
	}
	holding->first_id = MIN(holding->first_id, first);
	holding->last_id = MAX(holding->last_id, last);
}

void log_holding_count(struct log_holding *holding, uint64_t record_id, uint64_t time)
{
	add_ids(holding, record_id, record_id);
	log_holding_widen(holding, time, time);
	holding->records++;
}

static struct log_holding *get_holding(struct log_facts *facts, const struct log_holding *like)
{
	for (guint i = 0; i < facts->holdings->len; i++) {
		struct log_holding *holding = facts->holdings->pdata[i];

		if (g_strcmp0(holding->host, like->host) == 0 &&
		    g_strcmp0(holding->channel, like->channel) == 0)
			return holding;
	}
	return log_facts_add(facts, like->host, like->channel);
}

static void merge_holding(struct log_facts *facts, const struct log_holding *more)
{
	struct log_holding *holding = get_holding(facts, more);

	if (!holding) {
		facts->left_out += more->records;
		return;
	}
	add_ids(holding, more->first_id, more->last_id);
	log_holding_widen(holding, more->from, more->to);
	holding->records += more->records;
	holding->process_starts += more->process_starts;
	holding->command_lines += more->command_lines;
	holding->scripts += more->scripts;
}

void log_facts_merge(struct log_facts *facts, const struct log_facts *more)
{
	facts->has_header |= more->has_header;
	facts->is_dirty |= more->is_dirty;
	facts->is_full |= more->is_full;
	facts->is_partial |= more->is_partial;
	facts->labels = MAX(facts->labels, more->labels);
	facts->is_unread |= more->is_unread;
	facts->chunks += more->chunks;
	facts->left_out += more->left_out;
	facts->read_errors += more->read_errors;
	if (more->kinds) {
		facts->format = more->format;
		facts->kinds = facts->kinds ? facts->kinds : event_kinds_new();
		event_kinds_merge(facts->kinds, more->kinds);
	}
	for (guint i = 0; i < more->holdings->len; i++)
		merge_holding(facts, more->holdings->pdata[i]);
}

char *log_facts_label(const char *host)
{
	g_autofree char *folded = text_fold(host);

	return g_strndup(folded, strcspn(folded, "."));
}

uint64_t log_facts_count_labels(const struct log_facts *facts)
{
	g_autoptr(GHashTable) labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; !facts->labels && i < facts->holdings->len; i++) {
		const struct log_holding *holding = facts->holdings->pdata[i];

		if (holding->host)
			g_hash_table_add(labels, log_facts_label(holding->host));
	}
	return facts->labels ? facts->labels : g_hash_table_size(labels);
}

void log_facts_drop(struct log_facts *facts, guint index)
{
	holding_free(g_ptr_array_remove_index(facts->holdings, index));
}

/* Where the records of a template are from. */
struct origin_slot {
	uint32_t generation;
	uint32_t offset; /* of the template, in the chunk */
	const struct known_template *template;
	/* Of the record before: its channel, where that is a value of it, and what it counts to. */
	struct binxml_value channel;
	struct log_holding *holding; /* NULL: there is no room */
	bool has_holding;
};

#define ORIGIN_SLOTS 256

struct log_survey {
	struct log_facts facts;
	struct decoder *decoder;
	const GPtrArray *channels;
	bool meets; /* a record of the chunk at hand is of one of them */
	GHashTable *holdings; /* "host NUL channel", as GBytes → struct log_holding */
	GArray *unclear; /* struct record: of the chunk at hand, to be decoded */
	struct event event;
	GString *channel; /* of the record at hand */
	uint32_t generation; /* of the chunk */
	struct origin_slot slots[ORIGIN_SLOTS];
};

struct log_survey *log_survey_new(struct decoder *decoder, const GPtrArray *channels)
{
	struct log_survey *survey = g_new0(struct log_survey, 1);

	log_facts_init(&survey->facts);
	survey->decoder = decoder;
	survey->channels = channels;
	survey->holdings = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
						 (GDestroyNotify)g_bytes_unref, NULL);
	survey->unclear = g_array_new(FALSE, FALSE, sizeof(struct record));
	event_init(&survey->event);
	survey->channel = g_string_new(NULL);
	return survey;
}

void log_survey_free(struct log_survey *survey)
{
	log_facts_release(&survey->facts);
	g_hash_table_unref(survey->holdings);
	g_array_unref(survey->unclear);
	event_release(&survey->event);
	g_string_free(survey->channel, TRUE);
	g_free(survey);
}

struct log_facts *log_survey_facts(struct log_survey *survey)
{
	return &survey->facts;
}

static bool is_met(const struct log_survey *survey, const char *channel)
{
	for (guint i = 0; channel && i < survey->channels->len; i++)
		if (g_ascii_strcasecmp(channel, survey->channels->pdata[i]) == 0)
			return true;
	return false;
}

static struct log_holding *find_holding(struct log_survey *survey, const char *host,
					const char *channel)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	g_autoptr(GBytes) bytes = NULL;
	struct log_holding *holding;

	/* The log before this one is over. */
	if (survey->facts.holdings->len == 0)
		g_hash_table_remove_all(survey->holdings);
	if (host)
		g_byte_array_append(key, (const guint8 *)host, (guint)strlen(host) + 1);
	if (channel)
		g_byte_array_append(key, (const guint8 *)channel, (guint)strlen(channel));
	bytes = g_bytes_new(key->data, key->len);
	holding = g_hash_table_lookup(survey->holdings, bytes);
	if (holding)
		return holding;
	holding = log_facts_add(&survey->facts, host, channel);
	if (!holding)
		return NULL;
	holding->is_met = is_met(survey, channel);
	g_hash_table_insert(survey->holdings, g_bytes_ref(bytes), holding);
	return holding;
}

static void count_record(struct log_survey *survey, struct log_holding *holding,
			 const struct record *record)
{
	survey->meets |= !holding || holding->is_met;
	if (!holding) {
		survey->facts.left_out++;
		return;
	}
	log_holding_count(holding, record->id, record->time);
}

void log_holding_count_event(struct log_holding *holding, uint32_t event_id, bool with_command_line)
{
	if (holding->counts == COUNTS_PROCESSES && event_id == PROCESS_STARTED) {
		holding->process_starts++;
		holding->command_lines += with_command_line;
	} else if (holding->counts == COUNTS_SCRIPTS && event_id == SCRIPT_BLOCK) {
		holding->scripts++;
	}
}

static const char *or_none(const char *text)
{
	return text && *text && strlen(text) <= WH_MAX_HOLDING_NAME ? text : NULL;
}

static struct origin_slot *get_slot(struct log_survey *survey, struct sieve *sieve,
				    const struct chunk *chunk, uint32_t offset)
{
	struct origin_slot *slot = &survey->slots[offset / 4 % ORIGIN_SLOTS];

	if (slot->generation != survey->generation || slot->offset != offset)
		*slot = (struct origin_slot){
			.generation = survey->generation,
			.offset = offset,
			.template = sieve_get_template(sieve, chunk, offset),
		};
	return slot;
}

static bool get_value(const struct chunk *chunk, const struct binxml_instance *instance,
		      uint32_t index, struct binxml_value *out)
{
	bool has_fragment = false;
	size_t at;

	if (index >= instance->values)
		return false;
	at = instance->data +
	     binxml_sum_sizes(chunk->data + instance->descriptors, index, &has_fragment);
	return binxml_get_value(chunk->data, instance, index, &at, out);
}

static bool is_same(const struct chunk *chunk, const struct binxml_value *a,
		    const struct binxml_value *b)
{
	return a->size == b->size &&
	       memcmp(chunk->data + a->offset, chunk->data + b->offset, a->size) == 0;
}

/* A channel that is a value: of the record before, mostly. */
static bool find_by_value(struct log_survey *survey, struct origin_slot *slot,
			  const struct chunk *chunk, const struct binxml_instance *instance)
{
	const struct known_template *template = slot->template;
	struct binxml_value value;

	if (!get_value(chunk, instance, template->channel.index, &value) ||
	    value.type != BINXML_TYPE_STRING || value.size == 0)
		return false;
	if (slot->has_holding && is_same(chunk, &value, &slot->channel))
		return true;
	g_string_truncate(survey->channel, 0);
	text_append_utf16le(survey->channel, chunk->data + value.offset,
			    value_string_units(chunk->data + value.offset, value.size));
	slot->holding =
		find_holding(survey, or_none(template->host.text), or_none(survey->channel->str));
	slot->channel = value;
	slot->has_holding = true;
	return true;
}

/* Sets the slot's holding to the record's; false when only its event says where it is from. */
static bool find_origin(struct log_survey *survey, struct origin_slot *slot,
			const struct chunk *chunk, const struct binxml_instance *instance)
{
	const struct known_template *template = slot->template;

	if (template->host.place != FACT_FIXED)
		return false;
	if (template->channel.place == FACT_SUBSTITUTED)
		return find_by_value(survey, slot, chunk, instance);
	if (template->channel.place != FACT_FIXED)
		return false;
	if (!slot->has_holding)
		slot->holding = find_holding(survey, or_none(template->host.text),
					     or_none(template->channel.text));
	slot->has_holding = true;
	return true;
}

/* Its id; WH_ANY_EVENT_ID where that is not sure. */
static uint32_t get_id(const struct chunk *chunk, const struct binxml_instance *instance,
		       const struct template_facts *facts)
{
	struct binxml_value value;
	uint16_t id;

	if (facts->id.place == FACT_FIXED)
		return facts->fixed_id;
	if (facts->id.place == FACT_UNKNOWN ||
	    !get_value(chunk, instance, facts->id.index, &value) ||
	    value.type != BINXML_TYPE_UINT16 ||
	    !bytes_get_u16(chunk->data, chunk->size, value.offset, &id))
		return WH_ANY_EVENT_ID;
	return id;
}

/* Has it a field CommandLine, of its own or in the fragment that Windows puts fields into? */
static bool has_command_line(struct sieve *sieve, const struct chunk *chunk,
			     const struct binxml_instance *instance,
			     const struct known_template *template, bool is_outermost)
{
	for (guint i = template->first_line; i < template->fields->len; i++) {
		const struct template_field *field =
			&g_array_index(template->fields, struct template_field, i);
		struct binxml_instance inner;
		struct binxml_value value;

		if ((!field->is_command_line && !field->is_fragment) ||
		    !get_value(chunk, instance, field->index, &value))
			continue;
		if (field->is_command_line)
			return value.type == BINXML_TYPE_STRING &&
			       value_string_units(chunk->data + value.offset, value.size) > 0;
		if (binxml_is_fragment(chunk->data, value.offset + value.size, value.offset))
			value.offset += BINXML_FRAGMENT_HEADER_SIZE,
				value.size -= BINXML_FRAGMENT_HEADER_SIZE;
		if (is_outermost && field->is_fragment && value.type == BINXML_TYPE_BINXML &&
		    binxml_get_instance(chunk->data, value.offset + value.size, value.offset,
					&inner))
			return has_command_line(
				sieve, chunk, &inner,
				sieve_get_fragment(sieve, inner.template_offset, &field->place),
				false);
	}
	return false;
}

/* False when only its event says where it is from. */
static bool add_by_template(struct log_survey *survey, struct sieve *sieve,
			    const struct chunk *chunk, const struct told_record *told)
{
	const struct binxml_instance *instance = &told->instance;
	struct origin_slot *slot;
	uint32_t id;

	if (!told->is_instance)
		return false;
	slot = get_slot(survey, sieve, chunk, instance->template_offset);
	if (!find_origin(survey, slot, chunk, instance))
		return false;
	count_record(survey, slot->holding, &told->record);
	if (!slot->holding || slot->holding->counts == COUNTS_NOTHING)
		return true;
	id = get_id(chunk, instance, &slot->template->facts);
	log_holding_count_event(slot->holding, id,
				id == PROCESS_STARTED && has_command_line(sieve, chunk, instance,
									  slot->template, true));
	return true;
}

static void add_record(struct log_survey *survey, struct sieve *sieve, const struct chunk *chunk,
		       const struct told_record *told)
{
	if (!add_by_template(survey, sieve, chunk, told))
		g_array_append_val(survey->unclear, told->record);
}

static void read_instance(const struct chunk *chunk, struct told_record *told)
{
	size_t offset = (size_t)told->record.offset + WH_RECORD_HEADER;
	size_t end = (size_t)told->record.offset + told->record.size - 4;

	told->is_instance =
		binxml_is_fragment(chunk->data, end, offset) &&
		binxml_get_instance(chunk->data, end, offset + BINXML_FRAGMENT_HEADER_SIZE,
				    &told->instance);
}

static void add_unclear(struct log_survey *survey, const struct chunk *chunk)
{
	static const struct chunk nothing;
	struct decoder *decoder = survey->decoder;
	struct event *event = &survey->event;

	decoder->begin(decoder, chunk, survey->unclear);
	for (guint i = 0; i < survey->unclear->len; i++) {
		struct log_holding *holding;
		struct record record;
		g_autofree char *reason = NULL;
		const char *command_line;

		event_clear(event);
		/* What is damaged may still say where it is from. */
		decoder->decode(decoder, i, event, &reason);
		holding = find_holding(survey, or_none(event->host), or_none(event->ref.channel));
		record = g_array_index(survey->unclear, struct record, i);
		/* A collector writes records later than they were logged. */
		if (event->ref.time)
			record.time = event->ref.time;
		count_record(survey, holding, &record);
		command_line = event_get_field(event, "CommandLine");
		if (holding && event->ref.has_event_id)
			log_holding_count_event(holding, event->ref.event_id,
						command_line && *command_line);
	}
	decoder->begin(decoder, &nothing, NULL);
}

static void add_all(struct log_survey *survey, struct sieve *sieve, const struct chunk *chunk)
{
	struct record_walk walk;
	struct told_record told;
	struct fault fault;

	record_walk_init(&walk, chunk);
	while (record_walk_next(&walk, &told.record, &fault)) {
		read_instance(chunk, &told);
		add_record(survey, sieve, chunk, &told);
	}
}

void log_survey_add(struct log_survey *survey, struct sieve *sieve, const struct chunk *chunk,
		    const struct told_record *records, size_t count)
{
	survey->generation++;
	survey->meets = false;
	survey->facts.chunks++;
	g_array_set_size(survey->unclear, 0);
	for (size_t i = 0; i < count; i++)
		add_record(survey, sieve, chunk, &records[i]);
	if (count == 0)
		add_all(survey, sieve, chunk);
	if (survey->unclear->len)
		add_unclear(survey, chunk);
}

bool log_survey_meets(const struct log_survey *survey)
{
	return survey->meets;
}
