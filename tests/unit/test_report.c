/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/files.h"
#include "tests/support/run.h"

#define D "tests/data/"

static char page[1 << 18];

/* Runs a shell command in the folder. */
static void shell_in_folder(const char *command)
{
	char line[1024];
	snprintf(line, sizeof(line), "top=$PWD; cd %s && { %s; }", folder, command);
	assert_int_equal(system(line), 0);
}

static const char *read_page(const char *name)
{
	read_text(in_folder(name), page, sizeof(page));
	return page;
}

static void a_page_has_all_of_it(void **state)
{
	(void)state;
	shell_in_folder("cp $top/" D "base.json $top/" D "new.json . && mkdir plots && "
	                "touch -d 2001-01-01 base.json new.json plots/stale.svg && touch -d 2000-01-01 "
	                "plots/stale.svg && "
	                "touch plots/faults.svg plots/faults.png && echo 'made of a & b' >base.txt");
	struct ran *ran =
	    hintbench("report -o %1$s/index.html --title 'What differs' --origin %1$s/base.txt --plots "
	              "%1$s/plots %1$s/base.json %1$s/new.json",
	              folder);
	assert_string_equal(ran->out, "");
	assert_has(ran->err, "plots/stale.svg is older than the results: left out");
	assert_int_equal(ran->status, 0);
	const char *html = read_page("index.html");
	assert_has(html, "<!DOCTYPE html>\n");
	assert_has(html,
	           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src ");
	assert_has(html, "<title>What differs</title>\n");
	assert_has(
	    html,
	    "<h3>base</h3>\n<pre>made of a &amp; b\n</pre>\n<h3>new</h3>\n<pre>release 6.12.0-made-up\n");
	assert_has(html, "→  2700  (+620, +29.81 %)\n");
	assert_has(html, "<summary>The whole table");
	assert_has(html, "<img src=\"plots/faults.svg\" alt=\"faults\">");
	assert_has(
	    html,
	    "<li><a href=\"base.json\">base.json</a></li>\n<li><a href=\"new.json\">new.json</a></li>\n");
	assert_has_not(html, "faults.png");
	assert_has_not(html, "stale");
}

static void links_lead_to_where_the_files_are(void **state)
{
	(void)state;
	shell_in_folder("mkdir -p a/b c && cp $top/" D "base.json c/ && cp $top/" D "new.json a/b/");
	struct ran *ran =
	    hintbench("report -o %1$s/a/b/index.html %1$s/c/base.json %1$s/a/b/new.json", folder);
	assert_int_equal(ran->status, 0);
	const char *html = read_page("a/b/index.html");
	assert_has(html, "<a href=\"../../c/base.json\">base.json</a>");
	assert_has(html, "<a href=\"new.json\">new.json</a>");
}

/* What a stranger calls a kernel or a file stays text. */
static void everything_is_escaped(void **state)
{
	(void)state;
	char path[128];
	json_t *doc = json_load_file(D "new.json", 0, NULL);
	json_t *kernel = json_object_get(json_object_get(doc, "context"), "kernel");
	json_object_set_new(kernel, "name", json_string("<img src=x onerror=alert(1)>"));
	json_object_set_new(kernel, "version", json_string("</pre><script>alert(2)</script>"));
	snprintf(path, sizeof(path), "%s/%s", folder, "javascript:\"><b>.json");
	assert_int_equal(json_dump_file(doc, path, 0), 0);
	json_decref(doc);
	shell_in_folder("cp $top/" D "base.json . && mkdir 'p\"<>' && touch 'p\"<>/x\" onload=\"y.svg' && "
	                "echo '</pre><b>origin' >origin.txt");
	struct ran *ran = hintbench(
	    "report -o %1$s/e.html --title '</title><script>alert(3)</script>' --plots %1$s/'p\"<>' "
	    "--origin %1$s/origin.txt %1$s/base.json %1$s/'javascript:\"><b>.json'",
	    folder);
	assert_int_equal(ran->status, 0);
	const char *html = read_page("e.html");
	assert_has(html, "<title>&lt;/title&gt;&lt;script&gt;alert(3)&lt;/script&gt;</title>");
	assert_has(html, "<h3>&lt;img src=x onerror=alert(1)&gt;</h3>");
	assert_has(html, "<pre>&lt;/pre&gt;&lt;b&gt;origin\n</pre>");
	assert_has(html,
	           "<a href=\"javascript%3A%22%3E%3Cb%3E.json\">javascript:&quot;&gt;&lt;b&gt;.json</a>");
	assert_has(html, "<img src=\"p%22%3C%3E/x%22%20onload%3D%22y.svg\" alt=\"x&quot; onload=&quot;y\">");
	assert_has_not(html, "<script");
	assert_has_not(html, "<b>");
	assert_has_not(html, "<img src=x");
}

static void what_cannot_be_is_told(void **state)
{
	(void)state;
	assert_int_equal(hintbench("report %s %s", D "base.json", D "new.json")->status, 2);
	assert_int_equal(hintbench("report -o x.html %s", D "base.json")->status, 2);
	struct ran *ran = hintbench("report -o /dev/full %s %s", D "base.json", D "new.json");
	assert_int_equal(ran->status, 2);
	assert_string_equal(ran->err, "hintbench: cannot write /dev/full: No space left on device\n");
	shell_in_folder("echo old >kept.html");
	ran = hintbench("report -o %s/kept.html --origin /absent %s %s", folder, D "base.json", D "new.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "cannot read /absent: No such file");
	ran = hintbench("report -o %s/kept.html %s %s", folder, D "base.json", D "cut-short.json");
	assert_int_equal(ran->status, 2);
	assert_has(ran->err, "cut short");
	assert_string_equal(read_page("kept.html"), "old\n");
	shell_in_folder("test ! -e kept.html.new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_page_has_all_of_it, set_up_folder, tear_down_folder),
	    cmocka_unit_test_setup_teardown(links_lead_to_where_the_files_are, set_up_folder,
	                                    tear_down_folder),
	    cmocka_unit_test_setup_teardown(everything_is_escaped, set_up_folder, tear_down_folder),
	    cmocka_unit_test_setup_teardown(what_cannot_be_is_told, set_up_folder, tear_down_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
