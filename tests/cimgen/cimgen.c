/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cimgen DESCRIPTION.yml FOLDER: writes a WMI repository from a readable description;
 * `cimgen --help` explains the language.
 *
 *   script.c  the description: checkpoints and their steps
 *   class_plan.c  classes, and the layout of their properties
 *   record_write.c  class and instance records
 *   repository_write.c  records and the keys that lead to them
 *   hashed_name.c  what stands for names in keys
 *   object_pages.c, index_pages.c  the two files' pages
 *   spoil.c  what is spoilt afterwards
 *   paged_file.c, map_write.c  logical pages, copy-on-write, and the maps
 * Texts and YAML are read as evtxgen reads them (value.c, value_read.c, yaml_read.c).
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "script.h"

static const char help[] =
	"Usage: cimgen DESCRIPTION.yml FOLDER     (the folder is made; files in it are replaced)\n"
	"\n"
	"A description is a YAML map. Unknown keys are errors.\n"
	"\n"
	"layout:        v6 | xp             Vista and later, or XP and 2003\n"
	"include:       PATH                a file of {session, write} beside this one, done "
	"first\n"
	"first_id:      N                   the first checkpoint's number; names its map in v6\n"
	"sequence:      N                   of its map; each later one has three more\n"
	"keys_per_page: N                   of the index (a page may hold fewer)\n"
	"reuse_pages:   true | false        write to pages that the last three maps do not name\n"
	"texts:         anything, to hang YAML anchors on\n"
	"checkpoints:   a list of states; the last three (xp: two) have their maps\n"
	"damage:        a list, done in order to the finished files\n"
	"\n"
	"A checkpoint is {session: TIME, clean: true | false, write: [STEP, ...]}: what was "
	"written\n"
	"since the one before by a service that was started then (default: the same one).\n"
	"A STEP is one of\n"
	"  {class: NAME, in: NAMESPACE, parent: NAME, qualifiers: {NAME: true | TEXT, ...},\n"
	"   properties: {NAME: TYPE, or {type: TYPE, key: true, default: VALUE, qualifiers: "
	"...}}}\n"
	"  {instance: CLASS, in: NAMESPACE, properties: {NAME: VALUE, ...}, repeat: N,\n"
	"   qualifiers: {NAME: true | TEXT, ...}, property_qualifiers: {NAME: {NAME: ..., ...}, "
	"...}}\n"
	"  {delete: CLASS, in: NAMESPACE, key: {NAME: VALUE, ...}}\n"
	"Classes of every namespace are in __SystemClass; a namespace is an instance of "
	"__NAMESPACE in\n"
	"the one above. An object with the key of another replaces it. Properties stand in the "
	"order in\n"
	"which they are given. page: new begins a page of OBJECTS.DATA.\n"
	"\n"
	"TYPE: sint8, uint8, sint16, uint16, sint32, uint32, sint64, uint64, real32, real64, "
	"boolean,\n"
	"  char16 (a number), string, datetime, ref:CLASS, object:CLASS; TYPE[] for an array\n"
	"VALUE: as evtxgen has TEXT, {n} the turn of repeat; [VALUE, ...]; {null: true};\n"
	"  {object: CLASS, properties: {NAME: VALUE, ...}}. Without one the class's default "
	"holds.\n";

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(help, stdout) == EOF;
	if (argc != 3) {
		fputs("usage: cimgen DESCRIPTION.yml FOLDER\n", stderr);
		return 2;
	}
	if (script_run(argv[1], argv[2], &error))
		return 0;
	fprintf(stderr, "cimgen: %s\n", error->message);
	return 1;
}
