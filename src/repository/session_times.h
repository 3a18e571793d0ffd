/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_REPOSITORY_SESSION_TIMES_H
#define WH_REPOSITORY_SESSION_TIMES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * An object's time is the start of the WMI service's session and 100 ns for each write before it.
 * So times that are near each other are of one session, and the earliest of them is, about, when
 * it began.
 */
struct session_times {
	GArray *sessions; /* struct session_span */
	guint last; /* found */
};

void session_times_init(struct session_times *times);
void session_times_release(struct session_times *times);

/* Adds a FILETIME; one that cannot be right is not added. */
void session_times_add(struct session_times *times, uint64_t time);

/* When the session of that time began, and the number of the write in it. False: the time cannot
 * be right. */
bool session_times_find(struct session_times *times, uint64_t time, uint64_t *session,
			uint64_t *sequence);

#endif
