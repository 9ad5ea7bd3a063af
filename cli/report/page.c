/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/report/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/compare/tables.h"
#include "cli/escape.h"

/* The policy forbids scripts and whatever is not beside the page, also where a text were not escaped as it must be. */
static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<style>\n"
    ":root { color-scheme: light dark }\n"
    "body { font: 16px/1.45 sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; "
    "color: #222; background: #fff }\n"
    "pre { overflow-x: auto; padding: 0.7rem; font-size: 13px; background: #f4f4f4 }\n"
    "img { max-width: 100%; height: auto; background: #fff }\n"
    "summary { cursor: pointer }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "body { color: #ddd; background: #181818 }\n"
    "pre { background: #262626 }\n"
    "a { color: #8ab4f8 }\n"
    "}\n"
    "</style>\n";

static void print_element(const char *name, const char *text, FILE *out)
{
	fprintf(out, "<%s>", name);
	print_html(text, out);
	fprintf(out, "</%s>\n", name);
}

/* Prints `path` as an URL relative to the page's folder: from where both are the same, up and then down. */
static void print_link(const struct page *page, const char *path, FILE *out)
{
	char *to = realpath(path, NULL), *folder = realpath(page->folder, NULL), *from = NULL;
	size_t shared = 0;
	if (!to || !folder || asprintf(&from, "%s/", folder) < 0) {
		print_url_path(path, out);
	} else {
		for (size_t i = 0; from[i] == to[i] && to[i]; i++)
			if (to[i] == '/')
				shared = i + 1;
		for (const char *up = strchr(from + shared, '/'); up; up = strchr(up + 1, '/'))
			fputs("../", out);
		print_url_path(to + shared, out);
	}
	free(from);
	free(folder);
	free(to);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static void print_kernels(const struct page *page, FILE *out)
{
	fputs("<h2>Kernels</h2>\n", out);
	for (size_t i = 0; i < page->comparison->set_count; i++) {
		const struct result_set *set = &page->comparison->sets[i];
		const struct context_kernel *kernel = &result_set_context(set)->kernel;
		print_element("h3", set->label, out);
		fputs("<pre>", out);
		if (page->origins[i]) {
			print_html(page->origins[i], out);
		} else {
			fputs("release ", out);
			print_html(kernel->release, out);
			fputs("\n", out);
			print_html(kernel->version, out);
		}
		fputs("</pre>\n", out);
	}
}

/* The tables of the format text, of everything or of what differs. */
static int print_comparison(const struct page *page, bool only_different, FILE *out, struct error *error)
{
	struct filter filter = {.only_different = only_different};
	struct view view = {.filter = &filter};
	char *text = NULL;
	size_t bytes;
	int err = filter_prepare(&filter, page->comparison, error);
	FILE *memory = err ? NULL : open_memstream(&text, &bytes);
	if (memory)
		print_tables(page->comparison, &view, false, memory);
	filter_release(&filter);
	if (!err && (!memory || fclose(memory) != 0))
		err = error_set(error, ENOMEM, "no memory for the tables of the page");
	if (!err)
		print_element("pre", text, out);
	free(text);
	return err;
}

static void print_plots(const struct page *page, FILE *out)
{
	if (page->plot_count > 0)
		fputs("<h2>Plots</h2>\n", out);
	for (size_t i = 0; i < page->plot_count; i++) {
		const char *name = last_part(page->plots[i]), *end = strrchr(name, '.');
		char *alt = strndup(name, end ? (size_t)(end - name) : strlen(name));
		fputs("<p><img src=\"", out);
		print_link(page, page->plots[i], out);
		fputs("\" alt=\"", out);
		print_html(alt ? alt : name, out);
		fputs("\"></p>\n", out);
		free(alt);
	}
}

static void print_results(const struct page *page, FILE *out)
{
	fputs("<h2>Results</h2>\n<ul>\n", out);
	for (size_t i = 0; i < page->comparison->set_count; i++) {
		const struct result_set *set = &page->comparison->sets[i];
		for (size_t boot = 0; boot < set->boots; boot++) {
			const char *path = set->results[boot]->path;
			fputs("<li><a href=\"", out);
			print_link(page, path, out);
			fputs("\">", out);
			print_html(last_part(path), out);
			fputs("</a></li>\n", out);
		}
	}
	fputs("</ul>\n", out);
}

int page_print(const struct page *page, FILE *out, struct error *error)
{
	fputs(head, out);
	print_element("title", page->title, out);
	fputs("</head>\n<body>\n", out);
	print_element("h1", page->title, out);
	print_kernels(page, out);
	fputs("<h2>What differs</h2>\n", out);
	int err = print_comparison(page, true, out, error);
	fputs("<details>\n<summary>The whole table, with what is the same and what could not be "
	      "measured</summary>\n",
	      out);
	if (!err)
		err = print_comparison(page, false, out, error);
	fputs("</details>\n", out);
	print_plots(page, out);
	print_results(page, out);
	fputs("</body>\n</html>\n", out);
	return err;
}
