/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One guest: what is packed for it, and how it ended. */
#ifndef HINTBENCH_LAB_GUESTS_GUEST_H
#define HINTBENCH_LAB_GUESTS_GUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/guests/boot.h"
#include "lab/kernels/kernel.h"
#include "lib/base/error.h"

/* A kernel's name, /boot- and a seed. */
#define LAB_BOOT_NAME_BYTES 128

/* What guests are to do, and where what they bring back goes. Strings are borrowed. */
struct lab_job {
	const char *command;      /* a shell command, or NULL for `hintbench run` with what follows */
	const char *plan_path;    /* what is to run, as bench/plan_file.h has it */
	const char *plan_text;    /* … and how it was chosen, for the result's suite.config */
	const char *events_path;  /* the event set's file; NULL: none */
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
	bool kept;             /* there is a result of this boot */
	struct error reason;   /* for every end but GUEST_DONE */
	char last_lines[1024]; /* of the console, each with its newline, where they tell why; else empty */
	char *body;            /* for a command: what it wrote; to be freed */
	size_t body_bytes;
};

/*
 * What a boot is called, and its files in the output folder: NAME, or NAME/boot-SEED where a seed perturbs it; with
 * .again behind their endings where it is one more of the same.
 */
void lab_guest_name(const struct lab_kernel *kernel, const struct lab_boot *boot, char *name,
                    size_t name_bytes);

/*
 * Fills the paths of `boot`, whose seed is set, and checks that its files can be written. Returns 0, or -errno with
 * `error`.
 */
int lab_guest_place(const struct lab_kernel *kernel, const struct lab_job *job, struct lab_boot *boot,
                    struct error *error);

/*
 * Makes the guest's initramfs. Nothing of the host gets in: no name, no path, no version, no length of any of them; what
 * it is of is the kernel's modules, the job, and programs. Returns 0, or -errno with `error`.
 */
int lab_guest_pack(const struct lab_kernel *kernel, const struct lab_job *job, const struct lab_boot *boot,
                   struct error *error);

/*
 * Tells how a guest ended, and writes its result: what it sent, or what can be saved of that, and what the host alone
 * knows: the kernel's name, the seed, the suite's version, what was asked for. A result of an earlier boot becomes
 * NAME.json.old where this one brought nothing.
 */
void lab_guest_collect(const struct lab_kernel *kernel, const struct lab_job *job,
                       const struct lab_boot *boot, struct guest_ending *ending);

#endif
