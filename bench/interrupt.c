/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2};

static volatile sig_atomic_t last;

static void note(int number)
{
	last = number;
}

void interrupt_catch(void)
{
	/* Without SA_RESTART: a wait ends at once. */
	const struct sigaction action = {.sa_handler = note};
	struct sigaction before;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		sigaction(signals[i], &action, &before);
		if (signals[i] == SIGHUP && before.sa_handler == SIG_IGN)
			signal(SIGHUP, SIG_IGN);
	}
}

int interrupt_signal(void)
{
	return last;
}

bool interrupt_came(void)
{
	return last != 0;
}

void interrupt_ignore(void)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}
