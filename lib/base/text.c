/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/text.h"

#include <stdint.h>
#include <string.h>

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

size_t text_copy(char *to, size_t bytes, const char *from)
{
	size_t length = strnlen(from, bytes);
	if (length == bytes) {
		length = bytes - 1;
		while (length > 0 && is_continuation(from[length]))
			length--;
	}
	memmove(to, from, length);
	to[length] = '\0';
	return length;
}

/*
 * The bytes of the character that `text` starts with, 0 where it starts with none: RFC 3629, without overlong forms and
 * surrogates.
 */
static size_t character(const char *text, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char first = (unsigned char)text[0];
	size_t length = first < 0x80   ? 1
	                : first < 0xc0 ? 0
	                : first < 0xe0 ? 2
	                : first < 0xf0 ? 3
	                : first < 0xf8 ? 4
	                               : 0;
	*code = length < 2 ? first : first & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation(text[i]))
			return 0;
		*code = *code << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (length > 1 && (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000)))
		return 0;
	return length;
}

static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

bool text_is_clean(const char *text)
{
	uint32_t code;
	for (size_t length; *text; text += length) {
		length = character(text, &code);
		if (length == 0 || is_control(code))
			return false;
	}
	return true;
}

void text_clean(char *text)
{
	uint32_t code;
	char *to = text;
	while (*text) {
		size_t length = character(text, &code);
		if (length == 0 || is_control(code)) {
			*to++ = '?';
			text += length ? length : 1;
			continue;
		}
		memmove(to, text, length);
		to += length;
		text += length;
	}
	*to = '\0';
}
