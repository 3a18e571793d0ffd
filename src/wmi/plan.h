/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_PLAN_H
#define WH_WMI_PLAN_H

#include "evtx/sieve.h"

/* A plan that asks for the events of wmi_sources; release it with sieve_plan_release(). */
void wmi_plan_init(struct sieve_plan *plan);

#endif
