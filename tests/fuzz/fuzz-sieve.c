/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "event/event.h"
#include "evtx/decode.h"
#include "evtx/sieve.h"
#include "hunt/rules.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/chunk_writer.h"

/*
 * The bytes choose a rule and records, both of the same few words and names, so that they meet now
 * and then. A record that the sieve holds back must not match the rule.
 */

struct choices {
	const uint8_t *data;
	size_t size;
	size_t at;
	GPtrArray *used; /* texts (char *) of the rule, which records repeat */
};

/* One of `count`; the first when no bytes are left. */
static unsigned choose(struct choices *from, unsigned count)
{
	return from->at < from->size ? from->data[from->at++] % count : 0;
}

#define CHOOSE(from, list) (list)[choose(from, G_N_ELEMENTS(list))]

static const char *const words[] = {
	"needle", "cmd",   "x", "S-1-5-18", "3",      "0x1f",	"true",	  "sk",
	".exe",	  "\\",	   "-", "\u017Fk",  "\u00E4", "NEEDLE", "\u212A", "{0",
	"power",  "shell", " ", "4688",	    "P",      "System", "\u2019", "1F",
};

/* What meets most often stands there more than once. */
static const char *const providers[] = {"Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon",
					"Microsoft-Windows-Sysmon",
					"Microsoft-Windows-Security-Auditing", "P"};
static const char *const ids[] = {"1", "1", "1", "4688", "13", "7"};

static void append_words(struct choices *from, GString *out, unsigned most)
{
	for (unsigned count = choose(from, most + 1); count; count--)
		g_string_append(out, CHOOSE(from, words));
}

static const char *const names[] = {
	"CommandLine", "CommandLine", "CommandLine",	"Image",	 "Image",
	"Data",	       "Inner/Leaf",  "Item/@Kind",	"Item",		 "EventID",
	"Channel",     "Computer",    "NewProcessName", "Provider_Name",
};

static void append_text(struct choices *from, GString *out, bool has_wildcards)
{
	static const char *const around[] = {"", "", "", "*", "?"};
	g_autoptr(GString) text = g_string_new(NULL);

	if (has_wildcards)
		g_string_append(out, CHOOSE(from, around));
	g_string_append(text, CHOOSE(from, words));
	append_words(from, text, 3);
	g_ptr_array_add(from->used, g_strdup(text->str));
	g_string_append(out, text->str);
	if (has_wildcards)
		g_string_append(out, CHOOSE(from, around));
}

static void append_value(struct choices *from, GString *out, const char *modifiers)
{
	if (strstr(modifiers, "|g") || strstr(modifiers, "|l")) {
		g_string_append(out, CHOOSE(from, ids));
		return;
	}
	if (strstr(modifiers, "cidr")) {
		g_string_append(out, "10.0.0.0/8");
		return;
	}
	if (strstr(modifiers, "exists")) {
		g_string_append(out, choose(from, 2) ? "true" : "false");
		return;
	}
	if (!strstr(modifiers, "|") && choose(from, 12) == 11) {
		g_string_append(out, "null");
		return;
	}
	g_string_append_c(out, '\'');
	if (strstr(modifiers, "fieldref")) {
		g_string_append(out, CHOOSE(from, names));
	} else if (strstr(modifiers, "re")) {
		static const char *const pieces[] = {
			"needle", "x?",	    "cmd*", "(a|sk)", "[a-z]",	   "^",
			"$",	  "|",	    "\\\\", "\\w+",   ".*",	   "power",
			"shell",  "k{0,2}", "\\d",  "(?i)",   "(x)+",	   "3+",
			"\\.exe", "[]x]",   "{2}",  "sk+?",   "(?:x|\\))", "\\x41"};

		for (unsigned count = 1 + choose(from, 5); count; count--)
			g_string_append(out, CHOOSE(from, pieces));
	} else {
		append_text(from, out, !strstr(modifiers, "64"));
	}
	g_string_append_c(out, '\'');
}

static void append_test(struct choices *from, GString *out, bool is_keyword)
{
	static const char *const modifiers[] = {
		"",
		"",
		"|contains",
		"|startswith",
		"|endswith",
		"|contains|all",
		"|re",
		"|re|i",
		"|windash|contains",
		"|base64offset|contains",
		"|cased",
		"|neq",
		"|gt",
		"|lt",
		"|exists",
		"|fieldref",
		"|contains|neq",
		"|cidr",
		"|cased|endswith",
		"|wide|base64|contains",
	};
	static const char *const plain[] = {"", "|contains", "|startswith", "|endswith"};
	const char *modifier = choose(from, 3) ? CHOOSE(from, plain) : CHOOSE(from, modifiers);
	unsigned count = 1 + choose(from, 4) / 2;

	if (is_keyword)
		modifier = choose(from, 2) ? "|all" : "|contains";
	g_string_append_printf(out, "'%s%s': [", is_keyword ? "" : CHOOSE(from, names), modifier);
	if (strstr(modifier, "exists"))
		g_string_truncate(out, out->len - 1);
	for (unsigned i = 0; i < (strstr(modifier, "exists") ? 1 : count); i++) {
		g_string_append(out, i ? ", " : "");
		append_value(from, out, modifier);
	}
	if (!strstr(modifier, "exists"))
		g_string_append_c(out, ']');
}

static GString *make_rule(struct choices *from)
{
	static const char *const sources[] = {
		"service: sysmon",
		"category: process_creation",
		"product: windows",
		"service: sysmon",
		"category: process_creation",
		"service: security",
		"category: registry_set",
		"service: system",
	};
	static const char *const conditions[] = {

		"1 of them",	 "all of them",	    "s0 and not s1",	  "not s0",
		"s0 or s1",	 "not (s0 and s1)", "not (s0 or not s1)", "s0",
		"not 1 of them",
	};
	GString *rule = g_string_new("title: Some\nlevel: low\n");

	g_string_append_printf(rule, "logsource: {%s}\ndetection:\n", CHOOSE(from, sources));
	for (unsigned i = 0; i < 2; i++) {
		bool is_keyword = choose(from, 6) == 5;

		g_string_append_printf(rule, "  s%u: {", i);
		for (unsigned count = is_keyword ? 1 : 1 + choose(from, 4) / 3; count; count--) {
			append_test(from, rule, is_keyword);
			g_string_append(rule, count > 1 ? ", " : "}\n");
		}
	}
	g_string_append_printf(rule, "  condition: %s\n",
			       choose(from, 4) ? "s0" : CHOOSE(from, conditions));
	return rule;
}

/* Bytes of values as an instance has them. */
struct values {
	struct value list[24];
	size_t count;
	GPtrArray *bytes; /* GByteArray */
};

static void append_wide(GByteArray *bytes, const char *text)
{
	glong units = 0;
	g_autofree gunichar2 *wide = g_utf8_to_utf16(text, -1, NULL, &units, NULL);

	for (glong i = 0; i < units; i++)
		g_byte_array_append(bytes,
				    (const guint8[]){(guint8)wide[i], (guint8)(wide[i] >> 8)}, 2);
}

static void fill_value(struct choices *from, uint8_t type, GByteArray *bytes)
{
	static const uint8_t ends[] = {0, 0, 2, 4};
	g_autoptr(GString) text = g_string_new(NULL);
	unsigned lists = type & BINXML_TYPE_ARRAY ? 1 + choose(from, 3) : 1;

	if (type == BINXML_TYPE_NULL)
		return;
	for (unsigned i = 0; i < lists; i++) {
		g_string_truncate(text, 0);
		append_words(from, text, 1);
		if (from->used->len && choose(from, 4))
			g_string_append(text, from->used->pdata[choose(from, from->used->len)]);
		append_words(from, text, 1);
		if ((type & ~BINXML_TYPE_ARRAY) == BINXML_TYPE_ANSI_STRING)
			g_byte_array_append(bytes, (const guint8 *)text->str, (guint)text->len);
		else
			append_wide(bytes, text->str);
		g_byte_array_append(bytes, (const guint8[4]){0}, CHOOSE(from, ends));
	}
	if ((type & ~BINXML_TYPE_ARRAY) > BINXML_TYPE_ANSI_STRING) {
		static const uint8_t sizes[] = {1, 2, 4, 8, 12, 16};
		uint8_t size = CHOOSE(from, sizes);

		g_byte_array_set_size(bytes, size);
		memset(bytes->data, 0, size);
		bytes->data[0] = (uint8_t)choose(from, 256);
		if (type == BINXML_TYPE_SID && size >= 12)
			memcpy(bytes->data, "\1\1\0\0\0\0\0\5\x12\0\0\0", 12);
	}
}

/* A new value; returns its index. */
static unsigned add_value(struct choices *from, struct values *values, uint8_t *type)
{
	static const uint8_t types[] = {
		BINXML_TYPE_STRING,
		BINXML_TYPE_STRING,
		BINXML_TYPE_STRING,
		BINXML_TYPE_STRING,
		BINXML_TYPE_NULL,
		BINXML_TYPE_ANSI_STRING,
		BINXML_TYPE_UINT32,
		BINXML_TYPE_SID,
		BINXML_TYPE_HEX_INT32,
		BINXML_TYPE_BOOLEAN,
		BINXML_TYPE_GUID,
		BINXML_TYPE_FILETIME,
		BINXML_TYPE_BINARY,
		BINXML_TYPE_INT32,
		BINXML_TYPE_STRING | BINXML_TYPE_ARRAY,
		BINXML_TYPE_ANSI_STRING | BINXML_TYPE_ARRAY,
		BINXML_TYPE_UINT32 | BINXML_TYPE_ARRAY,
	};
	GByteArray *bytes;

	*type = CHOOSE(from, types);
	if (values->count == G_N_ELEMENTS(values->list))
		return choose(from, (unsigned)values->count);
	bytes = g_byte_array_new();
	fill_value(from, *type, bytes);
	g_ptr_array_add(values->bytes, bytes);
	values->list[values->count] =
		(struct value){*type, bytes->len ? (const char *)bytes->data : "", bytes->len};
	return (unsigned)values->count++;
}

static void put_content(struct writer *to, struct choices *from, struct values *values)
{
	g_autoptr(GString) text = g_string_new(NULL);
	unsigned index = 0;
	uint8_t type;

	switch (choose(from, 6)) {
	case 4:
		append_words(from, text, 2);
		if (g_str_is_ascii(text->str))
			put_text(to, text->str);
		return;
	case 5:
		index = add_value(from, values, &type);
		put_substitution(to, index, type);
		/* fall through */
	default:
		index = add_value(from, values, &type);
		put_optional(to, index, type);
	}
}

static unsigned choose_dependency(struct choices *from, const struct values *values)
{
	return choose(from, 4) || !values->count ? BINXML_NO_DEPENDENCY
						 : choose(from, (unsigned)values->count);
}

static void put_field(struct writer *to, struct choices *from, struct values *values)
{
	static const char *const leaves[] = {"CommandLine",    "CommandLine", "Image",	"Item",
					     "NewProcessName", "Channel",     "EventID"};
	unsigned shape = choose(from, 8);
	unsigned dependency = choose_dependency(from, values);

	if (shape == 0) {
		open_for(to, "Inner", false, dependency);
		open_element(to, "Leaf");
		put_content(to, from, values);
		close_element(to);
	} else if (shape == 1) {
		open_for(to, "Item", true, dependency);
		put_attribute(to, "Kind");
		put_content(to, from, values);
		put_u8(to, BINXML_CLOSE_START);
		put_content(to, from, values);
	} else if (shape == 2) {
		open_for(to, "Data", false, dependency);
		put_content(to, from, values);
	} else if (shape < 6) {
		open_for(to, "Data", true, dependency);
		put_attribute(to, "Name");
		put_text(to, CHOOSE(from, leaves));
		put_u8(to, BINXML_CLOSE_START);
		put_content(to, from, values);
	} else {
		open_for(to, CHOOSE(from, leaves), false, dependency);
		put_content(to, from, values);
	}
	close_element(to);
}

static void put_system(struct writer *to, struct choices *from, struct values *values)
{
	static const char *const channels[] = {"Security", "System",
					       "Microsoft-Windows-Sysmon/Operational", "x"};

	open_for(to, "System", false, choose_dependency(from, values));
	open_tag(to, "Provider");
	put_attribute(to, "Name");
	if (choose(from, 6))
		put_text(to, CHOOSE(from, providers));
	else
		put_content(to, from, values);
	put_u8(to, BINXML_CLOSE_EMPTY);
	open_for(to, "EventID", false, choose_dependency(from, values));
	put_text(to, CHOOSE(from, ids));
	close_element(to);
	for (unsigned count = choose(from, 3); count; count--) {
		open_for(to, choose(from, 2) ? "Channel" : "Computer", false,
			 choose_dependency(from, values));
		if (choose(from, 3))
			put_text(to, CHOOSE(from, channels));
		else
			put_content(to, from, values);
		close_element(to);
	}
	close_element(to);
}

static void put_fields(struct writer *to, struct choices *from, struct values *values)
{
	open_element(to, choose(from, 4) ? "EventData" : "UserData");
	for (unsigned count = choose(from, 5); count; count--)
		put_field(to, from, values);
	close_element(to);
}

static void values_init(struct values *values)
{
	values->count = 0;
	values->bytes = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
}

/* A fragment of its own with data, as the value of the outer instance. */
static void add_fragment(struct writer *to, struct choices *from, struct values *outer)
{
	struct writer *fragment = writer_new();
	size_t definition = begin_definition(to);
	struct values values;

	values_init(&values);
	put_fields(to, from, &values);
	end_definition(to);
	g_byte_array_set_size(fragment->chunk, 0);
	put_fragment_header(fragment);
	put_instance(fragment, definition, values.list, values.count);
	put_u8(fragment, BINXML_END_OF_STREAM);
	outer->list[0] = (struct value){BINXML_TYPE_BINXML, "", fragment->chunk->len};
	g_ptr_array_add(outer->bytes, g_byte_array_ref(fragment->chunk));
	outer->list[0].data = (const char *)fragment->chunk->data;
	outer->count = 1;
	writer_free(fragment);
	g_ptr_array_unref(values.bytes);
}

static void make_record(struct writer *to, struct choices *from)
{
	bool has_fragment = choose(from, 4) == 3;
	struct values values;
	size_t definition;

	values_init(&values);
	if (has_fragment)
		add_fragment(to, from, &values);
	definition = begin_definition(to);
	open_element(to, "Event");
	put_system(to, from, &values);
	if (has_fragment)
		put_optional(to, 0, BINXML_TYPE_BINXML);
	else
		put_fields(to, from, &values);
	close_element(to);
	end_definition(to);
	put_record(to, definition, values.list, values.count);
	g_ptr_array_unref(values.bytes);
}

static void check_chunk(struct sieve *sieve, struct rule_set *rules, const struct writer *to)
{
	const struct chunk chunk = {to->chunk->data, to->chunk->len, 0};
	struct decoder *decoder = decoder_native_new(true);
	bool passed;
	char *reason = NULL;
	struct event event;

	sieve_begin_chunk(sieve, &chunk);
	passed = sieve_pass_chunk(sieve, &chunk);
	decoder->begin(decoder, &chunk, to->records);
	for (guint i = 0; i < to->records->len; i++) {
		const struct record *record = &g_array_index(to->records, struct record, i);

		event_init(&event);
		if (decoder->decode(decoder, i, &event, &reason) &&
		    rule_set_match_event(rules, &event, NULL, NULL))
			g_assert_true(passed && sieve_pass_record(sieve, &chunk, record));
		else if (passed)
			sieve_pass_record(sieve, &chunk, record);
		event_release(&event);
		g_clear_pointer(&reason, g_free);
	}
	decoder->free(decoder);
}

/* The chunk comes twice, the second time with all that is in it moved: what was learnt of its
 * templates must still be right. */
static void check_chunks(struct sieve *sieve, struct rule_set *rules, const struct choices *from)
{
	for (unsigned turn = 0; turn < 2; turn++) {
		struct choices again = *from;
		struct writer *to = writer_new();

		if (turn)
			put_u32(to, 0);
		for (unsigned count = 1 + choose(&again, 3); count; count--)
			make_record(to, &again);
		check_chunk(sieve, rules, to);
		writer_free(to);
	}
}

static void free_message(gpointer message)
{
	rule_message_free(message);
}

FUZZ_TARGET(const uint8_t *data, size_t size)
{
	GPtrArray *messages = g_ptr_array_new_with_free_func(free_message);
	struct rule_set *rules = rule_set_new();
	struct choices from = {data, size, 0, g_ptr_array_new_with_free_func(g_free)};
	GString *rule = make_rule(&from);
	struct sieve_plan plan;
	struct sieve *sieve;

	rule_set_add_text(rules, "fuzz.yml", rule->str, rule->len, messages);
	rule_set_link(rules, messages);
	sieve_plan_init(&plan);
	rule_set_fill_plan(rules, &plan);
	sieve = sieve_new(&plan);
	check_chunks(sieve, rules, &from);
	sieve_free(sieve);
	sieve_plan_release(&plan);
	rule_set_free(rules);
	g_ptr_array_unref(messages);
	g_string_free(rule, TRUE);
	g_ptr_array_unref(from.used);
	return 0;
}
