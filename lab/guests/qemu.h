/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's command line for an exact guest: one whose clock is the count of instructions that it executed. */
#ifndef HINTBENCH_LAB_GUESTS_QEMU_H
#define HINTBENCH_LAB_GUESTS_QEMU_H

#include "lab/guests/arguments.h"
#include "lab/guests/boot.h"

/* Adds QEMU's name and its arguments to a list, which has failed where there is no memory. */
void lab_qemu_arguments(struct arguments *arguments, const struct lab_boot *boot,
                        const struct lab_topology *topology);

#endif
