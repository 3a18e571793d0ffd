/* SPDX-License-Identifier: Apache-2.0 */
#include "evtx/template_run.h"

#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "evtx/binxml_instance.h"
#include "evtx/template_plan.h"
#include "evtx/value.h"

/* Values that one record after another has: the text of the last one is kept. */
struct repeated {
	const uint8_t *bytes;
	size_t size;
	uint8_t type;
	const char *text;
};

struct template_run {
	const uint8_t *chunk;
	size_t size;
	struct template_plans *plans;
	struct arena texts; /* of repeated values; as long as the chunk */
	struct repeated repeated[EVENT_FIELD];
	struct arena values; /* of one record */
	GString *text;
	size_t budget; /* bytes that the record may still expand to */
};

struct template_run *template_run_new(void)
{
	struct template_run *run = g_new0(struct template_run, 1);

	run->plans = template_plans_new();
	run->text = g_string_new(NULL);
	arena_init(&run->texts);
	arena_init(&run->values);
	return run;
}

void template_run_free(struct template_run *run)
{
	template_plans_free(run->plans);
	g_string_free(run->text, TRUE);
	arena_release(&run->texts);
	arena_release(&run->values);
	g_free(run);
}

void template_run_begin(struct template_run *run, const uint8_t *chunk, size_t size)
{
	run->chunk = chunk;
	run->size = size;
	template_plans_begin(run->plans, chunk, size);
	arena_clear(&run->texts);
	memset(run->repeated, 0, sizeof(run->repeated));
}

/* What a fragment's steps work on. */
struct frame {
	const struct binxml_value *values;
	uint32_t count;
	struct event *event;
	unsigned depth;
};

static const struct binxml_value *get_value(const struct frame *frame, uint16_t index)
{
	static const struct binxml_value absent = {.type = BINXML_TYPE_NULL};

	return index < frame->count ? &frame->values[index] : &absent;
}

/* Appends one piece; false for a value that only reading token by token does justice. */
static bool append_piece(struct template_run *run, const struct frame *frame,
			 const struct template_piece *piece, bool *present)
{
	const struct binxml_value *value;

	if (piece->text) {
		g_string_append(run->text, piece->text);
		*present = true;
		return true;
	}
	value = get_value(frame, piece->index);
	if (value->type == BINXML_TYPE_NULL)
		return true;
	if (value->type == BINXML_TYPE_BINXML || value->type & BINXML_TYPE_ARRAY)
		return false;
	*present = true;
	value_append(run->text, run->chunk + value->offset, value->size, value->type);
	return true;
}

static bool spend(struct template_run *run, size_t amount)
{
	if (amount > run->budget)
		return false;
	run->budget -= amount;
	return true;
}

static bool set_pieces(struct template_run *run, const struct frame *frame,
		       const struct template_step *step)
{
	bool present = false;

	g_string_truncate(run->text, 0);
	for (size_t i = 0; i < step->count; i++)
		if (!append_piece(run, frame, &step->pieces[i], &present))
			return false;
	if (step->is_attribute && !present)
		return true;
	return spend(run, run->text->len + 1) &&
	       event_set(frame->event, step->slot, step->name, run->text->str);
}

/* The ordinary case of a number: no text in between. */
static bool set_number(const uint8_t *data, const struct binxml_value *value, enum event_slot slot,
		       struct event *event)
{
	uint64_t number = 0;

	if (slot == EVENT_ID && value->type == BINXML_TYPE_UINT16 && value->size == 2 &&
	    !event->ref.has_event_id) {
		event->ref.event_id = data[0] | (uint32_t)data[1] << 8;
		event->ref.has_event_id = true;
	} else if (slot == EVENT_TIME && value->type == BINXML_TYPE_FILETIME && value->size == 8 &&
		   bytes_get_u64(data, value->size, 0, &number) && !event->ref.time) {
		event->ref.time = number;
	} else if (slot == EVENT_RECORD_ID && value->type == BINXML_TYPE_UINT64 &&
		   value->size == 8 && bytes_get_u64(data, value->size, 0, &number) &&
		   !event->ref.has_record_id) {
		event->ref.record_id = number;
		event->ref.has_record_id = true;
	} else if (slot == EVENT_PROCESS_ID && value->type == BINXML_TYPE_UINT32 &&
		   value->size == 4 && !event->has_process_id &&
		   bytes_get_u32(data, value->size, 0, &event->process_id)) {
		event->has_process_id = true;
	} else {
		return false;
	}
	return true;
}

static const char **get_slot(struct event *event, enum event_slot slot)
{
	switch (slot) {
	case EVENT_PROVIDER:
		return &event->provider;
	case EVENT_CHANNEL:
		return &event->ref.channel;
	case EVENT_HOST:
		return &event->host;
	case EVENT_USER_SID:
		return &event->user_sid;
	default:
		return NULL;
	}
}

/* Provider, channel, host and user are mostly those of the record before. */
static bool set_repeated(struct template_run *run, const struct binxml_value *value,
			 enum event_slot slot, struct event *event)
{
	const uint8_t *data = run->chunk + value->offset;
	const char **place = get_slot(event, slot);
	struct repeated *last = &run->repeated[slot];

	if (!place || *place || value->size == 0 || value->type & BINXML_TYPE_ARRAY ||
	    value->type == BINXML_TYPE_BINXML)
		return false;
	if (last->size != value->size || last->type != value->type ||
	    memcmp(last->bytes, data, value->size) != 0) {
		g_string_truncate(run->text, 0);
		value_append(run->text, data, value->size, value->type);
		if (run->text->len == 0)
			return false;
		*last = (struct repeated){data, value->size, value->type,
					  arena_copy(&run->texts, run->text->str, run->text->len)};
	}
	*place = last->text;
	return true;
}

/* Most fields are strings: straight to where they stay. */
static const char *copy_string(struct arena *arena, const uint8_t *data, size_t units)
{
	char *text = arena_alloc(arena, WH_TEXT_UNIT_SIZE * units + 1);
	char *end = text_put_utf16le(text, data, units);

	*end = '\0';
	arena_trim(arena, text, (size_t)(end - text) + 1);
	return text;
}

static bool add_field(struct template_run *run, const struct frame *frame, const char *name,
		      const uint8_t *data, size_t size, uint8_t type)
{
	struct event *event = frame->event;
	struct event_field field = {.name = name};

	if (event->fields->len >= WH_MAX_EVENT_FIELDS || !spend(run, size + 1))
		return false;
	if (type == BINXML_TYPE_STRING) {
		field.value = copy_string(&event->arena, data, value_string_units(data, size));
	} else {
		g_string_truncate(run->text, 0);
		value_append(run->text, data, size, type);
		field.value = arena_copy(&event->arena, run->text->str, run->text->len);
	}
	g_array_append_val(event->fields, field);
	return true;
}

static bool add_list(struct template_run *run, const struct frame *frame, const char *name,
		     const struct binxml_value *value)
{
	const uint8_t *data = run->chunk + value->offset;
	uint8_t type = value->type & ~BINXML_TYPE_ARRAY;
	size_t text_size, size;

	if (value->size == 0)
		return add_field(run, frame, name, data, 0, BINXML_TYPE_NULL);
	for (size_t at = 0; at < value->size; at += size) {
		size = value_element_size(data + at, value->size - at, type, &text_size);
		if (size == 0 || !add_field(run, frame, name, data + at, text_size, type))
			return false;
	}
	return true;
}

static bool set_slot(struct template_run *run, const struct frame *frame,
		     const struct template_step *step)
{
	const struct binxml_value *value;

	if (step->count != 1 || step->pieces[0].text)
		return set_pieces(run, frame, step);
	value = get_value(frame, step->pieces[0].index);
	if (step->slot == EVENT_FIELD && !step->is_attribute) {
		if (value->type == BINXML_TYPE_BINXML)
			return false;
		if (value->type & BINXML_TYPE_ARRAY)
			return add_list(run, frame, step->name, value);
		return add_field(run, frame, step->name, run->chunk + value->offset, value->size,
				 value->type);
	}
	return set_number(run->chunk + value->offset, value, step->slot, frame->event) ||
	       set_repeated(run, value, step->slot, frame->event) || set_pieces(run, frame, step);
}

static bool run_instance(struct template_run *run, size_t offset, size_t end,
			 const struct event_place *place, struct event *event, unsigned depth);

static bool run_fragment(struct template_run *run, const struct frame *frame,
			 const struct template_step *step)
{
	const struct binxml_value *value = get_value(frame, step->index);

	if (value->type == BINXML_TYPE_NULL || value->size == 0)
		return value->type == BINXML_TYPE_NULL;
	return value->type == BINXML_TYPE_BINXML &&
	       run_instance(run, value->offset, value->offset + value->size, &step->place,
			    frame->event, frame->depth + 1);
}

static bool run_steps(struct template_run *run, const struct frame *frame,
		      const struct template_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct template_step *step = &steps[i];
		bool ok = true;

		if (step->type == TEMPLATE_SET)
			ok = set_slot(run, frame, step);
		else if (step->type == TEMPLATE_FRAGMENT)
			ok = run_fragment(run, frame, step);
		else if (step->index < frame->count &&
			 frame->values[step->index].type == BINXML_TYPE_NULL)
			i = step->target - 1;
		if (!ok)
			return false;
	}
	return true;
}

static bool read_values(struct template_run *run, const struct binxml_instance *instance,
			struct frame *frame, size_t *end)
{
	size_t size = instance->values * sizeof(struct binxml_value), at = instance->data;
	struct binxml_value *values;
	uint32_t tokens;

	/*
	 * A template may ask for the same fragment many times, and that one again. Reading token by
	 * token costs a record less than this, so it decides what is too much.
	 */
	if (!bytes_get_u32(run->chunk, run->size, (size_t)instance->template_offset + 20,
			   &tokens) ||
	    !spend(run, size) || !spend(run, tokens))
		return false;
	values = arena_alloc(&run->values, size);
	for (uint32_t i = 0; i < instance->values; i++)
		if (!binxml_get_value(run->chunk, instance, i, &at, &values[i]))
			return false;
	frame->values = values;
	frame->count = instance->values;
	*end = at;
	return true;
}

static bool run_instance(struct template_run *run, size_t offset, size_t end,
			 const struct event_place *place, struct event *event, unsigned depth)
{
	struct frame frame = {.event = event, .depth = depth};
	struct binxml_instance instance;
	const struct template_step *steps;
	const struct template_plan *plan;
	size_t count, values_end;

	if (binxml_is_fragment(run->chunk, end, offset))
		offset += BINXML_FRAGMENT_HEADER_SIZE;
	if (depth > WH_MAX_BINXML_DEPTH ||
	    !binxml_get_instance(run->chunk, end, offset, &instance) ||
	    !read_values(run, &instance, &frame, &values_end))
		return false;
	/* More than the one instance? */
	if (values_end < end && run->chunk[values_end] != BINXML_END_OF_STREAM)
		return false;
	plan = template_plans_get(run->plans, instance.template_offset, place);
	if (!plan)
		return false;
	steps = template_plan_steps(plan, &count);
	return run_steps(run, &frame, steps, count);
}

bool template_run_decode(struct template_run *run, size_t offset, size_t end, struct event *event)
{
	static const struct event_place outside = {0, 0};

	run->budget = WH_MAX_RECORD_TEXT;
	arena_clear(&run->values);
	return run_instance(run, offset, end, &outside, event, 0);
}
