/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/guests/marker.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#include "lab/guests/console.h"

#define MARKER_BEGIN "\nhintbench-end "

static int parse(const char *line, struct marker *marker)
{
	int end = 0;
	*marker = (struct marker){0};
	if (sscanf(line, MARKER_BEGIN "status=%d bytes=%zu sha256=%64[0-9a-z] full=%n", &marker->status,
	           &marker->bytes, marker->sha256, &end) != 3 ||
	    !end)
		return -ENOENT;
	printable_copy(marker->full, sizeof(marker->full), line + end, strlen(line + end));
	return 0;
}

int marker_find(const char *text, size_t length, struct marker *marker)
{
	const size_t begin_bytes = strlen(MARKER_BEGIN);

	for (size_t at = length; at-- > 0;) {
		if (length - at < begin_bytes || memcmp(text + at, MARKER_BEGIN, begin_bytes) != 0)
			continue;
		/* A marker without its newline was cut off. */
		const char *newline = memchr(text + at + 1, '\n', length - at - 1);
		char line[512];
		if (!newline)
			continue;
		snprintf(line, sizeof(line), "%.*s", (int)(newline - (text + at)), text + at);
		if (parse(line, marker) == 0) {
			marker->body_bytes = at;
			return 0;
		}
	}
	return -ENOENT;
}

int marker_check(const char *text, const struct marker *marker, struct error *error)
{
	if (marker->bytes != marker->body_bytes)
		return error_set(error, EBADMSG, "the guest sent %zu bytes, and %zu arrived", marker->bytes,
		                 marker->body_bytes);
	struct sha256_ctx context;
	uint8_t digest[SHA256_DIGEST_SIZE];
	char hex[2 * SHA256_DIGEST_SIZE + 1];
	sha256_init(&context);
	sha256_update(&context, marker->body_bytes, (const uint8_t *)text);
	sha256_digest(&context, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	if (strcmp(hex, marker->sha256) != 0)
		return error_set(error, EBADMSG,
		                 "the checksum of what arrived is not the one that the guest sent");
	return 0;
}
