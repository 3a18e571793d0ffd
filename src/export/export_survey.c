/* SPDX-License-Identifier: Apache-2.0 */
#include "export/export_survey.h"

#include <string.h>

#include "base/limits.h"

/* Events of each kind that are parsed for their fields, as which fields are there a tool may decide
 * by what they hold; those that are wanted count besides. */
#define SAMPLES 16
#define TIME_TEXT 40 /* bytes of a time that is put off to be read, with its NUL */

/* A channel, and how many events of each id were looked at for their fields. */
struct sampled_channel {
	char *name;
	GHashTable *ids; /* number + 1 → count */
};

/* Records of one host and channel, as their texts name them. */
struct survey_place {
	char *host, *channel;
	struct log_holding *holding; /* NULL: there is no room */
	struct sampled_channel *sampled;
	uint64_t local_from,
		local_to; /* FILETIMEs of clocks whose zone may be known later; 0: none */
	/* Of times that are spelled alike and sort as texts, the first and the last that are not
	 * read yet; "": none. */
	char first[TIME_TEXT], last[TIME_TEXT];
};

struct export_survey {
	struct export_zones *zones;
	struct log_facts facts;
	GHashTable *places; /* struct survey_place */
	GHashTable *channels; /* struct sampled_channel, by name */
	uint64_t sampled_ids; /* of all channels, and asked for when there were too many */
	struct survey_place *last;
	struct text_hints hints;
	struct text_look look; /* scratch */
};

static guint place_hash(gconstpointer data)
{
	const struct survey_place *place = data;

	return (place->host ? g_str_hash(place->host) : 0) * 31 +
	       (place->channel ? g_str_hash(place->channel) : 0);
}

static gboolean place_equal(gconstpointer a, gconstpointer b)
{
	const struct survey_place *one = a, *other = b;

	return g_strcmp0(one->host, other->host) == 0 &&
	       g_strcmp0(one->channel, other->channel) == 0;
}

static void place_free(gpointer data)
{
	struct survey_place *place = data;

	g_free(place->host);
	g_free(place->channel);
	g_free(place);
}

static void channel_free(gpointer data)
{
	struct sampled_channel *channel = data;

	g_free(channel->name);
	g_hash_table_unref(channel->ids);
	g_free(channel);
}

struct export_survey *export_survey_new(struct export_zones *zones)
{
	struct export_survey *survey = g_new0(struct export_survey, 1);

	survey->zones = zones;
	log_facts_init(&survey->facts);
	survey->facts.kinds = event_kinds_new();
	survey->places = g_hash_table_new_full(place_hash, place_equal, place_free, NULL);
	survey->channels = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, channel_free);
	return survey;
}

void export_survey_free(struct export_survey *survey)
{
	if (!survey)
		return;
	g_hash_table_unref(survey->places);
	g_hash_table_unref(survey->channels);
	log_facts_release(&survey->facts);
	g_free(survey);
}

static struct sampled_channel *get_channel(struct export_survey *survey, const char *name)
{
	struct sampled_channel *channel = g_hash_table_lookup(survey->channels, name);

	if (channel)
		return channel;
	channel = g_new0(struct sampled_channel, 1);
	channel->name = g_strdup(name);
	channel->ids = g_hash_table_new(NULL, NULL);
	g_hash_table_insert(survey->channels, channel->name, channel);
	return channel;
}

static const char *or_none(const char *text)
{
	return text && *text && strlen(text) <= WH_MAX_HOLDING_NAME ? text : NULL;
}

/* NULL when there is no room for one more. Records of one place come one after another, mostly. */
static struct survey_place *get_place(struct export_survey *survey, const char *host,
				      const char *channel)
{
	const struct survey_place like = {.host = (char *)or_none(host),
					  .channel = (char *)or_none(channel)};
	struct survey_place *place = survey->last;

	if (place && place_equal(place, &like))
		return place;
	place = g_hash_table_lookup(survey->places, &like);
	if (!place) {
		struct log_holding *holding =
			log_facts_add(&survey->facts, like.host, like.channel);

		if (!holding)
			return NULL;
		place = g_new0(struct survey_place, 1);
		place->host = g_strdup(like.host);
		place->channel = g_strdup(like.channel);
		place->holding = holding;
		place->sampled = get_channel(survey, like.channel ? like.channel : "");
		g_hash_table_add(survey->places, place);
	}
	survey->last = place;
	return place;
}

static bool needs_fields(struct export_survey *survey, struct sampled_channel *channel,
			 uint32_t event_id)
{
	gpointer key = GSIZE_TO_POINTER((gsize)event_id + 1);
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(channel->ids, key));

	if (count >= SAMPLES || (count == 0 && survey->sampled_ids++ >= WH_MAX_EVENT_KINDS))
		return false;
	g_hash_table_insert(channel->ids, key, GUINT_TO_POINTER(count + 1));
	return true;
}

static void widen(struct survey_place *place, const struct export_time *time)
{
	uint64_t ticks = time->ticks;

	if (time->has_zone) {
		log_holding_widen(place->holding, ticks, ticks);
		return;
	}
	if (ticks && (!place->local_from || ticks < place->local_from))
		place->local_from = ticks;
	place->local_to = MAX(place->local_to, ticks);
}

static void read_times(struct survey_place *place)
{
	struct export_time time;

	if (place->first[0] && export_time_read(place->first, &time))
		widen(place, &time);
	if (place->last[0] && export_time_read(place->last, &time))
		widen(place, &time);
	place->first[0] = place->last[0] = '\0';
}

/* YYYY-…, of UTC or without a zone: a zone could change the order. */
static bool sorts_as_text(const char *time, size_t length)
{
	return length > 10 && length < TIME_TEXT && time[4] == '-' && time[7] == '-' &&
	       !strpbrk(time + 10, "+-");
}

/* To read a time costs more than all else that a record is looked at for. */
static void add_time(struct survey_place *place, const char *time)
{
	size_t length = strlen(time);

	if (!sorts_as_text(time, length)) {
		struct export_time read;

		if (export_time_read(time, &read))
			widen(place, &read);
		return;
	}
	if (strlen(place->first) != length || place->first[10] != time[10] ||
	    (place->first[length - 1] == 'Z') != (time[length - 1] == 'Z'))
		read_times(place);
	if (!place->first[0] || memcmp(time, place->first, length) < 0)
		memcpy(place->first, time, length + 1);
	if (!place->last[0] || memcmp(time, place->last, length) > 0)
		memcpy(place->last, time, length + 1);
}

/* True when its fields are needed. */
static bool count_record(struct export_survey *survey, const struct text_look *look)
{
	struct survey_place *place = get_place(survey, look->host, look->channel);

	if (!place) {
		survey->facts.left_out++;
		return false;
	}
	log_holding_count(place->holding, look->has_record_id ? look->record_id : 0, 0);
	if (look->time[0])
		add_time(place, look->time);
	else
		widen(place, &look->read);
	if (!look->time[0] && look->read.local)
		export_zones_add(survey->zones, place->host, look->read.local, look->read.ticks);
	log_holding_count_event(place->holding, look->event_id, look->has_command_line);
	return needs_fields(survey, place->sampled, look->event_id);
}

enum survey_look export_survey_add_text(struct export_survey *survey,
					const struct text_names *names, const char *before_id,
					const char *text, size_t size)
{
	if (!text_look(names, &survey->hints, before_id, text, size, &survey->look))
		return SURVEY_UNCLEAR;
	return count_record(survey, &survey->look) ? SURVEY_WANTED : SURVEY_COUNTED;
}

bool export_survey_add_event(struct export_survey *survey, const struct event *event,
			     uint64_t local)
{
	struct text_look *look = &survey->look;
	const char *command_line = event_get_field(event, "CommandLine");

	*look = (struct text_look){.event_id = event->ref.event_id,
				   .record_id = event->ref.record_id,
				   .has_record_id = event->ref.has_record_id,
				   .has_command_line = command_line && *command_line,
				   .read = {.ticks = event->ref.time,
					    .has_zone = !event->ref.local_time,
					    .local = local}};
	g_strlcpy(look->host, event->host ? event->host : "", WH_LOOK_VALUE);
	g_strlcpy(look->channel, event->ref.channel ? event->ref.channel : "", WH_LOOK_VALUE);
	return count_record(survey, look);
}

void export_survey_add_fields(struct export_survey *survey, const struct event *event)
{
	event_kinds_add(survey->facts.kinds, event);
}

/* As UTC where the zone is known, else as if it were. */
static void widen_by_local(const struct export_survey *survey, struct survey_place *place,
			   uint64_t local)
{
	uint64_t utc = local;

	export_zones_find(survey->zones, place->host, local, &utc);
	log_holding_widen(place->holding, utc, utc);
}

struct log_facts *export_survey_facts(struct export_survey *survey)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, survey->places);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		struct survey_place *place = key;

		read_times(place);
		widen_by_local(survey, place, place->local_from);
		widen_by_local(survey, place, place->local_to);
		place->local_from = place->local_to = 0;
	}
	return &survey->facts;
}
