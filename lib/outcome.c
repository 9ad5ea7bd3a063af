/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/outcome.h"

#include <errno.h>

const struct outcome outcomes[] = {
    {
        .name = "local",
        .what = "touched from the page's own node: it stays",
    },
    {
        .name = "migrate",
        .what = "touched from another node, which takes the page",
        .far = true,
        .migrates = true,
    },
    {0},
};

int outcome_confirm(const struct outcome *outcome, const struct outcome_seen *seen, struct reason *why)
{
	uint64_t wanted = outcome->migrates ? seen->touches : 0;
	if (outcome->far && seen->migrated != wanted)
		return because(why, EAGAIN, "%llu of %llu pages migrated, %s was asked for",
		               (unsigned long long)seen->migrated, (unsigned long long)seen->touches,
		               outcome->name);
	if (outcome->fails && seen->failures == 0)
		return because(why, EAGAIN, "no migration failed (pgmigrate_fail), %s was asked for",
		               outcome->name);
	if (!outcome->fails && seen->failures > 0)
		return because(why, EAGAIN, "%llu migrations failed (pgmigrate_fail), %s was asked for",
		               (unsigned long long)seen->failures, outcome->name);
	return 0;
}
