/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals that end a run in order: what was measured stays, and settings are put back. Among them are those of a
 * terminal that went away (SIGHUP), and of a reader that did (SIGPIPE: `hintbench run | head -1`).
 */
#ifndef HINTBENCH_BENCH_INTERRUPT_H
#define HINTBENCH_BENCH_INTERRUPT_H

#include <stdbool.h>

/* From here on such a signal is only noted, and ends a wait. SIGHUP stays ignored where it is, as nohup wants it. */
void interrupt_catch(void);

/* The last one that came, or 0. */
int interrupt_signal(void);

/* Whether one came. */
bool interrupt_came(void);

/* In a case's process: they do nothing there. Many of them reach every process of a run, whose runner decides. */
void interrupt_ignore(void);

#endif
