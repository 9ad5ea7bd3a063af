/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's command line for an exact guest: one whose clock is the count of instructions that it executed. */
#ifndef HINTBENCH_LAB_GUESTS_QEMU_H
#define HINTBENCH_LAB_GUESTS_QEMU_H

#include "lab/guests/boot.h"

/* Returns the arguments, NULL at the end, to be freed with lab_qemu_free(); NULL where there is no memory. */
char **lab_qemu_arguments(const struct lab_boot *boot, const struct lab_topology *topology);
void lab_qemu_free(char **arguments);

#endif
