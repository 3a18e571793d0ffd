/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/session_times.h"

#include "event/filetime.h"

#define MOST_SESSIONS 4096u
#define EARLIEST (UINT64_C(125911584000000000)) /* 2000-01-01 */
#define LATEST (UINT64_C(157469184000000000)) /* 2100-01-01 */

/* Of one session; no two are nearer to each other than a second. */
struct session_span {
	uint64_t first;
	uint64_t last;
};

void session_times_init(struct session_times *times)
{
	*times = (struct session_times){
		.sessions = g_array_new(FALSE, FALSE, sizeof(struct session_span))};
}

void session_times_release(struct session_times *times)
{
	g_array_unref(times->sessions);
}

static bool is_near(const struct session_span *span, uint64_t time)
{
	return time + WH_SECOND >= span->first && time <= span->last + WH_SECOND;
}

static struct session_span *find(struct session_times *times, uint64_t time)
{
	for (guint i = 0; i < times->sessions->len; i++) {
		guint at = (times->last + i) % times->sessions->len;
		struct session_span *span =
			&g_array_index(times->sessions, struct session_span, at);

		if (is_near(span, time)) {
			times->last = at;
			return span;
		}
	}
	return NULL;
}

/* What grew may now be near to others. */
static void join(struct session_times *times, struct session_span *grown)
{
	for (guint i = 0; i < times->sessions->len; i++) {
		struct session_span *span = &g_array_index(times->sessions, struct session_span, i);

		if (span == grown || !is_near(span, grown->first))
			if (span == grown || !is_near(span, grown->last))
				continue;
		grown->first = MIN(grown->first, span->first);
		grown->last = MAX(grown->last, span->last);
		g_array_remove_index_fast(times->sessions, i);
		times->last = 0;
		return;
	}
}

void session_times_add(struct session_times *times, uint64_t time)
{
	struct session_span *span;

	if (time < EARLIEST || time > LATEST)
		return;
	span = find(times, time);
	if (span && time >= span->first && time <= span->last)
		return;
	if (span) {
		span->first = MIN(span->first, time);
		span->last = MAX(span->last, time);
		join(times, span);
	} else if (times->sessions->len < MOST_SESSIONS) {
		const struct session_span alone = {time, time};

		g_array_append_val(times->sessions, alone);
	}
}

bool session_times_find(struct session_times *times, uint64_t time, uint64_t *session,
			uint64_t *sequence)
{
	const struct session_span *span;

	if (time < EARLIEST || time > LATEST)
		return false;
	span = find(times, time);
	*session = span && span->first <= time ? span->first : time;
	*sequence = time - *session;
	return true;
}
