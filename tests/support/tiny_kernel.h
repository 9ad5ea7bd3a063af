/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's kernel that is made up, for tests of what boots guests. */
#ifndef HINTBENCH_TESTS_SUPPORT_TINY_KERNEL_H
#define HINTBENCH_TESTS_SUPPORT_TINY_KERNEL_H

/*
 * A kernel image of a few bytes: QEMU boots it as it boots a bzImage, in 0.1 s. It writes `console` to the
 * first serial port and `stream` to the second, and then resets the machine (which ends QEMU) or halts for
 * ever. See the kernel's Documentation/arch/x86/boot.rst for the header.
 */
void write_tiny_kernel(const char *path, const char *console, const char *stream, int reset);

/* The same, silent, for one that says it is of this release; the other is of 0.0.1-tiny. */
void write_kernel_of_release(const char *path, const char *release);

#endif
