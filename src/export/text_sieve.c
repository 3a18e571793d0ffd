/* SPDX-License-Identifier: Apache-2.0 */
#include "export/text_sieve.h"

#include <string.h>

#include "evtx/literals.h"
#include "export/draft.h"
#include "export/name_search.h"

/*
 * How it works. A record of which no event id is wanted that stands in its text is passed over; one
 * of an id that is wanted of certain providers must name one of these, if it names any of
 * Windows's, and one that is wanted where fields hold certain texts must hold a piece of one of
 * them. Of each text the longest run of characters is taken that every exporter leaves as it is: no
 * backslash, no quote, nothing that XML escapes. What reads like a number, a GUID or a hash may be
 * spelled anew, so a text of which no other run is left lets each record of its id pass.
 */

#define MAX_TRIED 16 /* ids of one record; an event has one */
#define MAX_ORIGINS 32 /* of one id; those beyond are not told apart */

/* Who logs an event that is wanted, and what must be in it. */
struct origin {
	bool is_named; /* literal 2 × i stands in its text */
	bool all; /* else literal 2 × i + 1 does */
};

/* What is wanted of an id. */
struct id_texts {
	struct origin origins[MAX_ORIGINS];
	unsigned count;
	struct literals *literals; /* NULL where none is needed */
};

struct text_sieve {
	GHashTable *ids; /* number + 1 → struct id_texts */
	struct id_texts any; /* of any id */
	struct name_search id_names;
};

/* What stands before ids in objects. */
static const char *const id_names[] = {"\"EventID\"", "\"event_id\"", "\"EventId\"", "\"eventID\""};

static void id_texts_free(gpointer data)
{
	struct id_texts *texts = data;

	if (texts->literals)
		literals_free(texts->literals);
	g_free(texts);
}

static struct id_texts *get_texts(struct text_sieve *sieve, uint32_t event_id)
{
	gpointer key = GSIZE_TO_POINTER((gsize)event_id + 1);
	struct id_texts *texts;

	if (event_id == WH_ANY_EVENT_ID)
		return &sieve->any;
	texts = g_hash_table_lookup(sieve->ids, key);
	if (!texts) {
		texts = g_new0(struct id_texts, 1);
		g_hash_table_insert(sieve->ids, key, texts);
	}
	return texts;
}

static bool stays(char c)
{
	return g_ascii_isalnum(c) || (c && strchr(" .:_-@()*%$#!?;", c));
}

/* The longest run that stands in every spelling, in small letters; NULL when there is none. */
static char *find_run(const char *text)
{
	const char *best = text;
	size_t longest = 0;
	char *run;

	while (*text) {
		size_t length = 0;

		while (stays(text[length]))
			length++;
		if (length > longest) {
			longest = length;
			best = text;
		}
		text += length + (text[length] != '\0');
	}
	run = g_ascii_strdown(best, (gssize)longest);
	g_strstrip(run);
	if (literal_can_be_sought(run) && text_stands_in_strings(run))
		return run;
	g_free(run);
	return NULL;
}

static void seek_literal(struct id_texts *texts, const char *run, guint number)
{
	if (!texts->literals)
		texts->literals = literals_new(1);
	literals_add(texts->literals, run, number);
}

static void add_text(struct id_texts *texts, unsigned number, const struct field_text *text)
{
	/* Without a field it may be a text that the reader knows better than the export. */
	g_autofree char *run = text->field && !text->disguised ? find_run(text->text) : NULL;

	if (run)
		seek_literal(texts, run, 2 * number + 1);
	else
		texts->origins[number].all = true;
}

/* The place of an origin, which is that of the last where there are too many. */
static unsigned add_origin(struct id_texts *texts, const char *provider)
{
	bool is_sure = provider && !draft_may_add_provider(provider);
	g_autofree char *run = is_sure ? find_run(provider) : NULL;
	unsigned number = texts->count;

	if (number == MAX_ORIGINS) {
		texts->origins[number - 1].is_named = false;
		return number - 1;
	}
	texts->count++;
	texts->origins[number] = (struct origin){.is_named = run != NULL};
	if (run)
		seek_literal(texts, run, 2 * number);
	return number;
}

static void add_want(struct text_sieve *sieve, const char *provider, const struct sieve_want *want)
{
	struct id_texts *texts = get_texts(sieve, want->event_id);
	unsigned number = add_origin(texts, provider);
	GHashTableIter iter;
	gpointer text;

	texts->origins[number].all |= !want->texts;
	if (!want->texts)
		return;
	g_hash_table_iter_init(&iter, want->texts);
	while (!texts->origins[number].all && g_hash_table_iter_next(&iter, &text, NULL))
		add_text(texts, number, text);
}

static void finish(struct id_texts *texts)
{
	if (texts->literals)
		literals_finish(texts->literals);
}

static bool wants_all(const struct id_texts *texts)
{
	for (unsigned i = 0; i < texts->count; i++)
		if (texts->origins[i].all && !texts->origins[i].is_named)
			return true;
	return false;
}

struct text_sieve *text_sieve_new(const struct sieve_plan *plan)
{
	struct text_sieve *sieve = g_new0(struct text_sieve, 1);
	GHashTableIter iter;
	gpointer texts;

	for (unsigned i = 0; i < G_N_ELEMENTS(id_names); i++)
		name_search_add(&sieve->id_names, i, id_names[i]);
	sieve->ids = g_hash_table_new_full(NULL, NULL, NULL, id_texts_free);
	for (guint i = 0; i < plan->providers->len; i++) {
		const struct sieve_provider *provider = plan->providers->pdata[i];

		for (guint j = 0; j < provider->wants->len; j++)
			add_want(sieve, provider->name,
				 &g_array_index(provider->wants, struct sieve_want, j));
	}
	finish(&sieve->any);
	g_hash_table_iter_init(&iter, sieve->ids);
	while (g_hash_table_iter_next(&iter, NULL, &texts))
		finish(texts);
	if (plan->everything || wants_all(&sieve->any)) {
		text_sieve_free(sieve);
		return NULL;
	}
	return sieve;
}

void text_sieve_free(struct text_sieve *sieve)
{
	if (!sieve)
		return;
	g_hash_table_unref(sieve->ids);
	if (sieve->any.literals)
		literals_free(sieve->any.literals);
	g_free(sieve);
}

/* An escape may stand for a letter only where a letter is no letter of ASCII. */
static bool may_be_disguised(const char *text, size_t size)
{
	return literals_may_be_disguised((const uint8_t *)text, size) ||
	       memmem(text, size, "\\u017", 5) || memmem(text, size, "\\u212", 5);
}

static const char *skip(const char *at, const char *end, const char *set)
{
	while (at < end && *at && strchr(set, *at))
		at++;
	return at;
}

/* The digits of the id that begins after its name, which may stand in an object or a tag of
 * attributes; false when that is not sure. */
static bool read_id(const char *at, const char *end, bool is_tag, uint32_t *out)
{
	uint32_t id = 0;
	int digits = 0;

	if (is_tag) {
		at = memchr(at, '>', (size_t)(end - at));
		if (!at++)
			return false;
	}
	for (at = skip(at, end, " \t\r\n:\""); at < end && g_ascii_isdigit(*at) && digits < 7;
	     at++, digits++)
		id = id * 10 + (uint32_t)(*at - '0');
	*out = id;
	return digits > 0 && digits < 7;
}

/* Exporters that shorten the names of providers shorten this, too. */
static bool names_provider(const char *text, size_t size)
{
	static const char begin[] = "Microsoft-Windows-";

	return memmem(text, size, begin, strlen(begin)) != NULL;
}

static bool has_wanted(const struct id_texts *texts, const char *text, size_t size)
{
	uint8_t marks[2 * MAX_ORIGINS] = {0};
	bool may_hold = false;

	if (texts->literals)
		literals_mark(texts->literals, text, size, marks);
	for (unsigned i = 0; i < texts->count; i++) {
		const struct origin *origin = &texts->origins[i];

		if (origin->is_named && !marks[2 * i] && names_provider(text, size))
			continue;
		if (origin->all || marks[2 * i + 1])
			return true;
		may_hold = true;
	}
	return may_hold && may_be_disguised(text, size);
}

static bool is_wanted(const struct text_sieve *sieve, uint32_t id, const char *text, size_t size)
{
	const struct id_texts *texts =
		g_hash_table_lookup(sieve->ids, GSIZE_TO_POINTER((gsize)id + 1));

	return (texts && has_wanted(texts, text, size)) || has_wanted(&sieve->any, text, size);
}

/* An object of another spelling than those before it may hold what they have before ids. */
static bool may_be_other(const struct text_sieve *sieve, const char *before_id, const char *text,
			 size_t size)
{
	const char *end = text + size;
	unsigned names;

	if (before_id[0] != '"')
		return false;
	while ((text = name_search_next(&sieve->id_names, text, end, &names))) {
		/* No two of them can stand at one place. */
		if (strcmp(id_names[__builtin_ctz(names)], before_id) != 0)
			return true;
		text++;
	}
	return false;
}

bool text_sieve_pass(const struct text_sieve *sieve, const char *before_id, const char *text,
		     size_t size)
{
	size_t length = strlen(before_id);
	const char *end = text + size, *at = text;
	uint32_t id, last = UINT32_MAX;
	unsigned tried = 0;

	while (tried < MAX_TRIED && (at = memmem(at, (size_t)(end - at), before_id, length))) {
		at += length;
		if (!read_id(at, end, before_id[0] == '<', &id))
			return true;
		if (id != last && is_wanted(sieve, id, text, size))
			return true;
		last = id;
		tried++;
	}
	return tried == 0 || tried == MAX_TRIED || may_be_other(sieve, before_id, text, size);
}
