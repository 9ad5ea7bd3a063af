/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/compare/footnotes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Whether a whole number that stands for itself starts here: not the 4 of "x4", not the 0 of "0x80". */
static bool starts_number(const char *text, const char *at)
{
	bool within = at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '.');
	return isdigit((unsigned char)*at) && !within && at[strspn(at, "0123456789")] != 'x';
}

/* The text with each number as "#". To be freed. */
static char *without_numbers(const char *text)
{
	char *result = calloc(strlen(text) + 1, 1), *end = result;
	for (const char *at = text; result && *at;) {
		bool number = starts_number(text, at);
		*end++ = number ? '#' : *at;
		at += number ? strspn(at, "0123456789") : 1;
	}
	return result;
}

size_t footnote(struct footnotes *notes, const char *text, const char *kernel, const char *case_name)
{
	char *key = without_numbers(text);
	if (!notes->by_key)
		notes->by_key = json_object();
	json_t *note = json_object_get(notes->by_key, key ? key : text);
	if (!note) {
		size_t number = json_object_size(notes->by_key) + 1;
		note = json_pack("{s:I, s:{}, s:{}}", "number", (json_int_t)number, "texts", "kernels");
		json_object_set_new(notes->by_key, key ? key : text, note);
	}
	free(key);
	json_object_set_new(json_object_get(note, "texts"), text, json_true());
	json_t *kernels = json_object_get(note, "kernels");
	if (!json_object_get(kernels, kernel))
		json_object_set_new(kernels, kernel, json_object());
	json_object_set_new(json_object_get(kernels, kernel), case_name, json_true());
	return (size_t)json_integer_value(json_object_get(note, "number"));
}

/* The nth number of the text. */
static unsigned long long nth_number(const char *text, size_t n)
{
	for (const char *at = text; *at;) {
		if (starts_number(text, at)) {
			if (n-- == 0)
				return strtoull(at, NULL, 10);
			at += strspn(at, "0123456789");
		} else {
			at++;
		}
	}
	return 0;
}

/* The nth number of all texts, "66" or "11..83". */
static void print_range(const json_t *texts, size_t n, FILE *out)
{
	unsigned long long low = ~0ULL, high = 0;
	const char *text;
	json_t *unused;
	json_object_foreach ((json_t *)texts, text, unused) {
		unsigned long long value = nth_number(text, n);
		low = value < low ? value : low;
		high = value > high ? value : high;
	}
	fprintf(out, low == high ? "%llu" : "%llu..%llu", low, high);
}

static void print_texts(const json_t *texts, FILE *out)
{
	const char *text = json_object_iter_key(json_object_iter((json_t *)texts));
	size_t number = 0;
	for (const char *at = text; *at;) {
		if (starts_number(text, at)) {
			print_range(texts, number++, out);
			at += strspn(at, "0123456789");
		} else {
			fputc(*at++, out);
		}
	}
}

void footnotes_print(struct footnotes *notes, bool markdown, FILE *out)
{
	const char *key, *kernel;
	json_t *note, *cases;
	json_object_foreach (notes->by_key, key, note) {
		const char *separator = " (";
		fprintf(out, "%s[%lld] ", markdown ? "- " : "",
		        (long long)json_integer_value(json_object_get(note, "number")));
		print_texts(json_object_get(note, "texts"), out);
		json_object_foreach (json_object_get(note, "kernels"), kernel, cases) {
			size_t count = json_object_size(cases);
			fprintf(out, "%s%s: %zu case%s", separator, kernel, count, count > 1 ? "s" : "");
			separator = ", ";
		}
		fputs(")\n", out);
	}
	json_decref(notes->by_key);
	notes->by_key = NULL;
}
