/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include <glib.h>

#include "binxml_write.h"
#include "value.h"

/* Values of one record, rendered into one array. */
struct rendered {
	GByteArray *bytes;
	GArray *values; /* struct binxml_value; data is set when all are there */
};

struct generator {
	const struct description *description;
	struct log_writer *log;
	struct rendered event;
	struct rendered data;
	uint64_t time; /* of the record before */
	uint64_t next_record_id;
	uint64_t next_header_id;
};

static void rendered_init(struct rendered *rendered)
{
	rendered->bytes = g_byte_array_new();
	rendered->values = g_array_new(FALSE, FALSE, sizeof(struct binxml_value));
}

static void rendered_release(struct rendered *rendered)
{
	g_byte_array_unref(rendered->bytes);
	g_array_unref(rendered->values);
}

static bool render_value(const struct value *value, bool plain, const struct moment *moment,
			 GByteArray *out, GError **error)
{
	if (!plain)
		return value_append_bytes(value, moment, out, error);
	value_append_text(value, moment, out);
	return true;
}

static bool render_values(struct rendered *rendered, const GPtrArray *values, bool plain,
			  const struct moment *moment, GError **error)
{
	size_t start = 0;

	g_byte_array_set_size(rendered->bytes, 0);
	g_array_set_size(rendered->values, 0);
	for (guint i = 0; i < values->len; i++) {
		struct binxml_value value = {value_type(values->pdata[i]), NULL, 0};

		if (value.type != BINXML_XML &&
		    !render_value(values->pdata[i], plain, moment, rendered->bytes, error))
			return false;
		value.size = rendered->bytes->len - start;
		start = rendered->bytes->len;
		g_array_append_val(rendered->values, value);
	}
	start = 0;
	for (guint i = 0; i < values->len; i++) {
		struct binxml_value *value =
			&g_array_index(rendered->values, struct binxml_value, i);

		/* An array without bytes has no address to count from. */
		if (value->size > 0)
			value->data = rendered->bytes->data + start;
		start += value->size;
	}
	return true;
}

static struct binxml_instance get_instance(const struct rendered *rendered,
					   struct binxml_template *template,
					   const struct binxml_instance *nested)
{
	struct binxml_instance instance = {
		.template = template,
		.values = (const struct binxml_value *)(void *)rendered->values->data,
		.count = rendered->values->len,
		.nested = nested,
	};

	return instance;
}

/* What stands in the record's header. */
struct record_head {
	uint64_t id;
	uint64_t written;
};

static bool try_record(struct generator *generator, const struct record_plan *plan,
		       const struct record_head *head)
{
	struct chunk_writer *chunk = &generator->log->chunk;
	struct binxml_instance data = get_instance(&generator->data, plan->data, NULL);
	struct binxml_instance event =
		get_instance(&generator->event, plan->event, plan->data != NULL ? &data : NULL);

	chunk_open_record(chunk, head->id, head->written);
	if (plan->plain)
		binxml_add_plain(chunk, &event);
	else
		binxml_add_instance(chunk, &event);
	return chunk_close_record(chunk);
}

static bool write_record(struct generator *generator, const struct record_plan *plan,
			 const struct moment *moment, const struct record_head *head,
			 GError **error)
{
	if (!render_values(&generator->event, plan->event_values, plan->plain, moment, error))
		return false;
	if (plan->data != NULL &&
	    !render_values(&generator->data, plan->data_values, plan->plain, moment, error))
		return false;
	if (plan->new_chunk && !log_end_chunk(generator->log, error))
		return false;
	if (try_record(generator, plan, head))
		return true;
	if (!log_end_chunk(generator->log, error))
		return false;
	if (try_record(generator, plan, head))
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		    "record %" G_GUINT64_FORMAT " does not fit in a chunk", moment->record_id);
	return false;
}

static uint64_t get_header_id(const struct generator *generator, const struct record_plan *plan,
			      uint64_t record_id, bool first)
{
	if (first && plan->header_id.given)
		return plan->header_id.value;
	if (plan->header_id.given || generator->description->running_header_ids)
		return generator->next_header_id;
	return record_id;
}

static bool write_turn(struct generator *generator, const struct record_group *group, uint64_t n,
		       GError **error)
{
	uint64_t start = group->time.given ? group->time.value + n * group->every
					   : generator->time + group->every;

	for (guint i = 0; i < group->records->len; i++) {
		const struct record_plan *plan = group->records->pdata[i];
		struct moment moment = {n, start + plan->after, generator->next_record_id};
		struct record_head head = {0, moment.time};

		if (n == 0 && plan->record_id.given)
			moment.record_id = plan->record_id.value;
		head.id = get_header_id(generator, plan, moment.record_id, n == 0);
		if (plan->written.given)
			head.written = plan->written.value + n * group->every;
		if (!write_record(generator, plan, &moment, &head, error))
			return false;
		generator->time = moment.time;
		generator->next_record_id = moment.record_id + 1;
		generator->next_header_id = head.id + 1;
	}
	return true;
}

static bool write_groups(struct generator *generator, GError **error)
{
	const GPtrArray *groups = generator->description->groups;

	for (guint i = 0; i < groups->len; i++) {
		const struct record_group *group = groups->pdata[i];

		for (uint64_t n = 0; n < group->repeat; n++)
			if (!write_turn(generator, group, n, error))
				return false;
	}
	return log_end_chunk(generator->log, error);
}

static bool run(const struct description *description, struct log_writer *log, GError **error)
{
	struct generator generator = {
		.description = description,
		.log = log,
		.next_record_id = 1,
		.next_header_id = 1,
	};
	bool written;

	rendered_init(&generator.event);
	rendered_init(&generator.data);
	written = write_groups(&generator, error);
	rendered_release(&generator.event);
	rendered_release(&generator.data);
	return written;
}

/* Chunk serials go on from the first round, so that no template seems to be there already. */
bool generate_log(const struct description *description, struct log_sink sink, GError **error)
{
	static const struct log_sink none;
	struct log_writer *log = g_new(struct log_writer, 1);
	struct log_counts counts;
	bool written;

	log_writer_init(log, none);
	written = run(description, log, error);
	counts = log->counts;
	if (written) {
		uint64_t serial = log->chunk.serial;

		log_writer_init(log, sink);
		log->chunk.serial = serial;
		chunk_writer_begin(&log->chunk);
		written = log_write_header(log, description->header, &counts, error) &&
			  run(description, log, error) && log_pad(log, description->chunks, error);
	}
	g_free(log);
	return written;
}
