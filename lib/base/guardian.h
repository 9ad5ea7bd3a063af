/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that does something when this one ends, however it ends: SIGKILL and the OOM killer included. */
#ifndef HINTBENCH_BASE_GUARDIAN_H
#define HINTBENCH_BASE_GUARDIAN_H

#include <sys/types.h>

#include "lib/base/error.h"

/*
 * Starts a guardian, which keeps no descriptor but `kept_fd` and calls `at_end` once this process and all that it
 * forked have ended. Signals do not reach it, and the OOM killer passes it by where that is permitted. It sleeps in
 * read() until then, so that it changes nothing that is measured. Returns its process id, or -errno with `error`.
 */
pid_t guardian_start(int kept_fd, void (*at_end)(void), struct error *error);

/* Sends it away; `at_end` is not called. */
void guardian_stop(pid_t guardian);

#endif
