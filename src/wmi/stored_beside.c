/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/stored_set.h"

#include <string.h>

/* What a repository holds beside subscriptions and belongs to them: timers, and the providers that
 * run consumers. */

struct stored_beside {
	struct stored_objects *stored;
	GHashTable *timers; /* struct beside, by host, namespace and TimerId */
	GHashTable *registrations; /* by host, namespace and class */
	GHashTable *providers; /* by host, namespace and Name */
};

struct beside {
	struct digest key;
	const struct stored_object *object;
};

static struct digest key_of(const struct stored_beside *beside, const struct stored_host *host,
			    const char *namespace, const char *name)
{
	const char *const names[] = {namespace, name};

	return stored_names_digest(beside->stored, host, names, G_N_ELEMENTS(names));
}

static int compare_places(const struct wmi_object *a, const struct wmi_object *b)
{
	int order = g_strcmp0(a->path, b->path);

	order = order ? order : g_strcmp0(a->entry, b->entry);
	order = order ? order : g_strcmp0(a->via, b->via);
	return order ? order : (a->offset > b->offset) - (a->offset < b->offset);
}

/* Of several the one that is live counts. */
static void add(const struct stored_beside *beside, GHashTable *table,
		const struct stored_object *object, const char *name)
{
	struct digest key = key_of(beside, object->repository->host, object->namespace, name);
	struct beside *known = g_hash_table_lookup(table, &key);

	if (!known) {
		known = g_new0(struct beside, 1);
		known->key = key;
		known->object = object;
		g_hash_table_add(table, known);
	} else if (object->rank < known->object->rank ||
		   (object->rank == known->object->rank &&
		    compare_places(&object->place.object, &known->object->place.object) < 0)) {
		known->object = object;
	}
}

static const struct stored_object *get(const struct stored_beside *beside, GHashTable *table,
				       const struct stored_host *host, const char *namespace,
				       const char *name)
{
	struct digest key = key_of(beside, host, namespace, name);
	const struct beside *found = name ? g_hash_table_lookup(table, &key) : NULL;

	return found ? found->object : NULL;
}

struct stored_beside *stored_beside_new(struct stored_objects *stored)
{
	struct stored_beside *beside = g_new0(struct stored_beside, 1);

	beside->stored = stored;
	beside->timers = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	beside->registrations = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	beside->providers = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	for (guint i = 0; i < stored->objects->len; i++) {
		const struct stored_object *one = stored->objects->pdata[i];

		if (one->kind == KIND_TIMER && one->name)
			add(beside, beside->timers, one, one->name);
		else if (one->kind == KIND_PROVIDER && one->name)
			add(beside, beside->providers, one, one->name);
		for (guint k = 0; one->kind == KIND_REGISTRATION && one->classes[k]; k++)
			add(beside, beside->registrations, one, one->classes[k]);
	}
	return beside;
}

void stored_beside_free(struct stored_beside *beside)
{
	g_hash_table_unref(beside->timers);
	g_hash_table_unref(beside->registrations);
	g_hash_table_unref(beside->providers);
	g_free(beside);
}

static const char *find_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (; *text; text++)
		if (g_ascii_strncasecmp(text, word, length) == 0)
			return text + length;
	return NULL;
}

static const char *skip_blanks(const char *at)
{
	while (g_ascii_isspace(*at))
		at++;
	return at;
}

/* The TimerId that a query compares with; NULL: none. The caller frees it. */
static char *awaited_timer(const char *query)
{
	const char *at = query && find_word(query, "__TimerEvent") ? query : NULL;
	const char *end;

	while (at && (at = find_word(at, "TimerId"))) {
		const char *value = skip_blanks(at);

		if (*value++ != '=')
			continue;
		value = skip_blanks(value);
		if (*value != '\'' && *value != '"')
			continue;
		end = strchr(value + 1, *value);
		return end ? g_strndup(value + 1, (gsize)(end - value - 1)) : NULL;
	}
	return NULL;
}

static void add_place(struct stored *out, const struct stored_object *object)
{
	guint count = 0;

	while (out->places[count])
		count++;
	if (count + 1 < G_N_ELEMENTS(out->places))
		out->places[count] = &object->place;
}

static void fill_timer(struct stored_beside *beside, const struct stored_version *version,
		       struct stored *out)
{
	const struct wmi_filter *filter = version->filter ? version->filter->filter : NULL;
	g_autofree char *id = filter ? awaited_timer(filter->query) : NULL;
	const char *namespace =
		filter && filter->event_namespace ? filter->event_namespace : version->namespace;
	const struct stored_object *found =
		get(beside, beside->timers, version->host, namespace, id);
	struct stored_timer *timer;

	if (!found)
		return;
	timer = keeper_alloc(&beside->stored->keeper, sizeof(*timer));
	*timer = (struct stored_timer){found->place.object.class_name, found->name, found->texts[0],
				       found->texts[1]};
	out->timer = timer;
	add_place(out, found);
}

static void fill_provider(struct stored_beside *beside, const struct stored_version *version,
			  struct stored *out)
{
	const struct stored_object *registration = get(beside, beside->registrations, version->host,
						       version->namespace, version->class_name);
	const struct stored_reference *end;
	const struct stored_object *found;
	struct stored_provider *provider;

	if (!registration)
		return;
	end = &registration->ends[0];
	found = get(beside, beside->providers, version->host, end->namespace, end->name);
	provider = keeper_alloc(&beside->stored->keeper, sizeof(*provider));
	provider->name = end->name;
	if (found) {
		provider->clsid = found->texts[0];
		provider->hosting = found->texts[1];
	}
	out->provider = provider;
}

void stored_beside_fill(struct stored_beside *beside, const struct stored_version *version,
			struct stored *out)
{
	fill_timer(beside, version, out);
	fill_provider(beside, version, out);
}
