/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_EVTX_PLAN_RUN_H
#define WH_EVTX_PLAN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

/* Decodes records whose templates have plans (evtx/template_plan.h). */
struct plan_runner;

struct plan_runner *plan_runner_new(void);
void plan_runner_free(struct plan_runner *runner);
void plan_runner_begin(struct plan_runner *runner, const uint8_t *chunk, size_t size);

/*
 * Decodes the fragment of a record from `offset` to `end` into the clear event. False,
 * with the event half filled, for a record that must be read token by token.
 */
bool plan_runner_decode(struct plan_runner *runner, size_t offset, size_t end, struct event *event);

#endif
