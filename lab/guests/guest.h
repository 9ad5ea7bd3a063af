/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One guest: what is packed for it, and how it ended. */
#ifndef HINTBENCH_LAB_GUESTS_GUEST_H
#define HINTBENCH_LAB_GUESTS_GUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/guests/boot.h"
#include "lab/kernels/kernel.h"
#include "lib/base/error.h"

/* What guests are to do, and where what they bring back goes. Strings are borrowed. */
struct lab_job {
	const char *command;          /* a shell command, or NULL for `hintbench run` with what follows */
	const char *config_path;      /* NULL: none */
	const char *events_path;      /* the event set's file; NULL: none */
	const char *const *arguments; /* patterns and key=value, as for `hintbench run` */
	size_t argument_count;
	const char *program_path; /* goes along as /bin/NAME, with its libraries; NULL: none */
	const char *cpu;          /* the guest's processor, as QEMU names it; NULL: the usual one */
	bool modules;             /* take the modules for scratch disks and swap along */
	const char *out_folder;   /* NAME.json and NAME.console.log */
	const char *work_folder;  /* for files that nobody needs afterwards */
};

/* From the best to the worst. */
enum guest_end {
	GUEST_DONE,
	GUEST_NOTHING_RAN, /* its program could run nothing there (exit status 77) */
	GUEST_WARNED,      /* done, but its kernel complained */
	GUEST_FAILED,      /* what it measured before is kept */
};

/* What became of a guest. */
struct guest_ending {
	enum guest_end end;
	int status;            /* exit status of what it ran; -1 where it did not come to that */
	bool kept;             /* out_folder has a NAME.json of this boot */
	struct error reason;   /* for every end but GUEST_DONE */
	char last_lines[1024]; /* of the console, each with its newline, where they tell why; else empty */
	char *body;            /* for a command: what it wrote; to be freed */
	size_t body_bytes;
};

/* Fills the paths of `boot`, and checks that its files can be written. Returns 0, or -errno with `error`. */
int lab_guest_place(const struct lab_kernel *kernel, const struct lab_job *job, struct lab_boot *boot,
                    struct error *error);

/* Makes the guest's initramfs, with this very program in it. Returns 0, or -errno with `error`. */
int lab_guest_pack(const struct lab_kernel *kernel, const struct lab_job *job, const struct lab_boot *boot,
                   struct error *error);

/*
 * Tells how a guest ended, and writes its NAME.json: whole and unchanged where it is whole, else what can be saved
 * of it. A NAME.json of an earlier boot becomes NAME.json.old where this one brought nothing.
 */
void lab_guest_collect(const struct lab_kernel *kernel, const struct lab_job *job,
                       const struct lab_boot *boot, struct guest_ending *ending);

#endif
