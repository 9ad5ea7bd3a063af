/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/plan_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int plan_write(const struct plan *plan, const char *path, struct error *error)
{
	char *text = calloc(1, PLAN_FILE_BYTES);
	size_t used = 0;
	for (size_t i = 0; text && i < plan->count && used < PLAN_FILE_BYTES; i++)
		used += (size_t)snprintf(text + used, PLAN_FILE_BYTES - used, "%zu %s\n",
		                         plan->items[i].units, plan->items[i].c->name);
	FILE *file = text && used < PLAN_FILE_BYTES ? fopen(path, "we") : NULL;
	bool written = file && fwrite(text, 1, PLAN_FILE_BYTES, file) == PLAN_FILE_BYTES;
	int err = errno;
	free(text);
	if (file && fclose(file) != 0)
		written = false;
	if (written)
		return 0;
	return used >= PLAN_FILE_BYTES
	           ? error_set(error, E2BIG, "%zu cases are more than a plan holds", plan->count)
	           : error_set_errno(error, err, "cannot write %s", path);
}

/* The case of that name; cases come mostly in the order of the list, so it is looked for behind the last. */
static const struct bench_case *find_case(const struct case_list *all, const char *name, size_t *last)
{
	for (size_t i = 1; i <= all->count; i++) {
		size_t at = (*last + i) % all->count;
		if (strcmp(all->items[at].name, name) != 0)
			continue;
		*last = at;
		return &all->items[at];
	}
	return NULL;
}

static int take_line(struct plan *plan, const struct case_list *all, const char *line, size_t *last,
                     struct error *error)
{
	size_t units = 0;
	int name_at = 0;
	const struct bench_case *c = NULL;
	if (sscanf(line, "%zu %n", &units, &name_at) == 1 && name_at > 0)
		c = find_case(all, line + name_at, last);
	if (!c || plan->count == all->count)
		return error_set(error, EINVAL, "'%.200s' is no case with its units before it", line);
	plan->items[plan->count++] = (struct planned){c, units};
	return 0;
}

int plan_read(struct plan *plan, const struct case_list *all, const char *path, struct error *error)
{
	char *text = calloc(1, PLAN_FILE_BYTES + 1), *rest = text, *line;
	FILE *file = fopen(path, "re");
	size_t last = all->count - 1;
	int err = 0;
	*plan = (struct plan){.items = calloc(all->count, sizeof(*plan->items))};
	if (!text || !plan->items)
		err = error_set(error, ENOMEM, "no memory for the plan");
	else if (!file || fread(text, 1, PLAN_FILE_BYTES, file) == 0)
		err = error_set_errno(error, errno ? errno : ENODATA, "cannot read the plan %s", path);
	while (!err && (line = strsep(&rest, "\n")) && *line)
		err = take_line(plan, all, line, &last, error);
	if (file)
		fclose(file);
	free(text);
	if (err)
		plan_free(plan);
	return err;
}
