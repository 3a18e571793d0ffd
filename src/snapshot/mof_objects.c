/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/mof_objects.h"

#include <string.h>

#include "base/limits.h"
#include "snapshot/object_draft.h"
#include "wmi/mof.h"
#include "wmi/mof_text.h"
#include "wmi/names.h"

/*
 * How it works. The text is parsed as a whole. An instance makes up subscriptions by its class, as
 * far as the text or Windows's own classes say what that derives from, or because a binding of the
 * text calls it a consumer. What a binding calls by its alias is spelled as the path that mofcomp
 * would make of it.
 */

#define BINDING "__FilterToConsumerBinding"

struct mof_reading {
	const struct object_wants *wants;
	const struct snapshot_reading *reading;
	const struct stream *stream;
	struct arena arena;
	struct object_draft draft;
	GTree *consumers; /* struct mof_instance* → itself: what bindings say is one */
	uint64_t found;
};

static bool holds_word(const char *text, size_t size, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= size; i++)
		if (g_ascii_tolower(text[i]) == *word &&
		    g_ascii_strncasecmp(text + i, word, length) == 0)
			return true;
	return false;
}

static bool holds_instance(const char *text, size_t size)
{
	for (size_t i = 0; i + 11 < size; i++) {
		size_t at = i + 8;

		if (g_ascii_strncasecmp(text + i, "instance", 8) != 0)
			continue;
		while (at < size && g_ascii_isspace(text[at]))
			at++;
		if (at + 2 < size && g_ascii_strncasecmp(text + at, "of", 2) == 0)
			return true;
	}
	return false;
}

static bool is_named_mof(const char *name)
{
	size_t length = strlen(name);

	return length > 4 && g_ascii_strcasecmp(name + length - 4, ".mof") == 0;
}

bool mof_file_is_text(const char *name, const uint8_t *data, size_t size)
{
	g_autofree char *text = NULL;

	if (size == 0 || mof_is_binary(data, size))
		return false;
	if (is_named_mof(name))
		return true;
	/* Text only, and no program that holds both words. */
	if (data[0] == '{' || data[0] == '<' || !mof_file_needs_more(data, size))
		return false;
	text = mof_text_from_bytes(data, size);
	return holds_word(text, strlen(text), "pragma") && holds_instance(text, strlen(text));
}

/* A zero in UTF-16 is left out of the words. */
bool mof_file_needs_more(const uint8_t *data, size_t size)
{
	g_autofree char *text = NULL;
	size_t length = MIN(size, WH_FILE_HEADER_SIZE);

	if (length < 2 || mof_is_binary(data, length))
		return false;
	text = mof_text_from_bytes(data, length & ~(size_t)1);
	return !memchr(text, '\x01', strlen(text)) &&
	       (holds_word(text, strlen(text), "pragma") || holds_instance(text, strlen(text)));
}

static bool fill_value(struct mof_reading *mof, const struct mof_value *from,
		       struct cim_value *out);

/* As JSON spells it, of MOF's decimal or hexadecimal number; false for another. */
static bool fill_number(struct mof_reading *mof, const char *text, struct cim_value *out)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	const char *digits = text + (*text == '-' || *text == '+');
	bool is_hex = digits[0] == '0' && (digits[1] | 0x20) == 'x';
	char *end = NULL;
	uint64_t whole = g_ascii_strtoull(is_hex ? digits + 2 : digits, &end, is_hex ? 16 : 10);

	if (end == digits || (is_hex && end == digits + 2))
		return false;
	if (*end == '\0') {
		g_snprintf(buffer, sizeof(buffer), "%s%" G_GUINT64_FORMAT,
			   *text == '-' && whole ? "-" : "", whole);
	} else {
		double value = g_ascii_strtod(text, &end);

		if (*end != '\0' || value - value != 0)
			return false;
		g_ascii_dtostr(buffer, sizeof(buffer), value);
	}
	*out = (struct cim_value){.kind = CIM_NUMBER,
				  .text = arena_copy(&mof->arena, buffer, strlen(buffer))};
	return true;
}

static bool fill_array(struct mof_reading *mof, const struct mof_value *from, struct cim_value *out)
{
	struct cim_value *items;
	uint32_t count = 0;
	bool whole = true;

	for (const struct mof_value *item = from->elements; item; item = item->next)
		count++;
	items = arena_alloc(&mof->arena, MAX(count, 1) * sizeof(*items));
	*out = (struct cim_value){.kind = CIM_ARRAY, .count = count, .items = items};
	for (const struct mof_value *item = from->elements; item; item = item->next)
		whole &= fill_value(mof, item, items++);
	return whole;
}

static bool fill_instance(struct mof_reading *mof, const struct mof_instance *from,
			  struct cim_value *out)
{
	struct cim_property *properties;
	uint32_t count = 0;
	bool whole = from->complete;

	for (const struct mof_property *at = from->properties; at; at = at->next)
		count++;
	properties = arena_alloc(&mof->arena, MAX(count, 1) * sizeof(*properties));
	*out = (struct cim_value){.kind = CIM_OBJECT,
				  .count = count,
				  .text = from->class_name,
				  .properties = properties};
	for (const struct mof_property *at = from->properties; at; at = at->next, properties++) {
		properties->name = at->name;
		whole &= fill_value(mof, at->value, &properties->value);
	}
	return whole;
}

/* What mofcomp keys an instance by. Without a name of its own a consumer gets one that is made at
 * that moment: its alias stands for it. */
static const char *get_name(const struct mof_instance *instance)
{
	const struct mof_value *name = mof_property_get(instance->properties, "Name");

	if (name && name->type == MOF_STRING)
		return name->text;
	name = mof_property_get(instance->properties, "TimerId");
	return name && name->type == MOF_STRING ? name->text : instance->alias;
}

/* False when some of it is not in the text. Recursive, WH_MAX_MOF_DEPTH deep at most. */
static bool fill_value(struct mof_reading *mof, const struct mof_value *from, struct cim_value *out)
{
	const char *name;

	*out = (struct cim_value){.kind = CIM_NULL};
	switch (from->type) {
	case MOF_STRING:
		*out = (struct cim_value){.kind = CIM_TEXT, .text = from->text};
		name = from->target ? get_name(from->target) : NULL;
		if (name)
			out->text = object_path_make(from->target->class_name, "Name", name,
						     &mof->arena);
		break;
	case MOF_NUMBER:
		if (!fill_number(mof, from->text, out))
			*out = (struct cim_value){.kind = CIM_TEXT, .text = from->text};
		break;
	case MOF_BOOLEAN:
		out->kind = from->text[0] == 't' ? CIM_TRUE : CIM_FALSE;
		break;
	case MOF_ARRAY:
		return fill_array(mof, from, out) && !from->cut;
	case MOF_INSTANCE:
		return fill_instance(mof, from->instance, out) && !from->cut;
	default:
		break;
	}
	return !from->cut;
}

/* The chain of its class as the text has it; how many there are. */
static uint32_t list_ancestors(const struct mof_instance *instance,
			       const char *out[WH_MAX_MOF_CHAIN])
{
	const struct mof_class *class = instance->class;
	uint32_t count = 0;

	for (; class && class->parent && count < WH_MAX_MOF_CHAIN; class = class->super)
		out[count++] = class->parent;
	return count;
}

/* Defaults that classes of the text give, the nearest class's first. */
static void add_defaults(struct mof_reading *mof, const struct mof_class *class)
{
	for (unsigned i = 0; class && i < WH_MAX_MOF_CHAIN; i++, class = class->super) {
		for (const struct mof_property *at = class->properties; at; at = at->next) {
			struct cim_value value;

			if (!at->value || at->value->type == MOF_NULL)
				continue;
			fill_value(mof, at->value, &value);
			value.is_default = true;
			object_draft_add(&mof->draft, at->name, &value);
		}
	}
}

static void add_properties(struct mof_reading *mof, const struct mof_instance *instance)
{
	bool whole = instance->complete;

	for (const struct mof_property *at = instance->properties; at; at = at->next) {
		struct cim_value value;

		whole &= fill_value(mof, at->value, &value);
		object_draft_add(&mof->draft, at->name, &value);
	}
	mof->draft.object.partial = !whole;
}

static bool is_in_auto_recover(const struct stream *stream)
{
	const char *name = stream->entry ? stream->entry : stream->path;

	return holds_word(name, strlen(name), "autorecover/") ||
	       holds_word(name, strlen(name), "autorecover\\");
}

static void begin(struct mof_reading *mof, const char *class_name, const char *namespace)
{
	struct wmi_object *object = &mof->draft.object;

	object_draft_begin(&mof->draft, class_name);
	object->object_namespace = object_namespace_split(namespace, &object->host, &mof->arena);
	if (object->host)
		object->host_from = HOST_FROM_CONTENT;
	object->state = OBJECT_DEFINED;
	object->found_in =
		is_in_auto_recover(mof->stream) ? FOUND_IN_AUTORECOVER : FOUND_IN_MOF_FILE;
	object->path = mof->stream->path;
	object->entry = mof->stream->entry;
}

static bool is_of_subscription(const struct mof_reading *mof, const struct wmi_object *object,
			       const struct mof_instance *instance)
{
	return g_tree_lookup(mof->consumers, instance) ||
	       wmi_object_is_a(object, "__EventFilter") ||
	       wmi_object_is_a(object, "__EventConsumer") || wmi_object_is_a(object, BINDING) ||
	       wmi_object_is_a(object, "__TimerInstruction");
}

static void give(struct mof_reading *mof, const struct wmi_object *object)
{
	if (!object_wants_match(mof->wants, object))
		return;
	mof->found++;
	mof->reading->take(mof->reading->take_context, object);
}

/* The name that it will have is not in the text. */
static void name_by_alias(struct mof_reading *mof, const struct mof_instance *instance)
{
	const struct cim_value alias = {
		.kind = CIM_TEXT, .text = instance->alias, .is_default = true};

	if (instance->alias && !object_draft_has(&mof->draft, "Name") &&
	    (g_tree_lookup(mof->consumers, instance) ||
	     wmi_object_is_a(&mof->draft.object, "__EventFilter")))
		object_draft_add(&mof->draft, "Name", &alias);
}

static void give_instance(struct mof_reading *mof, const struct mof_instance *instance)
{
	const char *ancestors[WH_MAX_MOF_CHAIN];
	uint32_t count = list_ancestors(instance, ancestors);
	const struct wmi_object *object;

	begin(mof, instance->class_name, instance->namespace);
	add_properties(mof, instance);
	add_defaults(mof, instance->class);
	name_by_alias(mof, instance);
	object = object_draft_finish(&mof->draft, ancestors, count);
	if (mof->wants->every || mof->wants->class_name ||
	    is_of_subscription(mof, object, instance))
		give(mof, object);
}

/* Where a literal of an object path ends: at its other quote, or at the text's end. */
static const char *find_quote(const char *at)
{
	for (; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return at;
}

static const char *copy_unescaped(const char *from, const char *end, struct arena *arena)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (; from < end; from++) {
		if (*from == '\\' && from + 1 < end)
			from++;
		g_string_append_c(text, *from);
	}
	return arena_copy(arena, text->str, text->len);
}

/* The keys of `CLASS.KEY="value",KEY="value"`. */
static void add_keys(struct mof_reading *mof, const char *keys)
{
	while (*keys) {
		size_t length = strcspn(keys, "=");
		const char *value = keys + length + 1, *end;
		const char *name = arena_copy(&mof->arena, keys, length);

		if (!keys[length] || *value != '"')
			return;
		end = find_quote(++value);
		object_draft_add_text(&mof->draft, name, copy_unescaped(value, end, &mof->arena));
		keys = end + (*end == '"');
		keys += strspn(keys, ", ");
	}
}

/* Those of `\\HOST\NAMESPACE:CLASS.KEY="value"`, which may be without what stands before the class;
 * NULL: it has none. */
static const char *find_keys(const char *path)
{
	size_t length = strcspn(path, ":=\"");
	const char *class_name = path[length] == ':' ? path + length + 1 : path;

	class_name += strcspn(class_name, ".=\"");
	return *class_name == '.' ? class_name + 1 : NULL;
}

static void give_deletion(struct mof_reading *mof, const struct mof_deletion *deletion)
{
	const char *keys = find_keys(deletion->path);
	const struct wmi_object *object;
	struct object_path path;

	if (deletion->is_class || !object_path_parse(deletion->path, &path))
		return;
	begin(mof, path.class_name,
	      path.namespace ? arena_copy(&mof->arena, deletion->path, strcspn(deletion->path, ":"))
			     : deletion->namespace);
	mof->draft.object.state = OBJECT_UNDEFINED;
	if (keys)
		add_keys(mof, keys);
	if (!object_draft_has(&mof->draft, "Name") && mof->draft.properties->len == 0)
		object_draft_add_text(&mof->draft, "Name", path.name);
	object = object_draft_finish(&mof->draft, NULL, 0);
	if (mof->wants->every || mof->wants->class_name || object->derivation_count > 0 ||
	    g_str_has_suffix(object->class_name, "EventConsumer"))
		give(mof, object);
	object_path_release(&path);
}

static int compare_pointers(gconstpointer a, gconstpointer b, gpointer unused)
{
	(void)unused;
	return a < b ? -1 : a > b;
}

/* Classes that nothing is known of are consumers' where a binding says so. */
static void find_consumers(struct mof_reading *mof, const struct mof_instance *instances)
{
	for (; instances; instances = instances->next) {
		const struct mof_value *consumer;

		if (g_ascii_strcasecmp(instances->class_name, BINDING) != 0)
			continue;
		consumer = mof_property_get(instances->properties, "Consumer");
		if (consumer && consumer->target)
			g_tree_insert(mof->consumers, consumer->target, consumer->target);
	}
}

static void give_all(struct mof_reading *mof, const char *text)
{
	struct mof_content content = mof_parse(text, MOF_WRITTEN, &mof->arena);

	find_consumers(mof, content.instances);
	for (const struct mof_instance *at = content.instances; at; at = at->next)
		give_instance(mof, at);
	for (const struct mof_deletion *at = content.deletions; at; at = at->next)
		give_deletion(mof, at);
}

uint64_t mof_objects_read(struct reader *reader, const struct object_wants *wants,
			  const struct snapshot_reading *reading)
{
	struct mof_reading mof = {.wants = wants, .reading = reading, .stream = reader->stream};
	g_autoptr(GByteArray) bytes = snapshot_read_bytes(reader, reading);
	g_autofree char *text = NULL;

	if (!bytes)
		return 0;
	text = mof_text_from_bytes(bytes->data, bytes->len);
	arena_init(&mof.arena);
	object_draft_init(&mof.draft, &mof.arena);
	mof.consumers = g_tree_new_full(compare_pointers, NULL, NULL, NULL);
	reading->at_piece(reading->context, 0, bytes->len);
	give_all(&mof, text);
	reading->at_piece(reading->context, 0, 0);
	g_tree_unref(mof.consumers);
	object_draft_release(&mof.draft);
	arena_release(&mof.arena);
	return mof.found;
}
