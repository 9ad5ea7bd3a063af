/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pictures that were chosen, as files: data, scripts, and what gnuplot makes of them. */
#ifndef HINTBENCH_CLI_PLOT_DRAW_H
#define HINTBENCH_CLI_PLOT_DRAW_H

#include <stddef.h>

#include "cli/plot/picture.h"
#include "lib/base/error.h"

/* A picture with what it shows of these results. */
struct shown {
	struct picture picture;
	struct choice choice; /* without lines it is not drawn */
};

struct plot {
	struct drawing drawing;
	struct shown *shown;
	size_t count;
};

/*
 * Writes and draws the pictures into the folder, which is made where it is not there. Data and scripts are there also
 * when gnuplot is not, or fails. Returns 0, or -errno with `error`.
 */
int draw_pictures(const struct plot *plot, const char *path, struct error *error);

#endif
