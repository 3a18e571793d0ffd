/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <string.h>

#include "base/text.h"
#include "sigma/log_source.h"
#include "sigma/packed.h"
#include "sigma/packs.h"

/* What is known of a provider's events. */
struct provider {
	GPtrArray *channels; /* char * */
	GHashTable *events; /* id → GPtrArray of char *: names as logged */
	bool complete;
};

struct log_sources {
	GHashTable *sources; /* category, a line feed, service → struct log_source */
	GHashTable *providers; /* name in lower case → struct provider */
	GPtrArray *replaced; /* feeds (GPtrArray) of sources that a later table has, too */
};

static void provider_free(gpointer data)
{
	struct provider *provider = data;

	g_ptr_array_unref(provider->channels);
	g_hash_table_unref(provider->events);
	g_free(provider);
}

static void clear_where(gpointer data)
{
	struct log_where *where = data;

	g_free(where->folded);
	g_ptr_array_unref(where->values);
}

static void feed_free(gpointer data)
{
	struct log_feed *feed = data;

	g_free(feed->provider);
	g_free(feed->channel);
	g_array_unref(feed->event_ids);
	g_array_unref(feed->where);
	g_hash_table_unref(feed->fields);
	g_clear_pointer(&feed->logged, g_hash_table_unref);
	g_clear_pointer(&feed->names, g_hash_table_unref);
	g_clear_pointer(&feed->usual_channels, g_ptr_array_unref);
	g_free(feed);
}

static struct log_feed *feed_new(void)
{
	struct log_feed *feed = g_new0(struct log_feed, 1);

	feed->event_ids = g_array_new(FALSE, FALSE, sizeof(guint32));
	feed->where = g_array_new(FALSE, FALSE, sizeof(struct log_where));
	g_array_set_clear_func(feed->where, clear_where);
	feed->fields = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
	return feed;
}

static void source_clear(struct log_source *source)
{
	g_free(source->name);
	g_ptr_array_unref(source->feeds);
	g_hash_table_unref(source->fields);
}

static void source_free(gpointer data)
{
	source_clear(data);
	g_free(data);
}

static GHashTable *new_name_set(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void source_init(struct log_source *source, const char *category, const char *service)
{
	*source = (struct log_source){
		.feeds = g_ptr_array_new_with_free_func(feed_free),
		.fields = new_name_set(),
	};
	if (category)
		source->name = g_strdup_printf("category '%s'", category);
	else
		source->name = service ? g_strdup_printf("service '%s'", service)
				       : g_strdup("product 'windows'");
}

/* The value of a map, which must be of that type; NULL when absent, or with an error. */
static const struct yaml_node *get_typed(const struct yaml_node *map, const char *name,
					 enum yaml_type type, struct lint *lint)
{
	const struct yaml_node *value = yaml_map_get(map, name);

	if (!value || value->type == type)
		return value;
	lint_error(lint, &value->place, "'%s' has another kind of value than this", name);
	return NULL;
}

static const char *get_text(const struct yaml_node *map, const char *name, struct lint *lint)
{
	const struct yaml_node *value = get_typed(map, name, YAML_SCALAR, lint);

	return value ? value->text : NULL;
}

/* The texts of a list; what is none in it is an error. */
static GPtrArray *copy_texts(const struct yaml_node *list, struct lint *lint)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; list && i < list->children->len; i++) {
		const struct yaml_node *item = list->children->pdata[i];

		if (item->type == YAML_SCALAR)
			g_ptr_array_add(texts, g_strdup(item->text));
		else
			lint_error(lint, &item->place, "expected a text");
	}
	return texts;
}

static bool parse_id(const struct yaml_node *node, struct lint *lint, guint32 *out)
{
	guint64 id;

	if (node->type != YAML_SCALAR ||
	    !g_ascii_string_to_unsigned(node->text, 10, 0, G_MAXUINT16, &id, NULL)) {
		lint_error(lint, &node->place, "expected an event id");
		return false;
	}
	*out = (guint32)id;
	return true;
}

static void load_provider(struct log_sources *sources, const struct yaml_node *map,
			  struct lint *lint)
{
	const char *name = get_text(map, "name", lint);
	const struct yaml_node *events = get_typed(map, "events", YAML_MAP, lint);
	const struct yaml_node *complete = yaml_map_get(map, "complete");
	struct provider *provider;

	if (!name) {
		lint_error(lint, &map->place, "a provider without a name");
		return;
	}
	provider = g_new0(struct provider, 1);
	provider->channels = copy_texts(get_typed(map, "channels", YAML_LIST, lint), lint);
	provider->events =
		g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	if (complete && !yaml_node_get_bool(complete, &provider->complete))
		lint_error(lint, &complete->place, "'complete' must be true or false");
	for (guint i = 0; events && i < events->children->len; i += 2) {
		const struct yaml_node *fields = events->children->pdata[i + 1];
		guint32 id;

		if (fields->type != YAML_LIST)
			lint_error(lint, &fields->place, "expected a list of fields");
		else if (parse_id(events->children->pdata[i], lint, &id))
			g_hash_table_replace(provider->events, GUINT_TO_POINTER(id),
					     copy_texts(fields, lint));
	}
	g_hash_table_replace(sources->providers, g_ascii_strdown(name, -1), provider);
}

static void load_where(struct log_feed *feed, const struct yaml_node *map, struct lint *lint)
{
	for (guint i = 0; map && i < map->children->len; i += 2) {
		const struct yaml_node *key = map->children->pdata[i];
		const struct yaml_node *values = map->children->pdata[i + 1];
		struct log_where where;

		if (values->type != YAML_LIST) {
			lint_error(lint, &values->place, "expected a list of texts");
			continue;
		}
		where.folded = text_fold(key->text);
		where.values = copy_texts(values, lint);
		g_array_append_val(feed->where, where);
	}
}

static void load_names(struct log_feed *feed, const struct yaml_node *map, struct lint *lint)
{
	if (!map)
		return;
	feed->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; i < map->children->len; i += 2) {
		const struct yaml_node *key = map->children->pdata[i];
		const struct yaml_node *name = map->children->pdata[i + 1];

		if (name->type == YAML_SCALAR)
			g_hash_table_replace(feed->names, text_fold(key->text),
					     g_strdup(name->text));
		else
			lint_error(lint, &name->place, "expected a name");
	}
}

/* What is known of the feed's provider. */
static void learn_provider(const struct log_sources *sources, struct log_feed *feed)
{
	g_autofree char *lower = feed->provider ? g_ascii_strdown(feed->provider, -1) : NULL;
	const struct provider *provider =
		lower ? g_hash_table_lookup(sources->providers, lower) : NULL;

	if (!provider)
		return;
	feed->complete = provider->complete;
	feed->usual_channels = g_ptr_array_ref(provider->channels);
	feed->logged = g_hash_table_ref(provider->events);
}

static void load_feed(struct log_sources *sources, struct log_source *source,
		      const struct yaml_node *map, struct lint *lint)
{
	const struct yaml_node *ids = get_typed(map, "ids", YAML_LIST, lint);
	const struct yaml_node *hidden = yaml_map_get(map, "hidden");
	struct log_feed *feed = feed_new();

	feed->provider = g_strdup(get_text(map, "provider", lint));
	feed->channel = g_strdup(get_text(map, "channel", lint));
	if (hidden && !yaml_node_get_bool(hidden, &feed->is_of_hidden))
		lint_error(lint, &hidden->place, "'hidden' must be true or false");
	for (guint i = 0; ids && i < ids->children->len; i++) {
		guint32 id;

		if (parse_id(ids->children->pdata[i], lint, &id))
			g_array_append_val(feed->event_ids, id);
	}
	load_where(feed, get_typed(map, "where", YAML_MAP, lint), lint);
	load_names(feed, get_typed(map, "names", YAML_MAP, lint), lint);
	learn_provider(sources, feed);
	g_ptr_array_add(source->feeds, feed);
}

static char *make_key(const char *category, const char *service)
{
	return g_strdup_printf("%s\n%s", category ? category : "", service ? service : "");
}

/* The source of that name; a new one has no feeds. */
static struct log_source *find_source(struct log_sources *sources, const char *category,
				      const char *service, bool *is_new)
{
	g_autofree char *key = make_key(category, service);
	struct log_source *source = g_hash_table_lookup(sources->sources, key);

	*is_new = !source;
	if (source)
		return source;
	source = g_new0(struct log_source, 1);
	source_init(source, category, service);
	g_hash_table_insert(sources->sources, g_steal_pointer(&key), source);
	return source;
}

static void load_source(struct log_sources *sources, const struct yaml_node *map, struct lint *lint)
{
	const char *category = get_text(map, "category", lint);
	const char *service = get_text(map, "service", lint);
	const struct yaml_node *feeds = get_typed(map, "feeds", YAML_LIST, lint);
	const struct yaml_node *fields = get_typed(map, "fields", YAML_LIST, lint);
	g_autoptr(GPtrArray) names = copy_texts(fields, lint);
	bool is_new;
	struct log_source *source = find_source(sources, category, service, &is_new);

	if (!is_new) {
		g_ptr_array_add(sources->replaced, g_ptr_array_ref(source->feeds));
		source_clear(source);
		source_init(source, category, service);
	}
	source->is_subscription = fields != NULL;
	for (guint i = 0; i < names->len; i++)
		g_hash_table_add(source->fields, text_fold(names->pdata[i]));
	for (guint i = 0; feeds && i < feeds->children->len; i++) {
		const struct yaml_node *feed = feeds->children->pdata[i];

		if (feed->type == YAML_MAP)
			load_feed(sources, source, feed, lint);
		else
			lint_error(lint, &feed->place, "a feed must be a map");
	}
}

bool log_sources_are_in(const struct yaml_node *document)
{
	return document->type == YAML_MAP && yaml_map_get(document, "logsources");
}

static void load_list(struct log_sources *sources, const struct yaml_node *list, struct lint *lint,
		      void (*load)(struct log_sources *, const struct yaml_node *, struct lint *))
{
	for (guint i = 0; list && i < list->children->len; i++) {
		const struct yaml_node *item = list->children->pdata[i];

		if (item->type == YAML_MAP)
			load(sources, item, lint);
		else
			lint_error(lint, &item->place, "expected a map");
	}
}

void log_sources_add(struct log_sources *sources, const struct yaml_node *document,
		     struct lint *lint)
{
	load_list(sources, get_typed(document, "providers", YAML_LIST, lint), lint, load_provider);
	load_list(sources, get_typed(document, "logsources", YAML_LIST, lint), lint, load_source);
}

static void add_packed(struct log_sources *sources, struct lint *lint)
{
	const uint8_t *at = hunt_packed.table;

	for (uint64_t left = packed_take_number(&at); left > 0; left--) {
		g_autofree struct yaml_node *document = packed_take_node(&at);

		log_sources_add(sources, document, lint);
	}
}

static void add_text(struct log_sources *sources, const struct pack_text *table, struct lint *lint)
{
	g_autoptr(GPtrArray) documents = yaml_parse(table->text, table->length, lint);

	for (guint i = 0; i < documents->len; i++)
		log_sources_add(sources, documents->pdata[i], lint);
}

static void add_builtin(struct log_sources *sources)
{
	const struct pack_text *table = &hunt_pack_texts[hunt_pack_count - 1];
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct lint lint = {.file = table->name, .messages = messages};

	if (hunt_packed.table)
		add_packed(sources, &lint);
	else
		add_text(sources, table, &lint);
	if (lint.errors) {
		const struct rule_message *message = messages->pdata[0];

		g_error("%s:%u:%u: %s", message->file, message->line, message->column,
			message->text);
	}
}

struct log_sources *log_sources_new(void)
{
	struct log_sources *sources = g_new0(struct log_sources, 1);

	sources->sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, source_free);
	sources->providers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, provider_free);
	sources->replaced = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	add_builtin(sources);
	return sources;
}

void log_sources_free(struct log_sources *sources)
{
	g_hash_table_unref(sources->sources);
	g_hash_table_unref(sources->providers);
	g_ptr_array_unref(sources->replaced);
	g_free(sources);
}

/* The text of one attribute, NULL when absent or empty; anything but text is an error. */
static const char *get_attribute(const struct yaml_node *map, const char *name, struct lint *lint)
{
	const struct yaml_node *value = yaml_map_get(map, name);

	if (!value)
		return NULL;
	if (yaml_node_is_text(value))
		return value->text;
	if (yaml_node_is_null(value))
		lint_warn(lint, &value->place, "logsource: '%s' is empty", name);
	else
		lint_error(lint, &value->place, "logsource: '%s' must be a text", name);
	return NULL;
}

static void check_attributes(const struct yaml_node *map, struct lint *lint)
{
	static const char *const names[] = {"category", "product", "service", "definition", NULL};

	for (guint i = 0; i < map->children->len; i += 2) {
		const struct yaml_node *key = map->children->pdata[i];

		if (!g_strv_contains(names, key->text))
			lint_warn(lint, &key->place, "logsource: unknown attribute '%s'",
				  key->text);
	}
}

const struct log_source *log_sources_get(const struct log_sources *sources, const char *category,
					 const char *service)
{
	g_autofree char *key = make_key(category, service);

	return g_hash_table_lookup(sources->sources, key);
}

/* A category says more than the service beside it, unless the table knows the two together. */
static const struct log_source *look_up(const struct log_sources *sources, const char *category,
					const char *service)
{
	g_autofree char *lower_category = category ? g_ascii_strdown(category, -1) : NULL;
	g_autofree char *lower_service = service ? g_ascii_strdown(service, -1) : NULL;
	const struct log_source *source = log_sources_get(sources, category, service);

	if (!source)
		source = log_sources_get(sources, lower_category, lower_service);
	return source || !category ? source : log_sources_get(sources, lower_category, NULL);
}

/* A source that nothing feeds is kept like others, so that filters find their rules. */
static const struct log_source *find_or_warn(struct log_sources *sources,
					     const struct yaml_node *map, const char *category,
					     const char *service, struct lint *lint)
{
	const struct log_source *source = look_up(sources, category, service);
	bool is_new;

	if (source && log_source_is_read(source))
		return source;
	if (!source)
		source = find_source(sources, category, service, &is_new);
	lint_warn(lint, &map->place, "no log that is read feeds %s, so this never matches",
		  source->name);
	return source;
}

/* Events of another product than Windows. */
static const struct log_source *find_foreign(struct log_sources *sources,
					     const struct yaml_node *map, const char *product,
					     struct lint *lint)
{
	g_autofree char *name = g_strdup_printf("any\n%s", product);
	bool is_new;
	struct log_source *source = find_source(sources, name, NULL, &is_new);

	if (is_new) {
		g_free(source->name);
		source->name = g_strdup_printf("product '%s'", product);
		source->is_foreign = true;
	}
	lint_warn(lint, &map->place, "no log that is read feeds %s, so this never matches",
		  source->name);
	return source;
}

const struct log_source *log_source_load(struct log_sources *sources,
					 const struct yaml_node *document, struct lint *lint)
{
	const struct yaml_node *map = yaml_map_get(document, "logsource");
	unsigned errors = lint->errors;
	const char *category, *service, *product;

	if (!map || map->type != YAML_MAP) {
		lint_error(lint, map ? &map->place : &document->place,
			   "a logsource with a category or a service is missing");
		return NULL;
	}
	check_attributes(map, lint);
	category = get_attribute(map, "category", lint);
	service = get_attribute(map, "service", lint);
	product = get_attribute(map, "product", lint);
	if (lint->errors == errors && !category && !service && !product)
		lint_error(lint, &map->place,
			   "logsource: a category, a service or a product is missing");
	if (lint->errors != errors)
		return NULL;
	if (product && g_ascii_strcasecmp(product, "windows") != 0)
		return find_foreign(sources, map, product, lint);
	return find_or_warn(sources, map, category, service, lint);
}
