/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the tests of the lab: a folder for each test, and hintbench as a process of its own. */
#ifndef HINTBENCH_TESTS_SUPPORT_LAB_SPAWN_H
#define HINTBENCH_TESTS_SUPPORT_LAB_SPAWN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a process ended, and what it wrote. */
struct spawned {
	int status; /* exit status, or 1000 + signal */
	char out[65536], err[65536];
};

/* The folder of the current test. */
static char folder[64];

static inline int set_up_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/hintbench-test.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_one(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)file;
	(void)type;
	(void)place;
	return remove(path);
}

static inline int tear_down_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A path in the test's folder; a few can be used at a time. */
static inline const char *in_folder(const char *name)
{
	static char paths[8][256];
	static unsigned next;
	char *path = paths[next++ % 8];
	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static inline void write_file(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static inline void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

/*
 * Reads at most `room` - 1 bytes and ends them with NUL. Returns how many; fails the test where there is no
 * file.
 */
static inline size_t read_text(const char *path, char *text, size_t room)
{
	FILE *file = fopen(path, "r");
	if (!file)
		fail_msg("no file %s", path);
	size_t length = fread(text, 1, room - 1, file);
	text[length] = '\0';
	fclose(file);
	return length;
}

/* The program under test. */
static inline const char *hintbench(void)
{
	const char *path = getenv("HINTBENCH");
	return path ? path : "build/hintbench";
}

/* Starts argv[0] with its output in the test's folder. */
static inline pid_t spawn(const char *const *argv)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		/*
		 * Tests that run in the background have SIGINT ignored, and a shell can't trap what it was
		 * given so.
		 */
		signal(SIGINT, SIG_DFL);
		signal(SIGHUP, SIG_DFL);
		dup2(open("/dev/null", O_RDONLY), 0);
		dup2(open(in_folder("spawned.out"), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
		dup2(open(in_folder("spawned.err"), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
		execv(argv[0], (char *const *)argv);
		_exit(126);
	}
	return pid;
}

static inline void collect(pid_t pid, struct spawned *spawned)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	spawned->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	read_text(in_folder("spawned.out"), spawned->out, sizeof(spawned->out));
	read_text(in_folder("spawned.err"), spawned->err, sizeof(spawned->err));
}

/* Runs `hintbench lab` with these arguments, NULL at the end. */
#define run_lab(spawned, ...) run_argv(spawned, (const char *const[]){hintbench(), "lab", __VA_ARGS__, NULL})

static inline void run_argv(struct spawned *spawned, const char *const *argv)
{
	collect(spawn(argv), spawned);
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in: %s", part, text);
}

/*
 * A kernel image of a few bytes: QEMU boots it as it boots a bzImage, in 0.1 s. It writes `console` to the
 * first serial port and `stream` to the second, and then resets the machine (which ends QEMU) or halts for
 * ever. See the kernel's Documentation/arch/x86/boot.rst for the header.
 */
static inline void write_tiny_kernel(const char *path, const char *console, const char *stream, int reset)
{
	enum { CODE = 0x280, VERSION = 0x2e0, CONSOLE = 0x300, SETUP_SECTORS = 16, BYTES = 17 * 512 + 4096 };
	static unsigned char image[BYTES];
	size_t stream_at = CONSOLE + strlen(console) + 1;
	assert_true(stream_at + strlen(stream) < (SETUP_SECTORS + 1) * 512);

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
	strcpy((char *)image + VERSION, "0.0.1-tiny (test)");
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

#endif
