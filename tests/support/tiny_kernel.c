/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/support/tiny_kernel.h"

#include <string.h>

#include "tests/support/cmocka_all.h"
#include "tests/support/files.h"

static void write_kernel(const char *path, const char *release, const char *console, const char *stream,
                         int reset)
{
	enum { CODE = 0x280, CONSOLE = 0x300, VERSION = 0x2000, SETUP_SECTORS = 16, BYTES = 17 * 512 + 4096 };
	static unsigned char image[BYTES];
	size_t stream_at = CONSOLE + strlen(console) + 1;
	assert_true(stream_at + strlen(stream) < VERSION);
	assert_true(VERSION + strlen(release) + sizeof(" (test)") <= (SETUP_SECTORS + 1) * 512);

	memset(image, 0, sizeof(image));
	image[0x1f1] = SETUP_SECTORS;
	memcpy(image + 0x1fe,
	       "\x55\xaa\xeb\x7e"
	       "HdrS\x04\x02",
	       10); /* jmp to CODE; boot protocol 2.4 */
	image[0x20e] = (VERSION - 0x200) & 0xff;
	image[0x20f] = (VERSION - 0x200) >> 8;
	image[0x211] = 1; /* loaded high */
	memcpy(image + 0x22c, "\xff\xff\xff\x37", 4);
	strcat(strcpy((char *)image + VERSION, release), " (test)");
	strcpy((char *)image + CONSOLE, console);
	strcpy((char *)image + stream_at, stream);

	const unsigned char code[] = {
	    0xfa, /* cli */
	    0xbe,
	    CONSOLE & 0xff,
	    CONSOLE >> 8, /* mov si, CONSOLE */
	    0xba,
	    0xf8,
	    0x03, /* mov dx, 0x3f8 */
	    0xac,
	    0x84,
	    0xc0,
	    0x74,
	    0x03,
	    0xee,
	    0xeb,
	    0xf8, /* lodsb; test al,al; jz +3; out dx,al; jmp lodsb */
	    0xbe,
	    (unsigned char)stream_at,
	    (unsigned char)(stream_at >> 8),
	    0xba,
	    0xf8,
	    0x02, /* mov dx, 0x2f8 */
	    0xac,
	    0x84,
	    0xc0,
	    0x74,
	    0x03,
	    0xee,
	    0xeb,
	    0xf8,
	    reset ? 0xb0 : 0x90,
	    reset ? 0xfe : 0x90, /* mov al, 0xfe */
	    reset ? 0xe6 : 0x90,
	    reset ? 0x64 : 0x90, /* out 0x64, al */
	    0xf4,
	    0xeb,
	    0xfd, /* hlt; jmp hlt */
	};
	memcpy(image + CODE, code, sizeof(code));
	write_file(path, image, sizeof(image));
}

void write_tiny_kernel(const char *path, const char *console, const char *stream, int reset)
{
	write_kernel(path, "0.0.1-tiny", console, stream, reset);
}

void write_kernel_of_release(const char *path, const char *release)
{
	write_kernel(path, release, "", "", 1);
}
