/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folder of `hintbench plot`. All print what went wrong; those that return an int return an exit status.
 */
#ifndef HINTBENCH_CLI_PLOT_FILES_H
#define HINTBENCH_CLI_PLOT_FILES_H

#include <stdio.h>

/* Opens FOLDER/NAMESUFFIX for writing; NULL where that fails. close_in() closes it. */
FILE *open_in(const char *folder, const char *name, const char *suffix);
int close_in(FILE *out, const char *folder);

/* Copies plot/NAME.gp into the folder. */
int copy_script(const char *folder, const char *name);

/* Runs gnuplot on NAME.gp in the folder. */
int run_gnuplot(const char *folder, const char *name);

/* Removes what an earlier plot left of a picture, which this one does not make. */
void remove_old(const char *folder, const char *name);

/*
 * How the scripts begin that are not in plot/, but made for one picture; and the removal of all such
 * pictures.
 */
#define GENERATED_HEAD "# Made by `hintbench plot`"
void remove_old_generated(const char *folder);

#endif
