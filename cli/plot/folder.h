/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folder of `hintbench plot`. All is written and drawn in a folder inside it, and moves out when it is whole:
 * whatever fails, each file of an earlier plot stays as it was or is replaced by a whole one.
 */
#ifndef HINTBENCH_CLI_PLOT_FOLDER_H
#define HINTBENCH_CLI_PLOT_FOLDER_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "lib/base/error.h"

struct folder {
	const char *path;
	char stage[PATH_MAX]; /* the folder inside it */
	bool is_new;          /* it was not there before */
	bool has_edited;      /* scripts in it are not those that hintbench wrote */
};

/* Makes the folder where it is not there. Returns 0, or -errno with `error`. For folder_close(). */
int folder_open(struct folder *folder, const char *path, struct error *error);

/* Removes what was not published. */
void folder_close(struct folder *folder);

/* Starts and ends a file NAMESUFFIX. folder_create() returns NULL, folder_finish() -errno, with `error`. */
FILE *folder_create(const struct folder *folder, const char *name, const char *suffix, struct error *error);
int folder_finish(const struct folder *folder, FILE *out, struct error *error);

/* Writes a text of `length` bytes as NAMESUFFIX. Returns 0, or -errno with `error`. */
int folder_write(const struct folder *folder, const char *name, const char *suffix, const char *text,
                 size_t length, struct error *error);

/*
 * Runs gnuplot on NAME.gp, and sees to it that NAME.svg and NAME.png are there and whole. Returns 0, or -errno with
 * `error`: -ENOENT where gnuplot is not installed.
 */
int folder_draw(const struct folder *folder, const char *name, struct error *error);

/*
 * Moves what was written out of the stage. With `drawn` pictures as well, and what an earlier plot has left of
 * pictures that this one doesn't have is removed. Returns 0, or -errno with `error`.
 */
int folder_publish(const struct folder *folder, bool drawn, struct error *error);

#endif
