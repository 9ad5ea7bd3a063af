/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all commands have in common that boot guests: their options, and the way from a request to results. */
#ifndef HINTBENCH_CLI_LAB_GUEST_H
#define HINTBENCH_CLI_LAB_GUEST_H

#include <argp.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "lab/guests/boot.h"
#include "lab/guests/guest.h"
#include "lab/kernels/kernel.h"

#define LAB_KERNELS_MAX 64

/* What a command that boots guests was asked for. */
struct lab_request {
	struct lab_kernel *kernels;
	size_t kernel_count;
	const struct lab_arch *arch;        /* of --arch, NULL where it wasn't given */
	const char *specs[LAB_KERNELS_MAX]; /* of --kernel, until all options are known */
	size_t spec_count;
	struct lab_topology topology;
	unsigned limit_seconds, parallel;
	struct lab_job job;
	const char *config; /* the job file; NULL: none */
	const char *events; /* the event set that was asked for; NULL: what the job file says */
	char events_path[PATH_MAX], plan_path[PATH_MAX];
	const char *const *words; /* patterns and key=value, as for `hintbench run` */
	size_t word_count;
	unsigned long seed; /* of each kernel's first boot, the others follow; 0: one that nothing perturbs */
	unsigned seed_count; /* boots of each kernel */
	bool verify;         /* the first seed once more */
	size_t boot_count;   /* of all kernels: boot number i is one of kernel i % kernel_count */
	struct lab_boot *boots;
	struct guest_ending *endings;
	bool *attempted;
};

/* A child of the command's own argp; its input is a struct lab_request. */
extern const struct argp_child lab_guest_children[];

/*
 * Gives the request its defaults, and room for every kernel that it can have. Ends the program without
 * memory.
 */
void lab_request_open(struct lab_request *request);
void lab_request_close(struct lab_request *request);

/* The value of an option, a whole number from 1 to `most`. Ends the program with a message where it is none. */
unsigned lab_parse_number(const char *text, unsigned most, const char *option);

/* Takes one more kernel, as `--kernel` names it. Ends the program with a message where it is none. */
void lab_request_kernel(struct lab_request *request, const char *spec);

/* Makes the boots that were asked for, when all options are known; lab_request_boot() does so where nobody did. */
void lab_request_plan_boots(struct lab_request *request);

/*
 * What guests are to run: finds job file and event set, chooses the cases, and writes the plan into the work folder. Returns
 * 0, or -errno with `error`.
 */
int lab_request_choose(struct lab_request *request, struct error *error);

/* Boots all guests, and says how they ended. Returns an exit status. */
int lab_request_boot(struct lab_request *request);

/* Makes a folder and those above it, where they are missing. Returns 0, or -errno where nobody can write there. */
int lab_make_folder(const char *path);

#endif
