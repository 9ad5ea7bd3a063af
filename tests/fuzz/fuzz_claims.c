/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of claims, held against two results. */
#include <assert.h>
#include <stdlib.h>

#include "lib/analysis/claim_judge.h"
#include "lib/analysis/claims.h"
#include "lib/base/paths.h"
#include "tests/fuzz/input.h"

static struct result_set *sets;
static const char **names;
static size_t name_count;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct error error;
	char base[4096], new[4096];
	(void)argc, (void)argv;
	if (data_path("tests/data/claims-base.json", base, sizeof(base)) != 0 ||
	    data_path("tests/data/claims-new.json", new, sizeof(new)) != 0)
		abort();
	sets = result_sets_load((char *const[]){base, new}, 2, &error);
	if (!sets)
		abort();
	names = result_sets_case_names(sets, 2, &name_count);
	return 0;
}

static void judge(const struct claim *claim)
{
	struct arena *arena = arena_new();
	struct claim_finding finding;
	const char **chosen = arena_alloc(arena, name_count * sizeof(*chosen));
	size_t count = 0;
	for (size_t i = 0; i < name_count; i++) {
		struct selectable selectable = selectable_of(result_set_best_record(&sets[0], names[i]));
		if (claim_speaks_of(claim, &selectable))
			chosen[count++] = names[i];
	}
	claim_judge(&claim->holds, chosen, count, &sets[0], claim->holds.two_kernels ? &sets[1] : NULL, arena,
	            &finding);
	assert(finding.broken <= finding.measured && finding.measured <= count);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	struct claims claims;
	if (claims_load(&claims, input_file(0, data, size), &error) != 0) {
		check_error(&error);
		return 0;
	}
	for (size_t i = 0; i < claims.count; i++)
		judge(&claims.items[i]);
	claims_free(&claims);
	return 0;
}
