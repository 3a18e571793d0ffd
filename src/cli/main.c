/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <locale.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd.h"
#include "cli/session.h"
#include "config.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
};

static int run_help(int argc, char **argv);

static const struct command commands[] = {
	{"hunt", cmd_hunt, "subscriptions, matched against the hunt packs (the default)"},
	{"events", cmd_events, "one normalised line per event"},
	{"objects", cmd_objects, "objects of WMI repositories, deleted ones too"},
	{"stack", cmd_stack, "subscriptions of many hosts, the rare ones first"},
	{"baseline", cmd_baseline, "known-good filters, from logs that are trusted"},
	{"report", cmd_report, "reports of what hunt found, from its saved lines"},
	{"lint", cmd_lint, "check hunt packs"},
	{"rules", cmd_rules, "the hunt packs inside the program"},
	{"help", run_help, "this text, or the options of a command"},
};

static int print_help(void)
{
	printf("Usage: wmihunt [COMMAND] [OPTION…] PATH…\n\n"
	       "Finds WMI event subscriptions in Windows event logs.\n\nCommands:\n");
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		printf("  %-9s %s\n", commands[i].name, commands[i].summary);
	printf("\nPATH is a log, an archive of logs, a folder, or - for standard input.\n"
	       "\"wmihunt help COMMAND\" shows the options, wmihunt(1) the rest.\n");
	return 0;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Help and its usage line call the command as it is typed. */
static int run_command(const struct command *command, int argc, char **argv)
{
	g_autofree char *name = g_strconcat("wmihunt ", command->name, NULL);

	g_set_prgname(name);
	return command->run(argc, argv);
}

static bool is_one_of(const char *argument, const char *name, const char *letter)
{
	return strcmp(argument, name) == 0 || strcmp(argument, letter) == 0;
}

static int run_help(int argc, char **argv)
{
	char help[] = "--help";
	char *arguments[] = {argv[0], help, NULL};
	const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;

	if (argc == 1 || is_one_of(argv[1], "--help", "-h") ||
	    (command && command->run == run_help))
		return print_help();
	if (command)
		return run_command(command, 2, arguments);
	diagnostics_error("help: there is no command %s", argv[1]);
	return EXIT_FAULT;
}

/* Tables align by character width, which needs a UTF-8 locale. Messages of the system come in the
 * user's language; nothing is sorted or written in ways that differ by country. */
static void set_locale(void)
{
	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* A file that is opened later must not take the number of a standard descriptor that is closed.
 * Opened the wrong way, so that reading it or writing to it stays an error. */
static void fill_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_FAULT);
}

int main(int argc, char **argv)
{
	const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;

	fill_standard_descriptors();
	set_locale();
	signal(SIGPIPE, SIG_IGN);
	/* Beyond `ulimit -f`: an error, as on a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	if (argc == 1 || is_one_of(argv[1], "--help", "-h"))
		return print_help(), argc == 1 ? EXIT_FAULT : 0;
	if (is_one_of(argv[1], "--version", "-V"))
		return puts(PACKAGE_STRING), 0;
	if (command)
		return run_command(command, argc - 1, argv + 1);
	return cmd_hunt(argc, argv);
}
