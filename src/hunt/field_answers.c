/* SPDX-License-Identifier: Apache-2.0 */
#include "hunt/field_answers.h"

#include <string.h>

#define ENTRIES 64 /* what hashes to the same of them takes the other's place */
#define MOST_BYTES 1024 /* of the values of a field that are kept */

struct answer_entry {
	GByteArray *values; /* NULL: none yet */
	uint8_t *answers; /* in the order of the numbers */
};

struct field_answers {
	struct field_name name;
	GArray *numbers; /* guint */
	GByteArray *values; /* of the subject at hand, each with its length before it */
	struct answer_entry *last; /* of the subject before; NULL: it was too long to keep */
	bool is_absent; /* that subject had no value */
	struct answer_entry entries[ENTRIES];
};

struct field_answers *field_answers_new(const char *folded, guint slot)
{
	struct field_answers *field = g_new0(struct field_answers, 1);

	field_name_init(&field->name, folded);
	field->name.slot = slot;
	field->numbers = g_array_new(FALSE, FALSE, sizeof(guint));
	field->values = g_byte_array_new();
	return field;
}

static void forget(struct field_answers *field)
{
	for (guint i = 0; i < ENTRIES; i++) {
		g_clear_pointer(&field->entries[i].values, g_byte_array_unref);
		g_clear_pointer(&field->entries[i].answers, g_free);
	}
	field->last = NULL;
}

void field_answers_free(struct field_answers *field)
{
	forget(field);
	g_byte_array_unref(field->values);
	g_array_unref(field->numbers);
	g_free(field);
}

void field_answers_add(struct field_answers *field, guint number)
{
	forget(field);
	g_array_append_val(field->numbers, number);
}

const GArray *field_answers_get_numbers(const struct field_answers *field)
{
	return field->numbers;
}

const struct field_name *field_answers_get_name(const struct field_answers *field)
{
	return &field->name;
}

/* Are those of the subject the values of the entry? */
static bool entry_is_of(const struct answer_entry *entry, const struct field_answers *field,
			const struct field_list *subject)
{
	const struct field *value;
	guint index = 0, at = 0;

	if (!entry->values)
		return false;
	while ((value = field_list_find(subject, &field->name, &index))) {
		const guint8 *kept = entry->values->data + at;
		size_t length;

		if (entry->values->len - at < sizeof(length))
			return false;
		memcpy(&length, kept, sizeof(length));
		if (length != value->length ||
		    memcmp(kept + sizeof(length), value->text, length) != 0)
			return false;
		at += (guint)(sizeof(length) + length);
	}
	return at == entry->values->len;
}

/* False where they are too long. */
static bool gather_values(struct field_answers *field, const struct field_list *subject)
{
	const struct field *value;
	guint index = 0;

	g_byte_array_set_size(field->values, 0);
	while ((value = field_list_find(subject, &field->name, &index))) {
		if (value->length > MOST_BYTES || field->values->len > MOST_BYTES)
			return false;
		g_byte_array_append(field->values, (const guint8 *)&value->length,
				    sizeof(value->length));
		g_byte_array_append(field->values, (const guint8 *)value->text,
				    (guint)value->length);
	}
	return true;
}

static struct answer_entry *find_entry(struct field_answers *field,
				       const struct hash_secret *secret)
{
	uint64_t hash = secret_hash(secret, field->values->data, field->values->len);

	return &field->entries[hash % ENTRIES];
}

static void keep_answers(const struct field_answers *field, const uint8_t *answers)
{
	for (guint i = 0; field->last && i < field->numbers->len; i++)
		field->last->answers[i] = answers[g_array_index(field->numbers, guint, i)];
}

/* Those that stand there are of other values. */
static void begin_entry(const struct field_answers *field, struct answer_entry *entry)
{
	if (!entry->values) {
		entry->values = g_byte_array_new();
		entry->answers = g_malloc(field->numbers->len);
	}
	g_byte_array_set_size(entry->values, 0);
	g_byte_array_append(entry->values, field->values->data, field->values->len);
}

bool field_answers_begin(struct field_answers *field, const struct hash_secret *secret,
			 const struct field_list *subject, uint8_t *answers)
{
	struct answer_entry *entry;
	guint index = 0;
	bool is_absent = !field_list_find(subject, &field->name, &index);

	/* Most fields are absent each time. */
	if (field->last && is_absent == field->is_absent &&
	    (is_absent || entry_is_of(field->last, field, subject)))
		return true;
	field->is_absent = is_absent;
	keep_answers(field, answers);
	field->last = NULL;
	if (!gather_values(field, subject))
		return false;
	entry = field->last = find_entry(field, secret);
	if (!entry_is_of(entry, field, subject)) {
		begin_entry(field, entry);
		return false;
	}
	for (guint i = 0; i < field->numbers->len; i++)
		answers[g_array_index(field->numbers, guint, i)] = entry->answers[i];
	return true;
}
