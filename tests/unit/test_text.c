/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/text.h"

/* "a", "ü", "€" and U+1F41B have one to four bytes: at every size whole characters are left. */
static void cuts_are_between_characters(void **state)
{
	(void)state;
	static const char text[] = "aü€\U0001F41B";
	static const size_t lengths[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
	for (size_t bytes = 1; bytes <= 12; bytes++) {
		char copy[12];
		memset(copy, 'x', sizeof(copy));
		assert_int_equal(text_copy(copy, bytes, text), lengths[bytes - 1]);
		assert_int_equal(strlen(copy), lengths[bytes - 1]);
		assert_memory_equal(copy, text, lengths[bytes - 1]);
	}
}

static void clean_text_stays(void **state)
{
	(void)state;
	char text[] = "a ~ü€\U0001F41B\u00a0";
	char copy[sizeof(text)];
	strcpy(copy, text);
	assert_true(text_is_clean(text));
	text_clean(copy);
	assert_string_equal(copy, text);
}

static void what_a_terminal_obeys_is_replaced(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
	    {"\x1b[2J", "?[2J"}, /* CSI as ESC [ */
	    {"a\xc2\x9b"
	     "2J",
	     "a?2J"},                     /* and as U+009B */
	    {"a\tb\r\nc\x7f", "a?b??c?"}, /* other control characters */
	    {"\xff"
	     "a\xc3",
	     "?a?"},                      /* bytes that begin no character, and one that is cut */
	    {"\xc0\xaf", "??"},           /* a slash that is too long */
	    {"\xed\xa0\x80", "???"},      /* a surrogate */
	    {"\xf4\x90\x80\x80", "????"}, /* beyond Unicode */
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char text[16];
		strcpy(text, pairs[i][0]);
		assert_false(text_is_clean(text));
		text_clean(text);
		assert_string_equal(text, pairs[i][1]);
	}
}

/* What is said of something long is cut at a character, so that it can be written as JSON. */
static void long_errors_are_cut_at_a_character(void **state)
{
	(void)state;
	struct error error;
	char umlauts[2 * ERROR_BYTES + 1] = "";
	for (size_t i = 0; i < ERROR_BYTES; i++)
		strcat(umlauts, "ü");
	for (size_t shift = 0; shift < 2; shift++) {
		assert_int_equal(error_set(&error, EINVAL, "%s%s", shift ? "a" : "", umlauts), -EINVAL);
		assert_true(text_is_clean(error.text));
		assert_true(strlen(error.text) >= ERROR_BYTES - 2);
	}
	error_set(&error, EINVAL, "first");
	error_set(&error, EINVAL, "second, since %s", error.text);
	assert_string_equal(error.text, "second, since first");
}

/* A job, a claim and an event set that somebody sent are quoted where they make no sense. */
static void errors_quote_nothing_that_a_terminal_obeys(void **state)
{
	(void)state;
	struct error error;
	error_set(&error, EINVAL, "there is no key '%s'", "\x1b[2J \n \xc2\x9b");
	assert_string_equal(error.text, "there is no key '?[2J ? ?'");
	error_set_errno(&error, ENOENT, "cannot read %s", "\x1b]0;");
	assert_string_equal(error.text, "cannot read ?]0;: No such file or directory");
}

static void arenas_give_zeros(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	for (size_t bytes = 0; bytes < 100000; bytes = 3 * bytes + 1) {
		char *memory = arena_alloc(arena, bytes);
		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < bytes; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, bytes);
	}
	assert_string_equal(arena_print(arena, "%s %d", "one", 2), "one 2");
	assert_string_equal(arena_copy(arena, "text"), "text");
	assert_null(arena_copy(arena, NULL));
	arena_free(arena);
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cuts_are_between_characters),
	    cmocka_unit_test(clean_text_stays),
	    cmocka_unit_test(what_a_terminal_obeys_is_replaced),
	    cmocka_unit_test(long_errors_are_cut_at_a_character),
	    cmocka_unit_test(errors_quote_nothing_that_a_terminal_obeys),
	    cmocka_unit_test(arenas_give_zeros),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
