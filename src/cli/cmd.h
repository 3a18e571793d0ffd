/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_CLI_CMD_H
#define WH_CLI_CMD_H

/* One function per subcommand; each takes its own argv (argv[0] is for messages) and
 * returns the exit status. */
int cmd_hunt(int argc, char **argv);
int cmd_hunt_saved(int argc, char **argv); /* hunt --correlate-only */
int cmd_events(int argc, char **argv);
int cmd_objects(int argc, char **argv);
int cmd_stack(int argc, char **argv);
int cmd_baseline(int argc, char **argv);
int cmd_lint(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_rules(int argc, char **argv);

#endif
