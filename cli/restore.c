/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <argp.h>
#include <errno.h>
#include <stdio.h>

#include "cli/command.h"
#include "lib/base/settings.h"

static const struct argp argp = {.doc = "Puts back the kernel settings that a killed run left behind."};

int command_restore(int argc, char **argv)
{
	struct error error;
	size_t restored;
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	int err = settings_open(&restored, &error);
	size_t discarded = settings_discarded();
	if (!err)
		err = settings_close(&error);
	if (err) {
		bad_input("%s", error.text);
		return err == -EACCES ? EXIT_CANNOT_RUN : EXIT_BAD_INPUT;
	}
	if (discarded)
		printf("%zu settings of another boot are gone with it\n", discarded);
	printf("%zu settings put back\n", restored);
	return EXIT_DONE;
}
