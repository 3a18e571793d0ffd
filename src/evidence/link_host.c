/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence/link_host.h"

#include "base/limits.h"
#include "base/order.h"

struct link_host *link_host_new(const struct host_identity *identity)
{
	struct link_host *host = g_new0(struct link_host, 1);

	host->identity = identity;
	host->candidates = g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
	host->evidence = g_ptr_array_new();
	host->starts = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	host->work = WH_MAX_LINK_WORK;
	host->room = WH_MAX_HOST_LINKS;
	return host;
}

void link_host_free(struct link_host *host)
{
	g_ptr_array_unref(host->candidates);
	g_ptr_array_unref(host->evidence);
	g_array_unref(host->starts);
	g_free(host);
}

bool host_spend(struct link_host *host)
{
	if (host->work == 0)
		return false;
	host->work--;
	return true;
}

static uint64_t get_time(const void *list, size_t i)
{
	return ((const struct evidence *const *)list)[i]->event.ref.time;
}

guint evidence_count_before(const GPtrArray *evidence, uint64_t time)
{
	return (guint)lower_bound(evidence->pdata, evidence->len, get_time, time);
}
