/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "sigma/documents.h"
#include "sigma/packs.h"
#include "sigma/rule_packed.h"

/*
 * A program of the build: reads the packs, prints the C source of hunt_packed. Correlations are few
 * and go in as YAML nodes.
 */

#define BYTES_A_LINE 24

const struct packed_packs hunt_packed = {NULL, NULL};

static void stop(const struct lint *lint)
{
	for (guint i = 0; i < lint->messages->len; i++) {
		const struct rule_message *message = lint->messages->pdata[i];

		fprintf(stderr, "%s:%u:%u: %s\n", message->file, message->line, message->column,
			message->text);
	}
	exit(1);
}

static bool is_rule(const struct yaml_node *document)
{
	return document->type == YAML_MAP &&
	       (yaml_map_get(document, "detection") || yaml_map_get(document, "filter"));
}

static void pack_rule(GByteArray *out, const struct yaml_node *document,
		      struct log_sources *sources, struct lint *lint)
{
	GPtrArray *wants = g_ptr_array_new_with_free_func((GDestroyNotify)rule_want_free);
	struct rule *rule = rule_load(sources, document, lint);

	if (!rule || lint->placeholders || rule->source->is_foreign)
		stop(lint);
	if (!rule->is_filter)
		rule_wants_add(rule, wants);
	rule_pack(out, rule, document, wants);
	g_ptr_array_unref(wants);
	rule_free(rule);
}

static void pack_rules(GByteArray *out, const GPtrArray *documents, struct log_sources *sources,
		       struct lint *lint)
{
	packed_add_number(out, documents->len);
	for (guint i = 0; i < documents->len; i++) {
		const struct yaml_node *document = documents->pdata[i];

		packed_add_number(out, is_rule(document));
		if (is_rule(document))
			pack_rule(out, document, sources, lint);
		else
			packed_add_node(out, document);
	}
}

static void pack_table(GByteArray *out, const GPtrArray *documents)
{
	packed_add_number(out, documents->len);
	for (guint i = 0; i < documents->len; i++)
		packed_add_node(out, documents->pdata[i]);
}

static void print_bytes(const char *name, const GByteArray *bytes)
{
	printf("static const uint8_t %s[] = {", name);
	for (guint i = 0; i < bytes->len; i++)
		printf("%s%u,", i % BYTES_A_LINE ? "" : "\n", bytes->data[i]);
	printf("\n};\n");
}

static void pack_file(const struct pack_text *pack, GByteArray *rules, GByteArray *table,
		      struct log_sources *sources)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)rule_message_free);
	struct lint lint = {.file = pack->name, .messages = messages, .errors_only = true};
	g_autoptr(GPtrArray) documents = documents_parse(pack->text, pack->length, &lint);

	if (lint.errors)
		stop(&lint);
	if (pack == &hunt_pack_texts[hunt_pack_count - 1])
		pack_table(table, documents);
	else
		pack_rules(rules, documents, sources, &lint);
}

int main(void)
{
	g_autoptr(GByteArray) rules = g_byte_array_new();
	g_autoptr(GByteArray) table = g_byte_array_new();
	struct log_sources *sources = log_sources_new();

	for (size_t i = 0; i < hunt_pack_count; i++)
		pack_file(&hunt_pack_texts[i], rules, table, sources);
	printf("#include \"sigma/packs.h\"\n");
	print_bytes("rules", rules);
	print_bytes("table", table);
	printf("const struct packed_packs hunt_packed = {table, rules};\n");
	log_sources_free(sources);
	return fflush(stdout) != 0 || ferror(stdout);
}
