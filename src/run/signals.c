/* SPDX-License-Identifier: Apache-2.0 */
#include "run/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

void signals_catch(struct signals *signals)
{
	sigset_t caught;

	sigemptyset(&caught);
	sigaddset(&caught, SIGINT);
	sigaddset(&caught, SIGTERM);
	sigaddset(&caught, SIGUSR1);
	sigprocmask(SIG_BLOCK, &caught, &signals->before);
	signals->fd = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
}

void signals_release(struct signals *signals)
{
	close(signals->fd);
	sigprocmask(SIG_SETMASK, &signals->before, NULL);
}

enum signal_asked signals_take(const struct signals *signals)
{
	struct signalfd_siginfo info;

	if (read(signals->fd, &info, sizeof(info)) != sizeof(info))
		return SIGNAL_NONE;
	return info.ssi_signo == SIGUSR1 ? SIGNAL_STATE : SIGNAL_END;
}
