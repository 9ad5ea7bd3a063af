/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events of our own on functions of the kernel (Documentation/trace/kprobetrace.rst): tracepoints of the
 * group "hintbench", for lib/tracepoint.h. An event costs nothing while no counter of it is open.
 */
#ifndef HINTBENCH_KPROBE_H
#define HINTBENCH_KPROBE_H

#include "lib/reason.h"

#define KPROBE_GROUP "hintbench"

/* Whether events can be defined on `function`. Changes nothing. Returns 0, or -errno with `why`. */
int kprobe_available(const char *function, struct reason *why);

/*
 * Defines the event hintbench:NAME at the entry of `function`, with fields such as "address=%x3:u64". It is a
 * setting: it goes when settings are put back, after a SIGKILL too. Returns 0, or -errno with `why`.
 */
int kprobe_define(const char *name, const char *function, const char *fields, struct reason *why);

/* Takes the event away, when no counter of it is open any more. Returns 0, or -errno with `why`. */
int kprobe_remove(const char *name, struct reason *why);

#endif
