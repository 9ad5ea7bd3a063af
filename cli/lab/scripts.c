/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of the lab that are shell scripts: fetch, build, pair, bisect-step. They say themselves what
 * they do and what is wrong. HINTBENCH tells them where this program is.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/lab/lab.h"
#include "lib/base/paths.h"

static int run_script(const char *file, const char *usage, int argc, char **argv)
{
	char script[PATH_MAX], program[PATH_MAX] = "";
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0)) {
		fputs(usage, stdout);
		return EXIT_DONE;
	}
	if (data_path(file, script, sizeof(script)) != 0)
		return bad_input("%s is missing: is hintbench installed whole?", file);
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) > 0)
		setenv("HINTBENCH", program, 1);
	argv[0] = script;
	execv(script, argv);
	return bad_input("cannot start %s: %s", script, strerror(errno));
}

int lab_fetch(int argc, char **argv)
{
	return run_script(
	    "lab/kernels/fetch.sh",
	    "usage: hintbench lab fetch [--arch ARCH] [--mirror URL] SUITE…\n"
	    "       hintbench lab fetch [--mirror URL] --source VERSION…\n"
	    "Fetches the cloud kernels of Debian suites such as bookworm, bookworm-backports or sid, "
	    "for x86\nguests unless ARCH is arm64, or Debian's kernel sources such as 6.1.\n",
	    argc, argv);
}

int lab_build(int argc, char **argv)
{
	return run_script("lab/kernels/build.sh",
	                  "usage: hintbench lab build --source DIR|debian:VERSION [--patch FILE]… [--config "
	                  "FILE] --name NAME\n"
	                  "Builds a guest kernel, for --kernel built:NAME. A source tree is only read. The "
	                  "config is Debian's cloud "
	                  "config\nwith what the lab needs built in, or FILE. What was built once, of the "
	                  "same source, patches, "
	                  "config and compiler,\nis not built again.\n",
	                  argc, argv);
}

int lab_pair(int argc, char **argv)
{
	return run_script("lab/pair.sh",
	                  "usage: hintbench lab pair --source DIR|debian:VERSION --patch FILE… [--series] "
	                  "[--config FILE] [-c JOB]\n"
	                  "                          [-o DIR] [PATTERN…]\n"
	                  "What a patch costs: builds the source without and with the patches, boots both "
	                  "kernels, runs the job "
	                  "(pair) on each,\ncompares, plots, and writes one page into DIR (results/pair). "
	                  "With --series each patch "
	                  "makes a kernel of its own,\non top of those before it.\n",
	                  argc, argv);
}

int lab_bisect_step(int argc, char **argv)
{
	return run_script("lab/bisect.sh",
	                  "usage: hintbench lab bisect-step --tree DIR --claim NAME [--claims FILE] "
	                  "[--config FILE] [-o DIR]\n"
	                  "One step of `git bisect run`: builds the tree's checkout, boots it, measures the "
	                  "cases of the claim, and "
	                  "ends with\n0 where it holds, 1 where it does not, 125 where the commit can't be "
	                  "built or booted or the "
	                  "claim not decided.\n",
	                  argc, argv);
}
