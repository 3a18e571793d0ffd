/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_TEMPLATE_RUN_H
#define WH_EVTX_TEMPLATE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

/* Decodes records whose templates have plans (evtx/template_plan.h). */
struct template_run;

struct template_run *template_run_new(void);
void template_run_free(struct template_run *run);
void template_run_begin(struct template_run *run, const uint8_t *chunk, size_t size);

/*
 * Decodes the fragment of a record from `offset` to `end` into the clear event. False,
 * with the event half filled, for a record that must be read token by token.
 */
bool template_run_decode(struct template_run *run, size_t offset, size_t end, struct event *event);

#endif
