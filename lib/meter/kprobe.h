/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events of our own on functions of the kernel (Documentation/trace/kprobetrace.rst): tracepoints of the
 * group "hintbench", for lib/meter/tracepoint.h. An event costs nothing while no counter of it is open.
 */
#ifndef HINTBENCH_METER_KPROBE_H
#define HINTBENCH_METER_KPROBE_H

#include "lib/base/error.h"

#define KPROBE_GROUP "hintbench"

/* Whether events can be defined on `function`. Changes nothing. Returns 0, or -errno with `error`. */
int kprobe_available(const char *function, struct error *error);

/*
 * Defines the event hintbench:NAME at the entry of `function`, with fields such as "address=%x3:u64". It is a
 * setting: it goes when settings are put back, after a SIGKILL too. Returns 0, or -errno with `error`.
 */
int kprobe_define(const char *name, const char *function, const char *fields, struct error *error);

/* Takes the event away, when no counter of it is open any more. Returns 0, or -errno with `error`. */
int kprobe_remove(const char *name, struct error *error);

#endif
