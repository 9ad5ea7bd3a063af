/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/cases.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct family *families;

void family_register(struct family *family)
{
	struct family **at = &families;
	assert(family->touchers <= TOUCHERS_MAX);
	while (*at && strcmp((*at)->name, family->name) < 0)
		at = &(*at)->next;
	assert(!*at || strcmp((*at)->name, family->name) != 0);
	family->next = *at;
	*at = family;
}

static const struct access accesses[] = {
    {"read-write", true},
    {"write", false},
    {0},
};

const struct axis axis_map = AXIS("map", mappings);
const struct axis axis_page = AXIS("page", page_kinds);
const struct axis axis_access = AXIS("access", accesses);
const struct axis axis_outcome = AXIS("outcome", outcomes);
const struct axis axis_share = AXIS_OPTIONAL("share", sharings);
const struct axis axis_track = AXIS_OPTIONAL("track", tracks);

/* The name of a row stands first in it, whatever it is a row of. */
static const char *row_name(const void *row)
{
	return *(const char *const *)row;
}

/* The row at `index`, or NULL after the last. */
static const void *axis_row(const struct axis *axis, size_t index)
{
	const void *row = (const char *)axis->rows + index * axis->row_bytes;
	return row_name(row) ? row : NULL;
}

const void *case_row(const struct bench_case *c, const struct axis *axis)
{
	for (size_t i = 0; c->family->axes[i]; i++)
		if (c->family->axes[i] == axis)
			return c->row[i];
	return axis->rows;
}

const char *case_string(const struct bench_case *c, const struct axis *axis)
{
	return row_name(case_row(c, axis));
}

/* What the memory itself allows, whatever is done to it. */
static bool memory_exists(const struct bench_case *c)
{
	const struct mapping *mapping = case_row(c, &axis_map);
	const struct page_kind *page = case_row(c, &axis_page);
	const struct sharing *sharing = case_row(c, &axis_share);
	const struct track *track = case_row(c, &axis_track);
	/* userfaultfd's write protection splits the PMDs of shared memory: there are no such pages under it. */
	if (track->bit == TRACK_UFFD_WP && !mapping->forks && page->bit == PAGE_PMD)
		return false;
	/* Sharing and tracking are asked of base pages and of THPs: the sizes between behave like one of them. */
	bool plain = !sharing->forks && !track->start;
	return (mapping->pages & page->bit) && (mapping->forks || !sharing->forks) &&
	       (mapping->tracks & track->bit) == track->bit && (plain || page->bit & (PAGE_BASE | PAGE_PMD));
}

int case_touchers(const struct bench_case *c)
{
	return c->family->touchers > 1 ? c->family->touchers : 1;
}

static void write_name(struct bench_case *c)
{
	int used = snprintf(c->name, sizeof(c->name), "%s", c->family->name);
	for (size_t i = 0; c->family->axes[i]; i++) {
		const struct axis *axis = c->family->axes[i];
		if (axis->optional && c->row[i] == axis->rows)
			continue;
		used += snprintf(c->name + used, sizeof(c->name) - (size_t)used, "/%s=%s", axis->key,
		                 row_name(c->row[i]));
		assert(used < (int)sizeof(c->name));
	}
}

static void write_params(struct bench_case *c)
{
	while (c->family->axes[c->param_count]) {
		size_t i = c->param_count++;
		c->params[i] = (struct parameter){c->family->axes[i]->key, row_name(c->row[i])};
	}
}

static int add_case(struct case_list *all, const struct bench_case *c)
{
	/* Grows by doubling: at every power of two. */
	if ((all->count & (all->count - 1)) == 0) {
		struct bench_case *items =
		    realloc(all->items, (all->count ? all->count * 2 : 1) * sizeof(*items));
		if (!items)
			return -ENOMEM;
		all->items = items;
	}
	struct bench_case *added = &all->items[all->count++];
	*added = *c;
	write_name(added);
	write_params(added);
	return 0;
}

/* Sets the axes from `depth` on to each of their values in turn. */
static int add_combinations(struct case_list *all, struct bench_case *c, size_t depth)
{
	const struct axis *axis = c->family->axes[depth];
	int err = 0;
	if (!axis) {
		bool exists = memory_exists(c) && (!c->family->exists || c->family->exists(c));
		return exists ? add_case(all, c) : 0;
	}
	for (size_t i = 0; !err && axis_row(axis, i); i++) {
		c->row[depth] = axis_row(axis, i);
		err = add_combinations(all, c, depth + 1);
	}
	return err;
}

static int make_selectables(struct case_list *all)
{
	all->selectables = calloc(all->count, sizeof(*all->selectables));
	for (size_t i = 0; all->selectables && i < all->count; i++) {
		const struct bench_case *c = &all->items[i];
		all->selectables[i] = (struct selectable){c->name, c->params, c->param_count};
	}
	return all->selectables ? 0 : -ENOMEM;
}

int cases_all(struct case_list *all)
{
	int err = 0;
	*all = (struct case_list){0};
	for (const struct family *family = families; !err && family; family = family->next) {
		struct bench_case c = {.family = family};
		err = add_combinations(all, &c, 0);
	}
	return err ? err : make_selectables(all);
}

void cases_free(struct case_list *list)
{
	free(list->items);
	free(list->selectables);
	*list = (struct case_list){0};
}
