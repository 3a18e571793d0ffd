/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/meter.h"

#include <glib.h>

#include "base/limits.h"

/* How much may still come; *total when it is the sum of all entries that says so. */
static uint64_t get_room(const struct meter *meter, bool *total)
{
	uint64_t offset = meter->layer.offset;
	uint64_t room = meter->limits->entry_size - MIN(offset, meter->limits->entry_size);
	uint64_t paid = meter->seen - offset;

	*total = meter->budget && room > paid && meter->budget->size < room - paid;
	return *total ? paid + meter->budget->size : room;
}

static void stop(struct meter *meter, const char *what)
{
	layer_report(&meter->layer, FAULT_LIMIT, what);
	meter->stopped = true;
}

static void stop_all(struct meter *meter)
{
	if (!meter->budget->reported)
		layer_report(&meter->layer, FAULT_LIMIT,
			     "the entries are larger together than --max-total-size "
			     "allows; the rest is left out");
	meter->budget->reported = true;
	meter->stopped = true;
}

static bool inflates_too_much(const struct meter *meter)
{
	uint64_t packed = meter->below->packed, ratio = meter->limits->ratio;

	return meter->layer.offset > WH_RATIO_GRACE && ratio > 0 && packed < UINT64_MAX / ratio &&
	       meter->layer.offset > packed * ratio;
}

void spending_tell(struct spending *spending)
{
	const struct unpack_calls *calls = spending->calls;

	spending->told = spending->bytes;
	if (calls->spent)
		calls->spent(calls->context, spending->bytes, spending->entries);
}

static void pay(struct meter *meter, uint64_t size)
{
	uint64_t fresh;

	meter->layer.offset += size;
	meter->layer.packed = meter->below->packed;
	fresh = meter->layer.offset - MIN(meter->layer.offset, meter->seen);
	meter->seen += fresh;
	if (meter->budget)
		meter->budget->size -= MIN(fresh, meter->budget->size);
	meter->spending->bytes += fresh;
	if (meter->spending->bytes - meter->spending->told >= WH_SPENT_STEP)
		spending_tell(meter->spending);
	unpack_progress(meter->spending->calls, size);
}

/* No room: whether that cuts anything off, one byte more tells. */
static ssize_t read_beyond(struct meter *meter, bool total)
{
	uint8_t more;
	ssize_t got = meter->below->stream.read(&meter->below->stream, &more, 1);

	if (got > 0 && total)
		stop_all(meter);
	else if (got > 0)
		stop(meter, "the entry is larger than --max-entry-size allows; its rest is "
			    "left out");
	return MIN(got, 0);
}

static ssize_t meter_read(struct stream *stream, void *buffer, size_t size)
{
	struct meter *meter = (struct meter *)stream;
	bool total;
	uint64_t room = get_room(meter, &total);
	ssize_t got;

	if (meter->stopped || size == 0)
		return 0;
	if (room == 0)
		return read_beyond(meter, total);
	got = meter->below->stream.read(&meter->below->stream, buffer, MIN(size, room));
	if (got <= 0)
		return got;
	pay(meter, (uint64_t)got);
	if (inflates_too_much(meter))
		stop(meter,
		     "the entry inflates more than --max-ratio allows; its rest is left out");
	return got;
}

static ssize_t meter_read_at(struct stream *stream, void *buffer, size_t size, uint64_t offset)
{
	struct meter *meter = (struct meter *)stream;

	return meter->below->stream.read_at(&meter->below->stream, buffer, size, offset);
}

static bool meter_rewind(struct layer *layer)
{
	struct meter *meter = (struct meter *)layer;

	if (!meter->below->rewind(meter->below))
		return false;
	meter->stopped = false;
	layer->offset = layer->packed = 0;
	return true;
}

void meter_init(struct meter *meter, struct layer *below, const struct unpack_limits *limits,
		struct budget *budget, struct spending *spending)
{
	*meter = (struct meter){
		.layer = {.stream = below->stream,
			  .rewind = below->rewind ? meter_rewind : NULL,
			  .faults = below->faults},
		.below = below,
		.limits = limits,
		.budget = budget,
		.spending = spending,
	};
	meter->layer.stream.read = meter_read;
	if (below->stream.read_at)
		meter->layer.stream.read_at = meter_read_at;
}

bool budget_add_entry(struct budget *budget, struct layer *layer)
{
	if (budget->entries > 0) {
		budget->entries--;
		return true;
	}
	if (!budget->reported)
		layer_report(layer, FAULT_LIMIT,
			     "there are more entries than --max-entries allows; "
			     "the rest is left out");
	budget->reported = true;
	return false;
}
