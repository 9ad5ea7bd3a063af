/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line that ends what a guest sends back: with it the host knows that the result is whole. A guest that
 * panicked or ran out of time has none, and QEMU's exit status says nothing about either.
 */
#ifndef HINTBENCH_LAB_GUESTS_MARKER_H
#define HINTBENCH_LAB_GUESTS_MARKER_H

#include <stddef.h>

#include "lib/base/error.h"

/* hintbench-end status=0 bytes=123 sha256=… full=/tmp,/run  (init.sh writes it) */
struct marker {
	int status;        /* exit status of what the guest ran */
	size_t bytes;      /* length of the result as the guest has it */
	char sha256[65];   /* of the result, in hex; "none" where there is none */
	char full[256];    /* file systems of the guest that have no space left, separated by commas */
	size_t body_bytes; /* what was received before the marker */
};

/* Finds the last marker in what was received. Returns 0, or -ENOENT where there is none. */
int marker_find(const char *text, size_t length, struct marker *marker);

/* Compares what was received before the marker with what it says. Returns 0, or -EBADMSG with `error`. */
int marker_check(const char *text, const struct marker *marker, struct error *error);

#endif
