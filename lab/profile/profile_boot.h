/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests that run with the plugin: lab/profile/plugin/profile.c in QEMU, told where the timed loop lies. */
#ifndef HINTBENCH_LAB_PROFILE_PROFILE_BOOT_H
#define HINTBENCH_LAB_PROFILE_PROFILE_BOOT_H

#include "lab/guests/boot.h"
#include "lib/base/error.h"

/*
 * Returns 0, or with `error`: -ENOENT where QEMU or the plugin's file is missing, -ENOSYS for a QEMU without
 * plugins.
 */
int profile_boot_check(struct error *error);

/*
 * Has `boot` load the plugin, which writes into `out_path` (for profile_read()) when QEMU ends. Returns 0, or with `error`:
 * -ENOENT where the plugin's file or the guests' program is missing, -ENAMETOOLONG.
 */
int profile_boot_prepare(struct lab_boot *boot, const char *out_path, struct error *error);

#endif
