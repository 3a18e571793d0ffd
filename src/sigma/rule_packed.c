/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/rule_packed.h"

#include <string.h>

#include "evtx/field_text.h"

/* Another field of these is lost unless it is written and read here. */
#if GLIB_SIZEOF_VOID_P == 8
G_STATIC_ASSERT(sizeof(struct rule) == 120);
G_STATIC_ASSERT(sizeof(struct prefilter) == 24);
G_STATIC_ASSERT(sizeof(struct field_text) == 24);
G_STATIC_ASSERT(sizeof(struct rule_want) == 56);
#endif

/* Where a want's feed stands among those of the rule's source. */
static guint find_feed(const struct rule *rule, const struct log_feed *feed)
{
	guint index = 0;

	while (rule->source->feeds->pdata[index] != feed)
		index++;
	return index;
}

static void add_want(GByteArray *out, const struct rule_want *want)
{
	const struct prefilter *demand = &want->demand;

	packed_add_number(out, find_feed(want->rule, want->feed));
	packed_add_text(out, want->provider);
	packed_add_number(out, want->event_id);
	packed_add_number(out, want->any_id);
	packed_add_number(out, demand->kind);
	packed_add_number(out, demand->texts ? demand->texts->len : 0);
	for (guint i = 0; demand->texts && i < demand->texts->len; i++) {
		const struct field_text *text = &g_array_index(demand->texts, struct field_text, i);

		packed_add_text(out, text->field);
		packed_add_text(out, text->text);
		packed_add_number(out, text->anchor);
		packed_add_number(out, text->disguised);
	}
}

static struct rule_want *take_want(const uint8_t **at, struct rule *rule)
{
	struct rule_want *want = g_new0(struct rule_want, 1);
	struct prefilter *demand = &want->demand;
	uint64_t texts;

	want->rule = rule;
	want->feed = rule->source->feeds->pdata[packed_take_number(at)];
	want->provider = packed_take_text(at);
	want->event_id = (guint32)packed_take_number(at);
	want->any_id = packed_take_number(at);
	demand->kind = (enum prefilter_kind)packed_take_number(at);
	texts = packed_take_number(at);
	if (texts)
		demand->texts =
			g_array_sized_new(FALSE, FALSE, sizeof(struct field_text), (guint)texts);
	for (; texts > 0; texts--) {
		struct field_text text = {.field = packed_take_text(at)};

		text.text = packed_take_text(at);
		text.anchor = (enum text_anchor)packed_take_number(at);
		text.disguised = packed_take_number(at);
		g_array_append_val(demand->texts, text);
	}
	return want;
}

static void add_place(GByteArray *out, const struct place *place)
{
	packed_add_number(out, place->line);
	packed_add_number(out, place->column);
}

static struct place take_place(const uint8_t **at)
{
	unsigned line = (unsigned)packed_take_number(at);

	return (struct place){line, (unsigned)packed_take_number(at)};
}

static void add_texts(GByteArray *out, const GPtrArray *texts)
{
	packed_add_number(out, texts->len);
	for (guint i = 0; i < texts->len; i++)
		packed_add_text(out, texts->pdata[i]);
}

static GPtrArray *take_texts(const uint8_t **at)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

	for (uint64_t left = packed_take_number(at); left > 0; left--)
		g_ptr_array_add(texts, g_strdup(packed_take_text(at)));
	return texts;
}

static void add_head(GByteArray *out, const struct rule *rule)
{
	packed_add_number(out, rule->is_filter);
	add_place(out, &rule->place);
	packed_add_text(out, rule->id);
	packed_add_text(out, rule->name);
	packed_add_text(out, rule->title);
	packed_add_number(out, rule->level);
	packed_add_text(out, rule->triage);
	add_texts(out, rule->tags);
	add_texts(out, rule->references);
	packed_add_number(out, rule->targets ? rule->targets->len + 1 : 0);
	for (guint i = 0; rule->targets && i < rule->targets->len; i++) {
		const struct rule_target *target = rule->targets->pdata[i];

		packed_add_text(out, target->name);
		add_place(out, &target->place);
	}
}

static GPtrArray *take_targets(const uint8_t **at)
{
	uint64_t left = packed_take_number(at);
	GPtrArray *targets;

	if (left == 0)
		return NULL;
	targets = g_ptr_array_new_with_free_func((GDestroyNotify)rule_target_free);
	for (; left > 1; left--) {
		struct rule_target *target = g_new0(struct rule_target, 1);

		target->name = g_strdup(packed_take_text(at));
		target->place = take_place(at);
		g_ptr_array_add(targets, target);
	}
	return targets;
}

static struct rule *take_head(const uint8_t **at, const char *file)
{
	struct rule *rule = g_new0(struct rule, 1);

	rule->file = g_strdup(file);
	rule->is_filter = packed_take_number(at);
	rule->place = take_place(at);
	rule->id = g_strdup(packed_take_text(at));
	rule->name = g_strdup(packed_take_text(at));
	rule->title = g_strdup(packed_take_text(at));
	rule->level = (enum rule_level)packed_take_number(at);
	rule->triage = g_strdup(packed_take_text(at));
	rule->tags = take_texts(at);
	rule->references = take_texts(at);
	rule->targets = take_targets(at);
	return rule;
}

/* A document with nothing but its logsource. */
static void add_source(GByteArray *out, const struct yaml_node *document)
{
	struct yaml_node key = {.type = YAML_SCALAR, .plain = true, .text = (char *)"logsource"};
	gpointer children[] = {&key, (gpointer)yaml_map_get(document, key.text)};
	GPtrArray pair = {children, G_N_ELEMENTS(children)};
	const struct yaml_node map = {.type = YAML_MAP, .children = &pair};

	packed_add_node(out, &map);
}

static const struct log_source *take_source(const uint8_t **at, struct log_sources *sources,
					    struct lint *lint)
{
	g_autofree struct yaml_node *document = packed_take_node(at);

	return log_source_load(sources, document, lint);
}

void rule_pack(GByteArray *out, const struct rule *rule, const struct yaml_node *document,
	       const GPtrArray *wants)
{
	g_autoptr(GByteArray) body = g_byte_array_new();

	add_head(out, rule);
	add_source(out, document);
	packed_add_node(body, yaml_map_get(document, rule->is_filter ? "filter" : "detection"));
	packed_add_number(out, body->len);
	g_byte_array_append(out, body->data, body->len);
	packed_add_number(out, wants->len);
	for (guint i = 0; i < wants->len; i++)
		add_want(out, wants->pdata[i]);
}

struct rule *rule_unpack(const uint8_t **at, struct log_sources *sources, struct lint *lint,
			 GPtrArray *wants)
{
	struct rule *rule = take_head(at, lint->file);
	uint64_t size;

	rule->source = take_source(at, sources, lint);
	size = packed_take_number(at);
	rule->packed = *at;
	*at += size;
	for (uint64_t left = packed_take_number(at); left > 0; left--)
		g_ptr_array_add(wants, take_want(at, rule));
	return rule;
}
