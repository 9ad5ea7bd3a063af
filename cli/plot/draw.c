/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/plot/draw.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/plot/folder.h"
#include "cli/plot/quote.h"
#include "cli/plot/script.h"

/* What a picture says below or above: which cases are left out, and what a line with several cases means. */
static void write_note(const struct plot *plot, const struct shown *shown, FILE *out)
{
	const char *text = "", *same = shown->picture.same;
	if (shown->choice.merged || !same)
		text = choice_text(&shown->choice, plot->drawing.arena);
	if (shown->choice.merged && same)
		text = arena_print(plot->drawing.arena, "%s; (+N): N more with the same %s", text, same);
	fputs("note_", out);
	for (const char *name = shown->picture.name; *name; name++)
		fputc(*name == '-' ? '_' : *name, out);
	fputs(" = ", out);
	put_quoted_script(text, out);
	fputc('\n', out);
}

/* All that scripts say of the results. */
static void write_labels(const struct plot *plot, FILE *out)
{
	const struct comparison *comparison = plot->drawing.comparison;
	fprintf(out, "# What all pictures say of the results.\nkernels = %zu\narray kernel[%zu] = [",
	        comparison->set_count, comparison->set_count);
	for (size_t i = 0; i < comparison->set_count; i++) {
		fputs(i > 0 ? ", " : "", out);
		put_quoted_script(comparison->sets[i].label, out);
	}
	fputs("]\nshared = ", out);
	put_quoted_script(plot->drawing.shared, out);
	fputs("\nclock_title = ", out);
	put_quoted_script(clock_title(&plot->drawing), out);
	fputc('\n', out);
	for (size_t i = 0; i < plot->count; i++)
		if (plot->shown[i].choice.count > 0)
			write_note(plot, &plot->shown[i], out);
}

/* A script that is made here: that of a picture, or with NULL the labels. */
static int put_made(const struct plot *plot, struct folder *folder, const struct picture *picture,
                    struct error *error)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		return error_set(error, ENOMEM, "no memory for a script");
	if (picture)
		picture->write_script(picture, out);
	else
		write_labels(plot, out);
	int err = fclose(out) == 0
	              ? script_put(folder, picture ? picture->name : "labels", text, length, !picture, error)
	              : error_set(error, ENOMEM, "no memory for a script");
	free(text);
	return err;
}

static int put_data(const struct plot *plot, const struct folder *folder, const struct shown *shown,
                    struct error *error)
{
	FILE *out = folder_create(folder, shown->picture.name, ".dat", error);
	if (!out)
		return -EIO;
	shown->picture.write(&plot->drawing, &shown->picture, &shown->choice, out);
	return folder_finish(folder, out, error);
}

/* Whether a picture before this one has put the script there that both load. */
static bool has_script(const struct plot *plot, size_t index)
{
	const char *script = plot->shown[index].picture.script;
	for (size_t i = 0; i < index; i++)
		if (plot->shown[i].choice.count > 0 && plot->shown[i].picture.script &&
		    strcmp(plot->shown[i].picture.script, script) == 0)
			return true;
	return false;
}

static int put_picture(const struct plot *plot, struct folder *folder, size_t index, struct error *error)
{
	const struct picture *picture = &plot->shown[index].picture;
	int err = put_data(plot, folder, &plot->shown[index], error);
	if (!err && picture->script && !has_script(plot, index))
		err = script_copy(folder, picture->script, error);
	if (!err)
		err = picture->write_script ? put_made(plot, folder, picture, error)
		                            : script_copy(folder, picture->name, error);
	return err;
}

/* Data and scripts are there also when gnuplot is not, or fails; but not where they could not be written. */
static int draw(const struct plot *plot, struct folder *folder, struct error *error)
{
	struct error publishing = {0};
	int err = put_made(plot, folder, NULL, error);
	for (size_t i = 0; !err && i < plot->count; i++)
		if (plot->shown[i].choice.count > 0)
			err = put_picture(plot, folder, i, error);
	if (err)
		return err;
	for (size_t i = 0; !err && i < plot->count; i++)
		if (plot->shown[i].choice.count > 0)
			err = folder_draw(folder, plot->shown[i].picture.name, error);
	int published = folder_publish(folder, !err, err ? &publishing : error);
	return err ? err : published;
}

int draw_pictures(const struct plot *plot, const char *path, struct error *error)
{
	struct folder folder;
	int err = folder_open(&folder, path, error);
	if (err)
		return err;
	err = draw(plot, &folder, error);
	folder_close(&folder);
	return err;
}
