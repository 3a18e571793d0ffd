/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_RUN_SIGNALS_H
#define WH_RUN_SIGNALS_H

#include <signal.h>

/* SIGINT and SIGTERM, which end a run, and SIGUSR1, which asks how far it is, as bytes to read
 * instead of interruptions. */
struct signals {
	int fd; /* becomes readable when one of them has come; does not block */
	sigset_t before;
};

enum signal_asked { SIGNAL_NONE, SIGNAL_STATE, SIGNAL_END };

/* From now on they are caught; release gives them back as they were. */
void signals_catch(struct signals *signals);
void signals_release(struct signals *signals);

/* What the next of them asks for; SIGNAL_NONE when none has come. */
enum signal_asked signals_take(const struct signals *signals);

#endif
