/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_WMI_KEEPER_H
#define WH_WMI_KEEPER_H

#include "base/arena.h"
#include "base/text_pool.h"
#include "wmi/fact.h"

/* What is kept of facts until all are there: in one arena, every text once. */
struct keeper {
	struct hash_secret secret;
	struct arena arena;
	struct text_pool texts;
	uint64_t structs; /* bytes of what is no text */
};

void keeper_init(struct keeper *keeper);
void keeper_release(struct keeper *keeper);

/* The bytes that all of it takes. */
uint64_t keeper_size(const struct keeper *keeper);

/* Memory that is zero. */
void *keeper_alloc(struct keeper *keeper, size_t size);

/* Copies; NULL stays NULL. */
const char *keeper_copy_text(struct keeper *keeper, const char *text);
struct wmi_filter *keeper_copy_filter(struct keeper *keeper, const struct wmi_filter *filter);
struct wmi_consumer *keeper_copy_consumer(struct keeper *keeper,
					  const struct wmi_consumer *consumer);

#endif
