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
	host->starts = g_array_new(FALSE, FALSE, sizeof(struct wmi_start));
	host->boots = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	host->stops = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	host->activity = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	host->work = WH_MAX_LINK_WORK;
	host->room = WH_MAX_HOST_LINKS;
	return host;
}

void link_host_free(struct link_host *host)
{
	g_ptr_array_unref(host->candidates);
	g_ptr_array_unref(host->evidence);
	g_array_unref(host->starts);
	g_array_unref(host->boots);
	g_array_unref(host->stops);
	g_array_unref(host->activity);
	g_free(host);
}

bool host_spend(struct link_host *host)
{
	if (host->work == 0)
		return false;
	host->work--;
	return true;
}

static uint64_t get_number(const void *times, size_t i)
{
	return ((const uint64_t *)times)[i];
}

uint64_t times_first_from(const GArray *times, uint64_t time)
{
	size_t before = lower_bound(times->data, times->len, get_number, time);

	return before < times->len ? g_array_index(times, uint64_t, before) : UINT64_MAX;
}

bool host_is_one_boot(const struct link_host *host, uint64_t from, uint64_t to)
{
	return from == to || times_first_from(host->boots, from + 1) > to;
}

static uint64_t get_start(const void *starts, size_t i)
{
	return ((const struct wmi_start *)starts)[i].time;
}

const struct wmi_start *host_find_wmi_start(const struct link_host *host, uint64_t time)
{
	size_t count = host->starts->len;

	if (time < UINT64_MAX)
		count = lower_bound(host->starts->data, count, get_start, time + 1);
	return count ? &g_array_index(host->starts, struct wmi_start, count - 1) : NULL;
}

bool host_is_one_wmi(const struct link_host *host, uint64_t from, uint64_t to)
{
	const struct wmi_start *start = host_find_wmi_start(host, to);

	return host_is_one_boot(host, from, to) && (!start || start->time <= from);
}

static uint64_t get_time(const void *list, size_t i)
{
	return ((const struct evidence *const *)list)[i]->event.ref.time;
}

guint evidence_count_before(const GPtrArray *evidence, uint64_t time)
{
	return (guint)lower_bound(evidence->pdata, evidence->len, get_time, time);
}
