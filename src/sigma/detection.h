/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_SIGMA_DETECTION_H
#define WH_SIGMA_DETECTION_H

#include "sigma/condition.h"

/* Selections and the condition over them: the body of a rule's `detection` or a
 * filter's `filter`. */
struct detection {
	GPtrArray *selections; /* struct selection */
	struct condition *condition;
};

/*
 * Reads the map; keys in `passed_over` (NULL-terminated) are the caller's. False, with
 * an error in `lint` and nothing to release, when it cannot. Where a value is a
 * placeholder nothing can be said: the condition then is `unknown`, on every subject.
 */
bool detection_load(const struct yaml_node *map, const struct log_source *source,
		    const char *const *passed_over, bool unknown, struct lint *lint,
		    struct detection *out);
void detection_release(struct detection *detection);

/* Makes one without selections, whose condition always or never holds. */
void detection_init_constant(struct detection *detection, bool holds);

/* Makes all patterns ready: see pattern_prepare(). */
void detection_prepare(const struct detection *detection);

#endif
