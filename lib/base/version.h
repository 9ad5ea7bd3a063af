/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HINTBENCH_BASE_VERSION_H
#define HINTBENCH_BASE_VERSION_H

/* The version of this program, as `git describe` told it at build time. */
extern const char hintbench_version[];

#endif
