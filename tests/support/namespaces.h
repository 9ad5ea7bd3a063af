/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of the journal of settings: a /run of their own, so that no other run on this machine is in the way. */
#ifndef HINTBENCH_TESTS_SUPPORT_NAMESPACES_H
#define HINTBENCH_TESTS_SUPPORT_NAMESPACES_H

#include <stdbool.h>

#define JOURNAL           "/run/hintbench.journal"
#define NO_RUN_OF_ITS_OWN "the journal needs root, or user namespaces"

/*
 * Gives the process a /run of its own, and debugfs with the kernel's tracepoints where the machine has not mounted it. False
 * where neither a /run of its own nor the machine's can be had.
 */
bool enter_private_run(void);

/* Over the /run that is there, one of 4 KiB; false where that can't be had. The other takes it away. */
bool mount_small_run(void);
void unmount_small_run(void);

/* What a run of this boot leaves that was killed together with its guardian. */
void write_journal_of_this_boot(const char *entries);

#endif
