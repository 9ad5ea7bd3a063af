/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of a guest, and which of its results can be kept. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/guests/console.h"
#include "lab/guests/guest.h"
#include "lab/guests/lab_result.h"
#include "lab/guests/marker.h"
#include "lib/analysis/result.h"

enum {
	STATUS_NOT_STARTED = 127, /* as a shell says it */
	STATUS_NOT_EXECUTABLE = 126,
	STATUS_NOTHING_RAN = 77,
};

void lab_guest_name(const struct lab_kernel *kernel, const struct lab_boot *boot, char *name,
                    size_t name_bytes)
{
	if (boot->seed)
		snprintf(name, name_bytes, "%s/boot-%lu", kernel->name, boot->seed);
	else
		snprintf(name, name_bytes, "%s", kernel->name);
}

/* The folder of a kernel's boots. */
static int make_folder(const struct lab_kernel *kernel, const struct lab_job *job, struct error *error)
{
	char path[2 * PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s", job->out_folder, kernel->name);
	return mkdir(path, 0777) == 0 || errno == EEXIST
	           ? 0
	           : error_set_errno(error, errno, "cannot make %s", path);
}

int lab_guest_place(const struct lab_kernel *kernel, const struct lab_job *job, struct lab_boot *boot,
                    struct error *error)
{
	char name[LAB_BOOT_NAME_BYTES], work_name[LAB_BOOT_NAME_BYTES];
	const char *again = boot->again ? ".again" : "";
	lab_guest_name(kernel, boot, name, sizeof(name));
	snprintf(work_name, sizeof(work_name), "%s.%lu", kernel->name, boot->seed);
	const struct {
		char *path;
		const char *folder, *name, *suffix, *behind;
	} paths[] = {
	    {boot->initramfs_path, job->work_folder, work_name, "cpio", ""},
	    {boot->error_path, job->work_folder, work_name, "stderr", ""},
	    {boot->console_path, job->out_folder, name, "console.log", ""},
	    /* Under the name of a result that is not complete: what remains there if we are killed. */
	    {boot->stream_path, job->command ? job->work_folder : job->out_folder,
	     job->command ? work_name : name, "json", RESULT_PARTIAL},
	    {boot->result_path, job->out_folder, name, "json", ""},
	};
	int err = boot->seed ? make_folder(kernel, job, error) : 0;
	boot->arch = kernel->arch;
	boot->cpu = job->cpu;
	snprintf(boot->image_path, sizeof(boot->image_path), "%s", kernel->image_path);
	for (size_t i = 0; !err && i < sizeof(paths) / sizeof(paths[0]); i++) {
		int length = snprintf(paths[i].path, PATH_MAX, "%s/%s.%s%s%s", paths[i].folder, paths[i].name,
		                      paths[i].suffix, again, paths[i].behind);
		if (length >= PATH_MAX)
			return error_set(error, ENAMETOOLONG, "the path of the output folder is too long");
		/* The result of an earlier boot stays until it is known what this one brings. */
		if (paths[i].path == boot->result_path)
			continue;
		int fd = open(paths[i].path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (fd < 0 || close(fd) != 0)
			return error_set_errno(error, errno, "cannot write %s", paths[i].path);
	}
	return err;
}

/* Reads a file whole; a missing one is empty. The text is NUL-terminated, and to be freed. */
static char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;
	FILE *memory = open_memstream(&text, &room);
	char block[65536];
	size_t got;

	while (file && memory && (got = fread(block, 1, sizeof(block), file)) > 0)
		fwrite(block, 1, got, memory);
	if (file)
		fclose(file);
	if (memory)
		fclose(memory);
	*length = text ? room : 0;
	return text;
}

/* What a guest left behind. */
struct remains {
	char *console, *stream;
	size_t console_bytes, stream_bytes;
	char qemu_line[CONSOLE_LINE_BYTES]; /* the first of its messages */
	struct console_report report;
	struct marker marker;
	bool ended;  /* there is an end marker */
	bool intact; /* and what came before it is what the guest sent */
	struct error damage;
};

static void read_qemu_line(const char *path, char line[CONSOLE_LINE_BYTES])
{
	size_t length;
	char *text = read_file(path, &length);
	printable_copy(line, CONSOLE_LINE_BYTES, text, text ? strcspn(text, "\n") : 0);
	free(text);
}

static void gather(const struct lab_boot *boot, struct remains *remains)
{
	remains->console = read_file(boot->console_path, &remains->console_bytes);
	remains->stream = read_file(boot->stream_path, &remains->stream_bytes);
	read_qemu_line(boot->error_path, remains->qemu_line);
	console_scan(remains->console, remains->console_bytes, &remains->report);
	if (!remains->stream)
		return;
	remains->ended = marker_find(remains->stream, remains->stream_bytes, &remains->marker) == 0;
	remains->intact =
	    remains->ended && marker_check(remains->stream, &remains->marker, &remains->damage) == 0;
}

/* Where a guest was when it ended or was ended, as far as that matters. */
static const char *how_far(const struct remains *remains)
{
	return remains->report.has_init ? "" : " before its init began";
}

/* The guest ended by itself, but without its marker. */
static void explain_silent_end(const struct lab_boot *boot, const struct remains *remains,
                               struct error *error)
{
	const struct console_report *report = &remains->report;
	bool qemu_failed = !WIFEXITED(boot->qemu_status) || WEXITSTATUS(boot->qemu_status) != 0;

	if (qemu_failed && WIFSIGNALED(boot->qemu_status))
		error_set(error, EIO, "QEMU was killed by signal %d; the console's last line: %s",
		          WTERMSIG(boot->qemu_status), report->last_line);
	else if (qemu_failed)
		error_set(error, EIO, "QEMU failed: %s", remains->qemu_line);
	else if (!*report->last_line)
		error_set(error, EIO, "it never booted: it ended with nothing on its console");
	else
		error_set(error, EIO,
		          "it ended%s without saying how (no end marker); the console's last line: %s",
		          how_far(remains), report->last_line);
}

/* Its job ended, but not well. */
static void explain_status(const struct remains *remains, const struct lab_job *job, struct error *error)
{
	const struct marker *marker = &remains->marker;
	const struct console_report *report = &remains->report;

	if (*marker->full || *report->full_line)
		error_set(error, ENOSPC,
		          "a disk of the guest is full (%s): give it more with --memory, or measure less",
		          *marker->full ? marker->full : report->full_line);
	else if (marker->status == STATUS_NOT_STARTED || marker->status == STATUS_NOT_EXECUTABLE)
		error_set(error, EIO, "the %s could not be started in the guest; see its console",
		          job->command ? "command" : "program");
	else if (marker->status > 128)
		error_set(error, EIO, "the program was killed by signal %d in the guest",
		          marker->status - 128);
	else
		error_set(error, EIO, "hintbench run ended with status %d in the guest; see its console",
		          marker->status);
}

/* What a kernel's end on the way says on its console, for a person to read below the reason. */
static void quote_last_lines(const struct lab_boot *boot, const struct remains *remains,
                             struct guest_ending *ending)
{
	const struct console_report *report = &remains->report;
	bool says_why = *report->panic_line || boot->timed_out || !remains->ended;
	size_t used = 0;

	if (ending->end != GUEST_FAILED || boot->interrupted || !says_why)
		return;
	for (size_t i = 0; i < report->last_count; i++)
		used += (size_t)snprintf(ending->last_lines + used, sizeof(ending->last_lines) - used, "%s\n",
		                         report->last_lines[i]);
}

static enum guest_end end_of(const struct lab_boot *boot, const struct lab_job *job,
                             const struct remains *remains, struct error *error)
{
	const struct console_report *report = &remains->report;
	const struct marker *marker = &remains->marker;

	if (*boot->start_error.text)
		*error = boot->start_error;
	else if (boot->interrupted)
		error_set(error, EINTR, "interrupted");
	else if (*report->panic_line)
		error_set(error, EIO, "its kernel panicked%s: %s", how_far(remains), report->panic_line);
	else if (boot->timed_out && !*report->last_line)
		error_set(
		    error, ETIME,
		    "it never booted: nothing on its console in %.0f s (is CONFIG_SERIAL_8250_CONSOLE set?)",
		    boot->host_seconds);
	else if (boot->timed_out)
		error_set(error, ETIME,
		          "it hung%s, and was ended after its time limit (%.0f s); the console's last line: "
		          "%s",
		          how_far(remains), boot->host_seconds, report->last_line);
	else if (!remains->ended)
		explain_silent_end(boot, remains, error);
	else if (!job->command && marker->status != 0 && marker->status != STATUS_NOTHING_RAN)
		explain_status(remains, job, error);
	else if (*marker->full && !remains->intact)
		explain_status(remains, job, error);
	else if (!remains->intact)
		*error = remains->damage;
	else if (*report->warning_line) {
		error_set(error, EIO, "its kernel complained, so mistrust its figures: %s",
		          report->warning_line);
		return GUEST_WARNED;
	} else if (marker->status == STATUS_NOTHING_RAN && !job->command) {
		error_set(error, ENODEV, "nothing could run on this kernel; the result says why");
		return GUEST_NOTHING_RAN;
	} else
		return GUEST_DONE;
	return GUEST_FAILED;
}

/* What the guest sent, or the records of it that arrived whole; NULL, with `error` where that is a failure. */
static struct result *read_result(const struct lab_boot *boot, const struct remains *remains,
                                  const char *ended, struct error *error)
{
	size_t length = remains->ended ? remains->marker.body_bytes : remains->stream_bytes;
	if (remains->intact && remains->marker.bytes)
		return result_parse(remains->stream, length, boot->result_path, error);
	return remains->stream ? result_salvage(remains->stream, length, boot->result_path, ended, NULL)
	                       : NULL;
}

/* Writes the boot's result. A fault of the host's disk is a failure; the stream then stays where it is. */
static void keep(const struct lab_kernel *kernel, const struct lab_job *job, const struct lab_boot *boot,
                 const struct remains *remains, struct guest_ending *ending)
{
	char old[PATH_MAX + 8];
	struct error error = {0};
	struct result *result = read_result(boot, remains, ending->reason.text, &error);
	int err = result ? lab_result_complete(result, kernel, job, boot, &error) : 0;
	if (result && !err)
		err = lab_result_write(result, boot->result_path, &error);
	ending->kept = result && !err;
	result_free(result);
	if (*error.text) {
		ending->end = GUEST_FAILED;
		ending->reason = error;
		return;
	}
	unlink(boot->stream_path);
	if (!ending->kept) {
		snprintf(old, sizeof(old), "%s.old", boot->result_path);
		rename(boot->result_path, old);
	}
}

void lab_guest_collect(const struct lab_kernel *kernel, const struct lab_job *job,
                       const struct lab_boot *boot, struct guest_ending *ending)
{
	struct remains remains = {0};

	*ending = (struct guest_ending){.status = -1};
	gather(boot, &remains);
	ending->end = end_of(boot, job, &remains, &ending->reason);
	quote_last_lines(boot, &remains, ending);
	if (remains.ended)
		ending->status = remains.marker.status;
	if (job->command) {
		ending->body = remains.stream;
		ending->body_bytes = remains.ended ? remains.marker.body_bytes : remains.stream_bytes;
		remains.stream = NULL;
	} else {
		keep(kernel, job, boot, &remains, ending);
	}
	free(remains.console);
	free(remains.stream);
}
