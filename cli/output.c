/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/output.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_renamed(const char *path)
{
	struct stat status;
	return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

int output_open(struct output *output, const char *path, struct error *error)
{
	*output = (struct output){.out = stdout};
	signal(SIGPIPE, SIG_IGN);
	if (!path || strcmp(path, "-") == 0)
		return 0;
	output->path = path;
	if (is_renamed(path) &&
	    snprintf(output->new_path, PATH_MAX, "%s.new", path) >= (int)sizeof(output->new_path))
		return error_set_errno(error, ENAMETOOLONG, "cannot write %s", path);
	output->out = fopen(*output->new_path ? output->new_path : path, "we");
	return output->out ? 0 : error_set_errno(error, errno, "cannot write %s", path);
}

int output_close(struct output *output, bool keep, struct error *error)
{
	const char *name = output->path ? output->path : "to standard output";
	errno = 0;
	bool failed = fflush(output->out) != 0 || ferror(output->out);
	int err = !failed ? 0 : errno ? errno : EIO; /* what failed earlier has left no errno */
	if (!output->path)
		clearerr(stdout); /* it is told here, and need not be again where the program ends */
	else if (fclose(output->out) != 0 && !err)
		err = errno;
	if (!err && keep && *output->new_path && rename(output->new_path, output->path) != 0)
		err = errno;
	if ((err || !keep) && *output->new_path)
		unlink(output->new_path);
	return err ? error_set_errno(error, err, "cannot write %s", name) : 0;
}
