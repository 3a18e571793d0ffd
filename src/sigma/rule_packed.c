/* SPDX-License-Identifier: Apache-2.0 */
#include "sigma/rule_packed.h"

#include <string.h>

/* Another field of these is lost unless it is written and read here. */
G_STATIC_ASSERT(sizeof(struct prefilter) == 32);
G_STATIC_ASSERT(sizeof(struct rule_want) == 64);

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
	packed_add_number(out, demand->folds_widely);
	packed_add_number(out, demand->texts ? demand->texts->len : 0);
	for (guint i = 0; demand->texts && i < demand->texts->len; i++)
		packed_add_text(out, demand->texts->pdata[i]);
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
	demand->folds_widely = packed_take_number(at);
	texts = packed_take_number(at);
	if (texts)
		demand->texts = g_ptr_array_sized_new((guint)texts);
	for (; texts > 0; texts--)
		g_ptr_array_add(demand->texts, (gpointer)packed_take_text(at));
	return want;
}

/* The document as it is, but for one value. */
static void add_document_without(GByteArray *out, const struct yaml_node *document,
				 const struct yaml_node *left_out)
{
	g_autoptr(GPtrArray) kept = g_ptr_array_new();
	struct yaml_node head = *document;

	for (guint i = 0; i < document->children->len; i += 2) {
		if (document->children->pdata[i + 1] == left_out)
			continue;
		g_ptr_array_add(kept, document->children->pdata[i]);
		g_ptr_array_add(kept, document->children->pdata[i + 1]);
	}
	head.children = kept;
	packed_add_node(out, &head);
}

void rule_pack(GByteArray *out, const struct yaml_node *document, const GPtrArray *wants)
{
	const struct yaml_node *detection = yaml_map_get(document, "detection");
	g_autoptr(GByteArray) body = g_byte_array_new();

	add_document_without(out, document, detection);
	packed_add_node(body, detection);
	packed_add_number(out, body->len);
	g_byte_array_append(out, body->data, body->len);
	packed_add_number(out, wants->len);
	for (guint i = 0; i < wants->len; i++)
		add_want(out, wants->pdata[i]);
}

struct rule *rule_unpack(const uint8_t **at, struct log_sources *sources, struct lint *lint,
			 GPtrArray *wants)
{
	g_autofree struct yaml_node *document = packed_take_node(at);
	uint64_t size = packed_take_number(at);
	struct rule *rule = rule_load_head(sources, document, lint);
	uint64_t count;

	rule->packed = *at;
	*at += size;
	count = packed_take_number(at);
	for (; count > 0; count--)
		g_ptr_array_add(wants, take_want(at, rule));
	return rule;
}
