/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_TEMPLATE_FACTS_H
#define WH_EVTX_TEMPLATE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evtx/binxml.h"

/*
 * What the sieve must know of a fragment without decoding it: where the event's provider and id
 * come from. An event builder takes the first that it meets below Event/System; where it is
 * not sure which that would be, the fact is FACT_UNKNOWN.
 */
enum fact_place {
	FACT_UNKNOWN,
	FACT_FIXED, /* in the fragment's own text */
	FACT_SUBSTITUTED, /* in a substitution */
};

struct template_fact {
	enum fact_place place;
	uint16_t index; /* of the substitution */
	/* Where one of these substitutions is NULL the fact is unknown, as Event, System or the
	 * element is left out; or BINXML_NO_DEPENDENCY. */
	uint16_t dependencies[3];
};

struct template_facts {
	struct template_fact id;
	uint16_t fixed_id;
	struct template_fact provider;
	uint32_t fixed_provider; /* offset of UTF-16LE text, and how many units of it */
	uint16_t fixed_provider_units;
};

/* Reads them; `cursor` stands at the start of the fragment. */
void template_facts_read(struct template_facts *facts, struct binxml_cursor *cursor, size_t size);

#endif
