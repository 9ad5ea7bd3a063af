/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/profile/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHAPES_MAX  (1UL << 24) /* for files that are none of ours */
#define TOUCHES_MAX (1UL << 28)

static int read_lines(FILE *file, struct profile_shape *shape)
{
	for (size_t i = 0; i < shape->line_count; i++) {
		unsigned long long address, count, others;
		if (fscanf(file, "%llx %llu %llu\n", &address, &count, &others) != 3)
			return -EBADMSG;
		shape->lines[i] = (struct profile_line){address, count, others};
	}
	return 0;
}

/* Reads shapes until something else follows. Returns 0, -EBADMSG or -ENOMEM. */
static int read_shapes(FILE *file, struct profile *profile)
{
	unsigned long long instructions;
	size_t lines, room = 0;
	int err = 0;

	while (!err && fscanf(file, "shape %llu %zu\n", &instructions, &lines) == 2) {
		if (lines > SHAPES_MAX)
			return -EBADMSG;
		if (profile->shape_count == room) {
			room = room ? 2 * room : 64;
			struct profile_shape *more = realloc(profile->shapes, room * sizeof(*more));
			if (!more)
				return -ENOMEM;
			profile->shapes = more;
		}
		struct profile_shape *shape = &profile->shapes[profile->shape_count];
		*shape = (struct profile_shape){instructions, lines,
		                                calloc(lines ? lines : 1, sizeof(*shape->lines))};
		if (!shape->lines)
			return -ENOMEM;
		profile->shape_count++;
		err = read_lines(file, shape);
	}
	return err;
}

static int read_touches(FILE *file, struct profile *profile)
{
	char end[4] = "";
	if (fscanf(file, "touches %zu\n", &profile->touch_count) != 1 || profile->touch_count > TOUCHES_MAX)
		return -EBADMSG;
	profile->touches = calloc(profile->touch_count + 1, sizeof(*profile->touches));
	if (!profile->touches)
		return -ENOMEM;
	for (size_t i = 0; i < profile->touch_count; i++)
		if (fscanf(file, "%zu\n", &profile->touches[i]) != 1 ||
		    profile->touches[i] >= profile->shape_count)
			return -EBADMSG;
	return fscanf(file, "%3s", end) == 1 && strcmp(end, "end") == 0 ? 0 : -EBADMSG;
}

int profile_read(struct profile *profile, const char *path, struct error *error)
{
	int version = 0, err = -EBADMSG;
	FILE *file = fopen(path, "re");

	*profile = (struct profile){0};
	if (!file)
		return error_set_errno(error, errno, "cannot read the profile %s", path);
	if (fscanf(file, "hintbench-profile %d\n", &version) == 1 && version == 1)
		err = read_shapes(file, profile);
	if (!err)
		err = read_touches(file, profile);
	fclose(file);
	if (!err && !profile->touch_count)
		err = error_set(error, ENODATA, "the plugin in QEMU saw no touch of the timed loop");
	else if (err)
		error_set(error, -err, "the profile %s is not whole: did QEMU end before its guest did?",
		          path);
	if (err)
		profile_free(profile);
	return err;
}

void profile_free(struct profile *profile)
{
	for (size_t i = 0; i < profile->shape_count; i++)
		free(profile->shapes[i].lines);
	free(profile->shapes);
	free(profile->touches);
	*profile = (struct profile){0};
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* The commonest shape with `instructions` among these touches, `frequency` of which have each shape. */
static size_t commonest(const struct profile *profile, const size_t *frequency, uint64_t instructions)
{
	size_t best = profile->shape_count;
	for (size_t i = 0; i < profile->shape_count; i++)
		if (frequency[i] && profile->shapes[i].instructions == instructions &&
		    (best == profile->shape_count || frequency[i] > frequency[best]))
			best = i;
	return best;
}

int profile_find_median(const struct profile *profile, size_t first, size_t count,
                        struct profile_median *median, struct error *error)
{
	if (!count || first > profile->touch_count || count > profile->touch_count - first)
		return error_set(error, ENODATA,
		                 "the plugin in QEMU saw %zu touches, fewer than the result tells of",
		                 profile->touch_count);
	uint64_t *sorted = calloc(count, sizeof(*sorted));
	size_t *frequency = calloc(profile->shape_count, sizeof(*frequency));
	if (sorted && frequency) {
		for (size_t i = 0; i < count; i++) {
			size_t shape = profile->touches[first + i];
			sorted[i] = profile->shapes[shape].instructions;
			frequency[shape]++;
		}
		qsort(sorted, count, sizeof(*sorted), by_value);
		uint64_t middle[2] = {sorted[(count - 1) / 2], sorted[count / 2]};
		for (int i = 0; i < 2; i++) {
			size_t shape = commonest(profile, frequency, middle[i]);
			median->shape[i] = &profile->shapes[shape];
			median->touches[i] = frequency[shape];
		}
		median->instructions = ((double)middle[0] + (double)middle[1]) / 2;
	}
	int err = sorted && frequency ? 0 : error_set(error, ENOMEM, "no memory for %zu touches", count);
	free(sorted);
	free(frequency);
	return err;
}
