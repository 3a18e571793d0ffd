/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_LIMITS_H
#define WH_BASE_LIMITS_H

/* Every bound on what input may make the program spend, in one list. Sizes in bytes. */

#define WH_CHUNK_SIZE 65536 /* an EVTX chunk, fixed by the format */
#define WH_FILE_HEADER_SIZE 4096 /* the EVTX file header block, fixed by the format */

#define WH_MAX_BINXML_DEPTH 16 /* fragments and templates inside each other */
#define WH_MAX_RECORD_TEXT (8 << 20) /* tokens and bytes of text that a record may expand to */
#define WH_MAX_EVENT_LINE (16 << 20) /* one JSON event line; a record is < 64 KiB of UTF-16 */
#define WH_MAX_XML_DEPTH 64 /* elements inside each other in one record */
#define WH_MAX_EVENT_FIELDS 8192 /* data fields of one record */

#define WH_MAX_MOF_DEPTH 16 /* instances and arrays inside each other */
#define WH_MAX_MOF_VALUES 65536 /* properties and array elements of one instance text */
#define WH_MAX_DECODE_DEPTH 8 /* payloads inside payloads */
#define WH_MAX_DECODED_SIZE (1 << 20) /* all decoded payloads of one consumer together */
#define WH_MAX_DECODED_COUNT 4096 /* decoded payloads of one consumer */
#define WH_MAX_DECODE_WORK (16 << 20) /* base64 characters tried for one consumer */
#define WH_MAX_FAN_OUT 65536 /* events of a part times the bindings that share it */

#define WH_MAX_RULE_FILE (1 << 20)
#define WH_MAX_RULE_DEPTH 32 /* maps and lists inside each other in a rule file */
#define WH_MAX_CONDITION_NODES 4096 /* words of one condition, "1 of x*" spelled out */
#define WH_MAX_CONDITION_DEPTH 64 /* parentheses and nots inside each other */
#define WH_MATCH_LIMIT 1000000 /* PCRE2 match limit for one regex on one text */
#define WH_MATCH_HEAP (16 << 20) /* PCRE2 heap for one regex on one text */
#define WH_MAX_MATCH_FIELDS 64 /* fields quoted in a match */
#define WH_MAX_MATCH_TEXT 256 /* of the matched text, quoted in a match */

#define WH_MAX_PATH_DEPTH 128 /* folders inside folders */
#define WH_MAX_TABLE_CELL 256 /* columns of a cell that others stand behind, without a terminal */

#endif
