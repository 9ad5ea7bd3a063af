/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/footnotes.h"

#include <ctype.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "cli/escape.h"

#define DIGITS_MAX 19 /* of what an unsigned long long always holds */

/* On how many cases of a kernel the note is. */
struct mentioned {
	const char *kernel;
	size_t cases;
	struct mentioned *next;
};

/* The span of one number of the texts of a note. */
struct span {
	unsigned long long low, high;
};

struct footnote {
	const char *key, *text; /* the first text, without its numbers and with them */
	size_t number;
	struct span *spans; /* one for each number of the text */
	size_t span_count;
	struct mentioned *kernels;
	struct footnote *next;
};

/* That a note is on a case of a kernel. */
struct mention {
	const struct footnote *note;
	const char *kernel, *case_name;
};

/*
 * How many digits a whole number that stands for itself has here: not the 4 of "x4", not the 0 of "0x80". 0: there is none.
 */
static size_t number_length(const char *text, const char *at)
{
	bool within = at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '.');
	size_t digits = within ? 0 : strspn(at, "0123456789");
	return digits > DIGITS_MAX || at[digits] == 'x' ? 0 : digits;
}

/* The next number at or after `at`, and its length; the end of the text where there is none. */
static const char *find_number(const char *text, const char *at, size_t *length)
{
	while (*at && !(*length = number_length(text, at)))
		at++;
	return at;
}

/* The text with each number as a character that no text has, and how many there are. */
static char *without_numbers(const char *text, size_t *count, struct arena *arena)
{
	char *key = arena_alloc(arena, strlen(text) + 1), *end = key;
	size_t length = 0;
	*count = 0;
	for (const char *at = text; *at;) {
		const char *number = find_number(text, at, &length);
		end = mempcpy(end, at, (size_t)(number - at));
		at = number;
		if (!*number)
			break;
		*end++ = '\1';
		at += length;
		(*count)++;
	}
	return key;
}

static void widen_spans(struct footnote *note, const char *text)
{
	size_t length = 0;
	const char *at = text;
	for (size_t i = 0; i < note->span_count; i++) {
		at = find_number(text, at, &length);
		unsigned long long value = strtoull(at, NULL, 10);
		note->spans[i].low = value < note->spans[i].low ? value : note->spans[i].low;
		note->spans[i].high = value > note->spans[i].high ? value : note->spans[i].high;
		at += *at ? length : 0;
	}
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct footnote *)a)->key, ((const struct footnote *)b)->key);
}

static struct footnote *find_note(struct footnotes *notes, const char *text)
{
	struct footnote *note = arena_alloc(notes->arena, sizeof(*note));
	note->key = without_numbers(text, &note->span_count, notes->arena);
	void *found = tsearch(note, &notes->by_key, by_key);
	if (!found || *(struct footnote **)found != note)
		return found ? *(struct footnote **)found : NULL;
	note->text = text;
	note->number = notes->last ? notes->last->number + 1 : 1;
	note->spans = arena_alloc(notes->arena, (note->span_count + 1) * sizeof(*note->spans));
	for (size_t i = 0; i < note->span_count; i++)
		note->spans[i] = (struct span){.low = ~0ULL};
	*(notes->last ? &notes->last->next : &notes->first) = note;
	notes->last = note;
	return note;
}

static int by_mention(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	if (x->note != y->note)
		return x->note->number < y->note->number ? -1 : 1;
	int order = strcmp(x->kernel, y->kernel);
	return order ? order : strcmp(x->case_name, y->case_name);
}

/* Counts the case, once. */
static void mention(struct footnotes *notes, struct footnote *note, const char *kernel, const char *case_name)
{
	struct mention *mention = arena_alloc(notes->arena, sizeof(*mention));
	*mention = (struct mention){note, kernel, case_name};
	void *found = tsearch(mention, &notes->mentions, by_mention);
	if (!found || *(struct mention **)found != mention)
		return;
	struct mentioned **at = &note->kernels;
	while (*at && strcmp((*at)->kernel, kernel) != 0)
		at = &(*at)->next;
	if (!*at) {
		*at = arena_alloc(notes->arena, sizeof(**at));
		(*at)->kernel = kernel;
	}
	(*at)->cases++;
}

size_t footnote(struct footnotes *notes, const char *text, const char *kernel, const char *case_name)
{
	if (!notes->arena)
		notes->arena = arena_new();
	struct footnote *note = find_note(notes, text);
	if (!note)
		return 0;
	widen_spans(note, text);
	mention(notes, note, kernel, case_name);
	return note->number;
}

static void print_text(const struct footnote *note, bool markdown, struct arena *arena, FILE *out)
{
	size_t length = 0;
	const struct span *span = note->spans;
	for (const char *at = note->text; *at;) {
		const char *number = find_number(note->text, at, &length);
		const char *between = arena_print(arena, "%.*s", (int)(number - at), at);
		(markdown ? print_markdown : print_plain)(between, out);
		at = number;
		if (!*number)
			break;
		fprintf(out, span->low == span->high ? "%llu" : "%llu..%llu", span->low, span->high);
		span++;
		at += length;
	}
}

void footnotes_print(const struct footnotes *notes, bool markdown, FILE *out)
{
	for (const struct footnote *note = notes->first; note; note = note->next) {
		const char *separator = " (";
		fprintf(out, "%s[%zu] ", markdown ? "- " : "", note->number);
		print_text(note, markdown, notes->arena, out);
		for (const struct mentioned *at = note->kernels; at; at = at->next) {
			fputs(separator, out);
			(markdown ? print_markdown : print_plain)(at->kernel, out);
			fprintf(out, ": %zu case%s", at->cases, at->cases > 1 ? "s" : "");
			separator = ", ";
		}
		fputs(")\n", out);
	}
}

/* The nodes' contents are the arena's. */
static void keep(void *node)
{
	(void)node;
}

void footnotes_release(struct footnotes *notes)
{
	tdestroy(notes->by_key, keep);
	tdestroy(notes->mentions, keep);
	arena_free(notes->arena);
	*notes = (struct footnotes){0};
}
