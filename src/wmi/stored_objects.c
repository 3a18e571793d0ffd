/* SPDX-License-Identifier: Apache-2.0 */
#include "wmi/stored_set.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/collection.h"
#include "wmi/digest.h"
#include "wmi/mof.h"
#include "wmi/names.h"
#include "wmi/object_mof.h"

/* What is kept of objects and events until stored_join.c has all of them. */

struct stored_objects *stored_objects_new(void)
{
	struct stored_objects *stored = g_new0(struct stored_objects, 1);

	keeper_init(&stored->keeper);
	arena_init(&stored->arena);
	stored->objects = g_ptr_array_new();
	stored->repositories = g_hash_table_new_full(digest_hash, digest_equal, g_free, NULL);
	stored->places = g_hash_table_new(digest_hash, digest_equal);
	stored->hosts = g_hash_table_new(NULL, NULL);
	stored->form = g_string_new(NULL);
	return stored;
}

static void free_places(struct stored_objects *stored)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, stored->hosts);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_ptr_array_unref(((struct stored_host *)value)->places);
}

void stored_objects_free(struct stored_objects *stored)
{
	if (!stored)
		return;
	free_places(stored);
	g_ptr_array_unref(stored->objects);
	g_hash_table_unref(stored->repositories);
	g_hash_table_unref(stored->places);
	g_hash_table_unref(stored->hosts);
	g_string_free(stored->form, TRUE);
	arena_release(&stored->arena);
	keeper_release(&stored->keeper);
	g_free(stored);
}

struct digest stored_names_digest(struct stored_objects *stored, const void *head,
				  const char *const *names, size_t count)
{
	g_string_truncate(stored->form, 0);
	text_append_bytes(stored->form, (const char *)&head, sizeof(head));
	names_append(names, count, stored->form);
	return secret_digest(&stored->keeper.secret, stored->form->str, stored->form->len);
}

static const char *keep(struct stored_objects *stored, const char *text)
{
	return keeper_copy_text(&stored->keeper, text);
}

/* Takes the text. */
static const char *keep_own(struct stored_objects *stored, char *text)
{
	const char *kept = keep(stored, text);

	g_free(text);
	return kept;
}

/* Windows names a repository that it has replaced Repository.001, Repository.old. */
static bool is_set_aside(const char *path, const char *entry)
{
	g_autofree char *folded = g_ascii_strdown(entry ? entry : path, -1);

	return strstr(folded, "repository.") != NULL;
}

static struct stored_repository *get_repository(struct stored_objects *stored,
						const struct wmi_object *object)
{
	/* Lines of several hosts may say one path. */
	const char *const names[] = {object->path, object->entry, object->via, object->host};
	struct digest key = stored_names_digest(stored, NULL, names, G_N_ELEMENTS(names));
	struct stored_repository *repository = g_hash_table_lookup(stored->repositories, &key);
	const char *path = object->path ? object->path : "-";

	if (repository)
		return repository;
	repository = keeper_alloc(&stored->keeper, sizeof(*repository));
	repository->path = keep(stored, object->path);
	repository->entry = keep(stored, object->entry);
	repository->via = keep(stored, object->via);
	repository->folder = keep_own(stored, collection_folder(path, object->entry));
	repository->is_old = is_set_aside(path, object->entry);
	g_hash_table_insert(stored->repositories, g_memdup2(&key, sizeof(key)), repository);
	return repository;
}

static bool find_kind(const struct wmi_object *object, enum stored_kind *out)
{
	static const char *const classes[STORED_KINDS] = {
		[KIND_FILTER] = "__EventFilter",
		[KIND_CONSUMER] = "__EventConsumer",
		[KIND_BINDING] = "__FilterToConsumerBinding",
		[KIND_TIMER] = "__TimerInstruction",
		[KIND_REGISTRATION] = "__EventConsumerProviderRegistration",
		[KIND_PROVIDER] = "__Win32Provider",
	};

	*out = KIND_CLASS;
	if (object->is_class)
		return true;
	for (int kind = 0; kind < STORED_KINDS; kind++) {
		if (!classes[kind] || !wmi_object_is_a(object, classes[kind]))
			continue;
		*out = (enum stored_kind)kind;
		return true;
	}
	return false;
}

static const char *get_present(const struct wmi_object *object, const char *name)
{
	const char *text = wmi_object_get_text(object, name);

	return text && *text ? text : NULL;
}

/* Numbers too. */
static const char *keep_value(struct stored_objects *stored, const struct wmi_object *object,
			      const char *name)
{
	const struct cim_value *value = wmi_object_get(object, name);

	return value && (value->kind == CIM_TEXT || value->kind == CIM_NUMBER)
		       ? keep(stored, value->text)
		       : NULL;
}

static const char *keep_namespace(struct stored_objects *stored, const char *text)
{
	return text ? keep_own(stored, namespace_normalise(text)) : NULL;
}

static const char *keep_sid(struct stored_objects *stored, const struct wmi_object *object)
{
	g_autoptr(GString) sid = g_string_new(NULL);

	return wmi_object_append_sid(object, sid) ? keep(stored, sid->str) : NULL;
}

static void read_filter(struct stored_objects *stored, struct stored_object *out,
			const struct wmi_object *object)
{
	struct wmi_filter *filter = keeper_alloc(&stored->keeper, sizeof(*filter));

	filter->name = out->name = keep(stored, get_present(object, "Name"));
	filter->event_namespace = keep_namespace(stored, get_present(object, "EventNamespace"));
	filter->query = keep(stored, get_present(object, "Query"));
	filter->query_language = keep(stored, get_present(object, "QueryLanguage"));
	filter->creator_sid = keep_sid(stored, object);
	out->filter = filter;
}

/* As they are told apart of a 5861 too. */
static struct mof_property *without_name(struct mof_property *properties)
{
	struct mof_property *first = NULL, **last = &first;

	for (; properties; properties = properties->next) {
		if (g_ascii_strcasecmp(properties->name, "Name") == 0 ||
		    g_ascii_strcasecmp(properties->name, "CreatorSID") == 0)
			continue;
		*last = properties;
		last = &properties->next;
	}
	*last = NULL;
	return first;
}

static void read_consumer(struct stored_objects *stored, struct stored_object *out,
			  const struct wmi_object *object)
{
	struct wmi_consumer consumer = {
		.class_name = object->class_name,
		.name = get_present(object, "Name"),
		.properties = without_name(mof_from_object(object, &stored->arena)),
		.creator_sid = keep_sid(stored, object),
	};

	out->consumer = keeper_copy_consumer(&stored->keeper, &consumer);
	out->name = out->consumer->name;
}

static struct stored_reference read_reference(struct stored_objects *stored,
					      const struct stored_object *from, const char *text)
{
	struct stored_reference reference = {0};
	struct object_path path;

	if (!text || !object_path_parse(text, &path))
		return reference;
	reference.namespace = path.namespace ? keep(stored, path.namespace) : from->namespace;
	reference.class_name = keep(stored, path.class_name);
	reference.name = keep(stored, path.name);
	object_path_release(&path);
	return reference;
}

static void read_binding(struct stored_objects *stored, struct stored_object *out,
			 const struct wmi_object *object)
{
	out->ends[0] = read_reference(stored, out, wmi_object_get_text(object, "Filter"));
	out->ends[1] = read_reference(stored, out, wmi_object_get_text(object, "Consumer"));
}

static void read_timer(struct stored_objects *stored, struct stored_object *out,
		       const struct wmi_object *object)
{
	out->name = keep(stored, get_present(object, "TimerId"));
	out->texts[0] = keep_value(stored, object, "IntervalBetweenEvents");
	out->texts[1] = keep_value(stored, object, "EventDateTime");
}

static void read_registration(struct stored_objects *stored, struct stored_object *out,
			      const struct wmi_object *object)
{
	const struct cim_value *list = wmi_object_get(object, "ConsumerClassNames");
	uint32_t count = list && list->kind == CIM_ARRAY ? list->count : 0, kept = 0;
	const char **classes = keeper_alloc(&stored->keeper, (count + 1) * sizeof(*classes));

	for (uint32_t i = 0; i < count; i++)
		if (list->items[i].kind == CIM_TEXT)
			classes[kept++] = keep(stored, list->items[i].text);
	out->classes = classes;
	out->ends[0] = read_reference(stored, out, wmi_object_get_text(object, "Provider"));
}

static void read_provider(struct stored_objects *stored, struct stored_object *out,
			  const struct wmi_object *object)
{
	out->name = keep(stored, get_present(object, "Name"));
	out->texts[0] = keep(stored, get_present(object, "CLSID"));
	out->texts[1] = keep(stored, get_present(object, "HostingModel"));
}

/* The longest text that it says itself. */
static void read_class(struct stored_objects *stored, struct stored_object *out,
		       const struct wmi_object *object)
{
	const struct cim_property *longest = NULL;
	size_t most = 0;

	for (uint32_t i = 0; i < object->properties.count; i++) {
		const struct cim_property *property = &object->properties.properties[i];
		bool is_text = property->value.kind == CIM_TEXT && !property->value.is_default;
		size_t length = is_text ? strlen(property->value.text) : 0;

		if (length <= most)
			continue;
		longest = property;
		most = length;
	}
	out->name = out->place.object.class_name;
	if (!longest)
		return;
	out->texts[0] = keep(stored, longest->name);
	out->texts[1] = keep(stored, longest->value.text);
}

static void keep_place(struct stored_objects *stored, struct stored_place *place,
		       const struct wmi_object *object, enum stored_kind kind)
{
	static const char *const roles[STORED_KINDS] = {[KIND_FILTER] = "filter",
							[KIND_CONSUMER] = "consumer",
							[KIND_BINDING] = "binding",
							[KIND_TIMER] = "timer",
							[KIND_REGISTRATION] = "registration",
							[KIND_PROVIDER] = "provider",
							[KIND_CLASS] = "class"};
	struct wmi_object *kept = &place->object;

	place->role = roles[kind];
	*kept = *object;
	kept->host = keep(stored, object->host);
	kept->system_version = keep(stored, object->system_version);
	kept->object_namespace = keep(stored, object->object_namespace);
	kept->class_name = keep(stored, object->class_name);
	kept->derivation = NULL;
	kept->derivation_count = 0;
	kept->properties = (struct cim_value){.kind = CIM_OBJECT};
	kept->tool = keep(stored, object->tool);
	kept->lacks = keep(stored, object->lacks);
	kept->path = keep(stored, object->path);
	kept->entry = keep(stored, object->entry);
	kept->via = keep(stored, object->via);
}

static void note_repository(struct stored_repository *repository, const struct stored_object *one)
{
	const struct wmi_object *object = &one->place.object;

	if (object->host && (!repository->name || strcmp(object->host, repository->name) < 0))
		repository->name = object->host;
	repository->has_live |= object->state == OBJECT_LIVE;
	if (object->has_session)
		repository->last_session = MAX(repository->last_session, object->session);
}

void stored_objects_add(struct stored_objects *stored, const struct wmi_object *object)
{
	static void (*const read[STORED_KINDS])(struct stored_objects *, struct stored_object *,
						const struct wmi_object *) = {
		[KIND_FILTER] = read_filter,
		[KIND_CONSUMER] = read_consumer,
		[KIND_BINDING] = read_binding,
		[KIND_TIMER] = read_timer,
		[KIND_REGISTRATION] = read_registration,
		[KIND_PROVIDER] = read_provider,
		[KIND_CLASS] = read_class};
	struct stored_object *one;
	enum stored_kind kind;

	if (!find_kind(object, &kind))
		return;
	if (keeper_size(&stored->keeper) > WH_MAX_STORED_MEMORY) {
		stored->left_out++;
		return;
	}
	arena_clear(&stored->arena);
	one = keeper_alloc(&stored->keeper, sizeof(*one));
	one->kind = kind;
	one->repository = get_repository(stored, object);
	one->namespace = keep_namespace(stored, object->object_namespace);
	keep_place(stored, &one->place, object, kind);
	read[kind](stored, one, object);
	note_repository(one->repository, one);
	g_ptr_array_add(stored->objects, one);
}

static bool is_of(const struct log_place *place, const struct event *event)
{
	return place && event_refs_share_source(&place->ref, &event->ref) &&
	       g_strcmp0(place->host, event->host) == 0;
}

static struct log_place *get_place(struct stored_objects *stored, const struct event *event)
{
	const struct event_ref *ref = &event->ref;
	const void *const form[] = {keep(stored, ref->path), keep(stored, ref->entry),
				    keep(stored, ref->via), GINT_TO_POINTER(ref->claimed),
				    keep(stored, event->host)};
	struct digest key = secret_digest(&stored->keeper.secret, form, sizeof(form));
	struct log_place *place = g_hash_table_lookup(stored->places, &key);

	if (place)
		return place;
	place = keeper_alloc(&stored->keeper, sizeof(*place));
	place->key = key;
	place->ref = (struct event_ref){
		.path = form[0], .entry = form[1], .via = form[2], .claimed = ref->claimed};
	place->folder =
		keep_own(stored, collection_folder(ref->path ? ref->path : "-", ref->entry));
	place->host = form[4];
	g_hash_table_add(stored->places, place);
	return place;
}

static bool is_sysmon_of_wmi(const struct event *event)
{
	return event->ref.has_event_id && event->ref.event_id >= 19 && event->ref.event_id <= 21 &&
	       g_strcmp0(event->provider, "Microsoft-Windows-Sysmon") == 0;
}

static void note_first(uint64_t *first, uint64_t time)
{
	if (time && (!*first || time < *first))
		*first = time;
}

void stored_objects_note_event(struct stored_objects *stored, const struct event *event)
{
	struct log_place *place = stored->last_place;

	if (!is_of(place, event)) {
		if (keeper_size(&stored->keeper) > WH_MAX_STORED_MEMORY)
			return;
		place = get_place(stored, event);
		stored->last_place = place;
	}
	if (g_strcmp0(event->ref.channel, "Microsoft-Windows-WMI-Activity/Operational") == 0) {
		note_first(&place->first_activity, event->ref.time);
		if (event->ref.has_event_id && event->ref.event_id == 5861)
			place->last_registered = MAX(place->last_registered, event->ref.time);
	} else if (is_sysmon_of_wmi(event)) {
		note_first(&place->first_sysmon, event->ref.time);
	}
}

guint stored_objects_count_hosts(const struct stored_objects *stored)
{
	return stored->further_hosts;
}

uint64_t stored_objects_count_left_out(const struct stored_objects *stored)
{
	return stored->left_out;
}
