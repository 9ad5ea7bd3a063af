/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/base/hash.h"

#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <zlib.h>

bool hash_file(const char *path, char hex[HASH_HEX_BYTES])
{
	struct sha256_ctx sha;
	uint8_t bytes[65536], digest[SHA256_DIGEST_SIZE];
	int got;
	/* gzread() takes plain bytes as they are. */
	gzFile file = gzopen(path, "re");
	if (!file)
		return false;
	sha256_init(&sha);
	while ((got = gzread(file, bytes, sizeof(bytes))) > 0)
		sha256_update(&sha, (size_t)got, bytes);
	gzclose(file);
	sha256_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	return got == 0;
}
