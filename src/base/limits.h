/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WH_BASE_LIMITS_H
#define WH_BASE_LIMITS_H

/* Every bound on what input may make the program spend, in one list. Sizes in bytes. */

#define WH_CHUNK_SIZE 65536 /* an EVTX chunk, fixed by the format */
#define WH_FILE_HEADER_SIZE 4096 /* the EVTX file header block, fixed by the format */

#define WH_MAX_BINXML_DEPTH 16 /* fragments and templates inside each other */
#define WH_MAX_RECORD_TEXT (8 << 20) /* tokens and bytes of text that a record may expand to */
#define WH_LOST_ZEROS 64 /* bytes of a record that are zero in a row where some were lost */
#define WH_MAX_SLACK_WORK (16 << 20) /* steps taken to find what a chunk's slack still holds */
#define WH_MAX_FINDING_LINE (256 << 20) /* one line of hunt, with all events of a subscription */
#define WH_MAX_LINE_KEY 1024 /* bytes of a host before a keyed line; names are cut to fit */
#define WH_MAX_EVENT_LINE (16 << 20) /* one JSON event line; a record is < 64 KiB of UTF-16 */
#define WH_MAX_JSON_DEPTH 64 /* objects and arrays inside each other in one line */
#define WH_MAX_XML_DEPTH 64 /* elements inside each other in one record */
#define WH_MAX_EVENT_FIELDS 8192 /* data fields of one record */

#define WH_CIM_PAGE 8192 /* of OBJECTS.DATA and INDEX.BTR, fixed by the format */
#define WH_MAX_CIM_RECORD (16 << 20) /* one class or instance of a WMI repository */
#define WH_MAX_CIM_COST (32 << 20) /* of the texts and values that one record expands to */
#define WH_MAX_CIM_DEPTH 8 /* embedded objects inside each other */
#define WH_MAX_CIM_CHAIN 64 /* classes that a class derives from */
#define WH_MAX_CIM_PROPERTIES 4096 /* of one class */
#define WH_MAX_CIM_LAYOUTS (1 << 20) /* classes that are kept laid out */
#define WH_MAX_CIM_NAMESPACES 65536 /* of one repository */
#define WH_MAX_CIM_STALE 65536 /* keys of deleted instances that are kept */
#define WH_MAX_INDEX_KEYS 1000 /* in one page of INDEX.BTR */
#define WH_MAX_PAGE_MAP (64 << 20) /* a MAPPING*.MAP; one of a 1 GB repository has 4 MiB */
#define WH_MAX_STORED_MEMORY (128 << 20) /* kept of what subscriptions are made of */
#define WH_MAX_STORED_VERSIONS 16 /* of one subscription, that a repository still holds */
#define WH_MAX_HELD_REPOSITORY (256 << 20) /* files of repositories that came packed */
#define WH_MAX_LOG_HOLDINGS 4096 /* pairs of host and channel that one log is told apart by */
#define WH_MAX_HOLDING_NAME 256 /* of these; Windows has no longer ones */
#define WH_MAX_HELD_EVENTS 4096 /* of an export that wait for the zone of their times */
#define WH_MAX_HELD_SIZE (4 << 20) /* of these */
#define WH_MAX_EVENT_KINDS 512 /* of one export, by provider, channel and id */
#define WH_MAX_KIND_FIELDS 128 /* names of fields of one of these; Windows has no more than 60 */

#define WH_MAX_FACT_TEXT (256 << 10) /* of one field of 5861 or Sysmon; Windows logs < 64 KiB */
#define WH_MAX_MOF_DEPTH 16 /* instances and arrays inside each other */
#define WH_MAX_MOF_VALUES                                                                          \
	65536 /* properties and array elements of one instance or class of MOF text */
#define WH_MAX_OBJECT_TEXT (32 << 20) /* a MOF file, which Windows has of 3 MiB, or a report */
#define WH_MAX_MOF_CHAIN 64 /* classes that derive from each other in one MOF text */
#define WH_MAX_DECODE_DEPTH 8 /* payloads inside payloads */
#define WH_MAX_DECODED_SIZE (1 << 20) /* all decoded payloads of one consumer together */
#define WH_MAX_DECODED_COUNT 4096 /* decoded payloads of one consumer */
#define WH_MAX_DECODE_WORK (16 << 20) /* base64 characters tried for one consumer */
#define WH_MAX_FAN_OUT 65536 /* events, or earlier contents, of a part times the bindings of it */
#define WH_SHARING_HOSTS 2048 /* that may each have a part of what small ones share */
#define WH_MAX_NOTED_SIZE (256 << 20) /* what rules say of events that report subscriptions */
#define WH_HOST_NAMES_MEMORY (256 << 20) /* what hosts are called, and in which logs */
#define WH_MAX_LOG_NAMES 5 /* that one machine has in one log, short and long */
#define WH_MAX_LOG_LABELS 3 /* that these begin with */
#define WH_MAX_RENAME_WORK (1 << 22) /* logs looked at for what contradicts a change of name */
#define WH_FINDINGS_MEMORY (2ull << 30) /* that findings are made of; --max-memory sets it */
#define WH_MAX_EVIDENCE_TIMES 16 /* of repeats of one related event, besides the last */
#define WH_MAX_SCRIPT_PARTS 4096 /* of one PowerShell script block */
#define WH_MAX_SCRIPT_SIZE (8 << 20) /* of one script block */
#define WH_MAX_SCRIPTS_SIZE (64 << 20) /* parts that wait for the rest of their script block */
#define WH_MAX_TOLD_PLACES 256 /* places in snapshots and MOF texts of one subscription */
#define WH_MAX_LINKS 256 /* related events of one subscription */
#define WH_MAX_HOST_LINKS 65536 /* related events of all subscriptions of a host */
#define WH_MAX_LINK_WORK (1 << 22) /* pairs of evidence and subscription of a host looked at */
#define WH_MAX_TIMELINE_TEXT 1024 /* of a command line or query, quoted in a timeline */

#define WH_MAX_RULE_FILE (8 << 20)
#define WH_MAX_RULE_COPIES (64 << 20) /* what the copies in one file add up to */
#define WH_MAX_RULE_REPAIRS 16 /* times that a rule file is indented anew */
#define WH_MAX_RULE_DEPTH 32 /* maps and lists inside each other in a rule file */
#define WH_MAX_CONDITION_NODES 4096 /* words of one condition, "1 of x*" spelled out */
#define WH_MAX_RULE_LITERALS 4096 /* texts that one rule is narrowed by */
#define WH_MAX_RULE_WANTS 4096 /* pairs of provider and event id that one rule names */
#define WH_MAX_TRIED_SELECTIONS 10 /* of a condition that is tried on every set of them */
#define WH_MAX_CONDITION_DEPTH 64 /* parentheses and nots inside each other */
#define WH_MATCH_LIMIT 1000000 /* PCRE2 match limit for one regex on one text */
#define WH_MATCH_DEPTH 250000 /* PCRE2 depth limit for one regex on one text */
#define WH_MATCH_HEAP (16 << 20) /* PCRE2 heap for one regex on one text */
#define WH_TRIAL_LIMIT 200000 /* PCRE2 match limit when a regex is tried on a bad text */
#define WH_MAX_DASH_VARIANTS 625 /* of one value with windash that is encoded */
#define WH_MAX_CORRELATION_RULES 64 /* that one correlation refers to */
#define WH_MAX_CORRELATION_FIELDS 16 /* group-by, and of a condition */
#define WH_MAX_CORRELATION_EVENTS (1 << 20) /* kept for one correlation */
#define WH_MAX_CORRELATION_TEXT (256 << 20) /* of the values kept for one correlation */
#define WH_MAX_CORRELATION_MEMBERS 1024 /* events that one hit names */
#define WH_MAX_CORRELATION_LISTED (4 << 20) /* events that all hits name together */
#define WH_MAX_CORRELATION_DEPTH 16 /* correlations that refer to one another */
#define WH_MAX_MATCH_FIELDS 64 /* fields quoted in a match */
#define WH_MAX_MATCH_TEXT 256 /* of the matched text, quoted in a match */

#define WH_MAX_FRAME (WH_MAX_EVENT_LINE + 65536) /* one answer of a worker */
#define WH_ANSWERS_SIZE (1 << 20) /* most answers that wait in a worker until they are sent */
#define WH_MAX_BACKLOG (32 << 20) /* answers that wait for their turn in the parent */
#define WH_WORKER_MEMORY (512ull << 20) /* address space that a worker may add */
#define WH_WORKER_NO_MEMORY 71 /* exit status of a worker that ran out of it */
#define WH_MAX_FAILED_STARTS 3 /* of workers, one after the other */
#define WH_MAX_REPLIES 4096 /* that a worker asks for in one task */
#define WH_STANDSTILL 20 /* seconds, of processor time or of sleep, without progress */
#define WH_PROGRESS_STEP 65536 /* bytes passed that count as progress */
#define WH_WANTED_FILES 4096 /* open at once in the parent, if the system lets it */
#define WH_MIN_FILES 256 /* taken for that where it does not say */
#define WH_EXPORT_PART (16 << 20) /* of a large export, that one worker reads, at least */
#define WH_MAX_EXPORT_PARTS 4096 /* of one */
#define WH_LOG_PART (16 << 20) /* of a large log, that one worker reads at a time; whole chunks */
#define WH_MAX_WORKER_DEATHS 64 /* at one input, before it is given up */
#define WH_MAX_PASSWORD_PROMPTS 3 /* for one input */
#define WH_MAX_VOLUMES 240 /* of a split archive; a message holds 253 descriptors */
/* A worker holds its socket and the inputs of two tasks, which may be split. */
#define WH_WORKER_DESCRIPTORS 496
#define WH_MAX_SEVENZIP_HEADER (32 << 20) /* of an encrypted 7z, unpacked */
#define WH_MAX_SEVENZIP_STREAMS (1 << 19) /* coders, and streams between them, of a 7z */
#define WH_MAX_SEVENZIP_KEYS 64 /* different salts in one 7z */
#define WH_MAX_SEVENZIP_POWER 24 /* 2^n rounds for a key; 7-Zip writes 19, refuses above 24 */
#define WH_MAX_SEVENZIP_HASHED (1ull << 30) /* bytes hashed for all keys of one password */
#define WH_MAX_SEVENZIP_ASKED 3 /* times that a password is asked for one archive */
#define WH_MAX_SEVENZIP_SAMPLE (1 << 20) /* decoded to prove a password */
#define WH_MAX_SEVENZIP_STORED                                                                     \
	(64 << 20) /* of a stored file, read to prove a password, which costs less */

#define WH_MAX_BAD_RANGES 256 /* of a file, that its disk does not give */
#define WH_MAX_BAD_READS 512 /* that fail, of a file: a dead disk takes seconds for each */
#define WH_MAX_PATH_DEPTH 128 /* folders inside folders */
#define WH_SPENT_STEP (1 << 20) /* inflated bytes after which the sum is told anew */
#define WH_RATIO_GRACE (64 << 20) /* inflated bytes of an entry before its ratio counts */
#define WH_MAX_ZIP_NAMES (128 << 20) /* names in one zip directory together */
#define WH_MAX_ZIP_ENDS 16 /* end records tried in one zip */
#define WH_MAX_SALVAGE 4096 /* fresh starts after damage in, or after the end of, an archive */
#define WH_MAX_REWINDS 64 /* passes over an archive that is packed in another */
#define WH_REPLAY_KEPT (2 << 20) /* kept of the end of an archive that is packed in another */
#define WH_MAX_HELD_ARCHIVE (128 << 20) /* a 7z that comes through a pipe */
#define WH_MAX_CASE_FILE (INT64_C(8) << 30) /* a case database, which is held in memory */
#define WH_MAX_CSV_CELL 32000 /* bytes: Excel breaks cells of more than 32,767 characters */
#define WH_MAX_TABLE_CELL 256 /* columns of a cell that is not the last, without a terminal */

#endif
