/* SPDX-License-Identifier: Apache-2.0 */
#include "repository/known_classes.h"

#include <assert.h>

#include "repository/name_hash.h"

/* As class definitions have them (enum of [MS-WMIO] and the array flag). */
#define STRING 8
#define BOOLEAN 11
#define SINT32 3
#define UINT16 18
#define UINT32 19
#define UINT64 21
#define DATETIME 101
#define REFERENCE 102
#define STRINGS (STRING | 0x2000)
#define BYTES (17 | 0x2000)

struct known_property {
	const char *name;
	uint16_t type;
	bool is_key;
	struct cim_value value; /* the default */
};

#define MOST_ANCESTORS 4

struct known_class {
	const char *name;
	const char *ancestors[MOST_ANCESTORS]; /* the nearest first; NULL after the last */
	const struct known_property *properties;
	uint32_t count;
};

#define NUMBER(literal)                                                                            \
	{                                                                                          \
		.kind = CIM_NUMBER, .text = literal                                                \
	}

/* S-1-5-18, which an instance has that Windows makes. */
static const struct cim_value system_sid[] = {
	NUMBER("1"), NUMBER("1"), NUMBER("0"),	NUMBER("0"), NUMBER("0"), NUMBER("0"),
	NUMBER("0"), NUMBER("5"), NUMBER("18"), NUMBER("0"), NUMBER("0"), NUMBER("0"),
};
#define SYSTEM_SID                                                                                 \
	{                                                                                          \
		.kind = CIM_ARRAY, .count = G_N_ELEMENTS(system_sid), .items = system_sid          \
	}

static const struct cim_value one_empty[] = {{.kind = CIM_TEXT, .text = ""}};
#define ONE_EMPTY                                                                                  \
	{                                                                                          \
		.kind = CIM_ARRAY, .count = 1, .items = one_empty                                  \
	}

static const struct known_property event_filter[] = {
	{"Name", STRING, true, {.kind = CIM_NULL}},
	{"CreatorSID", BYTES, false, SYSTEM_SID},
	{"QueryLanguage", STRING, false, {.kind = CIM_NULL}},
	{"Query", STRING, false, {.kind = CIM_NULL}},
	{"EventNamespace", STRING, false, {.kind = CIM_NULL}},
	{"EventAccess", STRING, false, {.kind = CIM_NULL}},
};

static const struct known_property filter_to_consumer_binding[] = {
	{"Filter", REFERENCE, true, {.kind = CIM_NULL}},
	{"Consumer", REFERENCE, true, {.kind = CIM_NULL}},
	{"DeliveryQoS", UINT32, false, {.kind = CIM_NULL}},
	{"DeliverSynchronously", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"MaintainSecurityContext", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"SlowDownProviders", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"CreatorSID", BYTES, false, SYSTEM_SID},
};

static const struct known_property active_script_event_consumer[] = {
	{"MachineName", STRING, false, {.kind = CIM_NULL}},
	{"MaximumQueueSize", UINT32, false, {.kind = CIM_NULL}},
	{"CreatorSID", BYTES, false, SYSTEM_SID},
	{"Name", STRING, true, {.kind = CIM_NULL}},
	{"ScriptingEngine", STRING, false, {.kind = CIM_NULL}},
	{"ScriptText", STRING, false, {.kind = CIM_NULL}},
	{"ScriptFilename", STRING, false, {.kind = CIM_NULL}},
	{"KillTimeout", UINT32, false, {.kind = CIM_NUMBER, .text = "0"}},
};

static const struct known_property command_line_event_consumer[] = {
	{"MachineName", STRING, false, {.kind = CIM_NULL}},
	{"MaximumQueueSize", UINT32, false, {.kind = CIM_NULL}},
	{"CreatorSID", BYTES, false, SYSTEM_SID},
	{"Name", STRING, true, {.kind = CIM_NULL}},
	{"ExecutablePath", STRING, false, {.kind = CIM_NULL}},
	{"CommandLineTemplate", STRING, false, {.kind = CIM_NULL}},
	{"UseDefaultErrorMode", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"CreateNewConsole", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"CreateNewProcessGroup", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"CreateSeparateWowVdm", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"CreateSharedWowVdm", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"Priority", SINT32, false, {.kind = CIM_NUMBER, .text = "32"}},
	{"WorkingDirectory", STRING, false, {.kind = CIM_NULL}},
	{"DesktopName", STRING, false, {.kind = CIM_NULL}},
	{"WindowTitle", STRING, false, {.kind = CIM_NULL}},
	{"XCoordinate", UINT32, false, {.kind = CIM_NULL}},
	{"YCoordinate", UINT32, false, {.kind = CIM_NULL}},
	{"XSize", UINT32, false, {.kind = CIM_NULL}},
	{"YSize", UINT32, false, {.kind = CIM_NULL}},
	{"XNumCharacters", UINT32, false, {.kind = CIM_NULL}},
	{"YNumCharacters", UINT32, false, {.kind = CIM_NULL}},
	{"FillAttribute", UINT32, false, {.kind = CIM_NULL}},
	{"ShowWindowCommand", UINT32, false, {.kind = CIM_NULL}},
	{"ForceOnFeedback", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"ForceOffFeedback", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"RunInteractively", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"KillTimeout", UINT32, false, {.kind = CIM_NUMBER, .text = "0"}},
};

static const struct known_property log_file_event_consumer[] = {
	{"MachineName", STRING, false, {.kind = CIM_NULL}},
	{"MaximumQueueSize", UINT32, false, {.kind = CIM_NULL}},
	{"CreatorSID", BYTES, false, SYSTEM_SID},
	{"Name", STRING, true, {.kind = CIM_NULL}},
	{"Filename", STRING, false, {.kind = CIM_NULL}},
	{"Text", STRING, false, {.kind = CIM_NULL}},
	{"MaximumFileSize", UINT64, false, {.kind = CIM_NUMBER, .text = "65535"}},
	{"IsUnicode", BOOLEAN, false, {.kind = CIM_NULL}},
};

static const struct known_property ntevent_log_event_consumer[] = {
	{"MachineName", STRING, false, {.kind = CIM_NULL}},
	{"MaximumQueueSize", UINT32, false, {.kind = CIM_NULL}},
	{"CreatorSID", BYTES, false, SYSTEM_SID},
	{"Name", STRING, true, {.kind = CIM_NULL}},
	{"UNCServerName", STRING, false, {.kind = CIM_NULL}},
	{"SourceName", STRING, false, {.kind = CIM_NULL}},
	{"EventID", UINT32, false, {.kind = CIM_NUMBER, .text = "0"}},
	{"EventType", UINT32, false, {.kind = CIM_NUMBER, .text = "1"}},
	{"Category", UINT16, false, {.kind = CIM_NULL}},
	{"NumberOfInsertionStrings", UINT32, false, {.kind = CIM_NUMBER, .text = "0"}},
	{"InsertionStringTemplates", STRINGS, false, ONE_EMPTY},
	{"NameOfRawDataProperty", STRING, false, {.kind = CIM_NULL}},
	{"NameOfUserSIDProperty", STRING, false, {.kind = CIM_NULL}},
};

static const struct known_property smtpevent_consumer[] = {
	{"MachineName", STRING, false, {.kind = CIM_NULL}},
	{"MaximumQueueSize", UINT32, false, {.kind = CIM_NULL}},
	{"CreatorSID", BYTES, false, SYSTEM_SID},
	{"Name", STRING, true, {.kind = CIM_NULL}},
	{"SMTPServer", STRING, false, {.kind = CIM_NULL}},
	{"Subject", STRING, false, {.kind = CIM_NULL}},
	{"FromLine", STRING, false, {.kind = CIM_NULL}},
	{"ReplyToLine", STRING, false, {.kind = CIM_NULL}},
	{"Message", STRING, false, {.kind = CIM_NULL}},
	{"ToLine", STRING, false, {.kind = CIM_NULL}},
	{"CcLine", STRING, false, {.kind = CIM_NULL}},
	{"BccLine", STRING, false, {.kind = CIM_NULL}},
	{"HeaderFields", STRINGS, false, {.kind = CIM_NULL}},
};

static const struct known_property interval_timer_instruction[] = {
	{"TimerId", STRING, true, {.kind = CIM_NULL}},
	{"SkipIfPassed", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"IntervalBetweenEvents", UINT32, false, {.kind = CIM_NULL}},
};

static const struct known_property absolute_timer_instruction[] = {
	{"TimerId", STRING, true, {.kind = CIM_NULL}},
	{"SkipIfPassed", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"EventDateTime", DATETIME, false, {.kind = CIM_NULL}},
};

static const struct known_property event_consumer_provider_registration[] = {
	{"provider", REFERENCE, true, {.kind = CIM_NULL}},
	{"ConsumerClassNames", STRINGS, false, {.kind = CIM_NULL}},
};

static const struct known_property win32_provider[] = {
	{"Name", STRING, true, {.kind = CIM_NULL}},
	{"CLSID", STRING, false, {.kind = CIM_NULL}},
	{"ClientLoadableCLSID", STRING, false, {.kind = CIM_NULL}},
	{"DefaultMachineName", STRING, false, {.kind = CIM_NULL}},
	{"UnloadTimeout", DATETIME, false, {.kind = CIM_NULL}},
	{"InitializeAsAdminFirst", BOOLEAN, false, {.kind = CIM_NULL}},
	{"Version", UINT32, false, {.kind = CIM_NULL}},
	{"ImpersonationLevel", SINT32, false, {.kind = CIM_NUMBER, .text = "0"}},
	{"InitializationReentrancy", SINT32, false, {.kind = CIM_NUMBER, .text = "0"}},
	{"PerUserInitialization", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"PerLocaleInitialization", BOOLEAN, false, {.kind = CIM_FALSE}},
	{"Pure", BOOLEAN, false, {.kind = CIM_TRUE}},
	{"HostingModel", STRING, false, {.kind = CIM_NULL}},
	{"Concurrency", SINT32, false, {.kind = CIM_NULL}},
	{"SupportsSendStatus", BOOLEAN, false, {.kind = CIM_NULL}},
	{"SupportsExplicitShutdown", BOOLEAN, false, {.kind = CIM_NULL}},
	{"SupportsExtendedStatus", BOOLEAN, false, {.kind = CIM_NULL}},
	{"SupportsThrottling", BOOLEAN, false, {.kind = CIM_NULL}},
	{"OperationTimeoutInterval", DATETIME, false, {.kind = CIM_NULL}},
	{"InitializationTimeoutInterval", DATETIME, false, {.kind = CIM_NULL}},
	{"SupportsQuotas", BOOLEAN, false, {.kind = CIM_NULL}},
	{"Enabled", BOOLEAN, false, {.kind = CIM_NULL}},
	{"SupportsShutdown", BOOLEAN, false, {.kind = CIM_NULL}},
	{"SecurityDescriptor", STRING, false, {.kind = CIM_NULL}},
};

static const struct known_class classes[] = {
	{"__EventFilter",
	 {"__IndicationRelated", "__SystemClass"},
	 event_filter,
	 G_N_ELEMENTS(event_filter)},
	{"__FilterToConsumerBinding",
	 {"__IndicationRelated", "__SystemClass"},
	 filter_to_consumer_binding,
	 G_N_ELEMENTS(filter_to_consumer_binding)},
	{"ActiveScriptEventConsumer",
	 {"__EventConsumer", "__IndicationRelated", "__SystemClass"},
	 active_script_event_consumer,
	 G_N_ELEMENTS(active_script_event_consumer)},
	{"CommandLineEventConsumer",
	 {"__EventConsumer", "__IndicationRelated", "__SystemClass"},
	 command_line_event_consumer,
	 G_N_ELEMENTS(command_line_event_consumer)},
	{"LogFileEventConsumer",
	 {"__EventConsumer", "__IndicationRelated", "__SystemClass"},
	 log_file_event_consumer,
	 G_N_ELEMENTS(log_file_event_consumer)},
	{"NTEventLogEventConsumer",
	 {"__EventConsumer", "__IndicationRelated", "__SystemClass"},
	 ntevent_log_event_consumer,
	 G_N_ELEMENTS(ntevent_log_event_consumer)},
	{"SMTPEventConsumer",
	 {"__EventConsumer", "__IndicationRelated", "__SystemClass"},
	 smtpevent_consumer,
	 G_N_ELEMENTS(smtpevent_consumer)},
	{"__IntervalTimerInstruction",
	 {"__TimerInstruction", "__EventGenerator", "__IndicationRelated", "__SystemClass"},
	 interval_timer_instruction,
	 G_N_ELEMENTS(interval_timer_instruction)},
	{"__AbsoluteTimerInstruction",
	 {"__TimerInstruction", "__EventGenerator", "__IndicationRelated", "__SystemClass"},
	 absolute_timer_instruction,
	 G_N_ELEMENTS(absolute_timer_instruction)},
	{"__EventConsumerProviderRegistration",
	 {"__ProviderRegistration", "__SystemClass"},
	 event_consumer_provider_registration,
	 G_N_ELEMENTS(event_consumer_provider_registration)},
	{"__Win32Provider",
	 {"__Provider", "__SystemClass"},
	 win32_provider,
	 G_N_ELEMENTS(win32_provider)},
};

static_assert(G_N_ELEMENTS(classes) == WH_KNOWN_CLASSES, "a layout for each");

/* The classes above it, which need names only. */
static const struct cim_layout *make_ancestors(struct arena *arena, const char *const *names,
					       unsigned count)
{
	struct cim_layout *layout;

	if (count == MOST_ANCESTORS || !names[count])
		return NULL;
	layout = arena_alloc(arena, sizeof(*layout));
	*layout = (struct cim_layout){.name = names[count],
				      .parent_name =
					      count + 1 < MOST_ANCESTORS ? names[count + 1] : NULL,
				      .parent = make_ancestors(arena, names, count + 1)};
	return layout;
}

/* Slots follow each other without gaps. */
static const struct cim_layout *make_layout(struct arena *arena, const struct known_class *known)
{
	struct cim_layout *layout = arena_alloc(arena, sizeof(*layout));

	*layout = (struct cim_layout){.name = known->name,
				      .parent_name = known->ancestors[0],
				      .parent = make_ancestors(arena, known->ancestors, 0),
				      .count = known->count};
	layout->properties = arena_alloc(arena, known->count * sizeof(*layout->properties));
	for (uint32_t i = 0; i < known->count; i++) {
		const struct known_property *property = &known->properties[i];

		layout->properties[i] =
			(struct cim_layout_property){.name = property->name,
						     .type = property->type,
						     .index = (uint16_t)i,
						     .offset = (uint32_t)layout->slots_size,
						     .is_key = property->is_key,
						     .value = property->value};
		layout->slots_size += cim_type_width(property->type);
	}
	return layout;
}

void known_classes_init(struct known_classes *known, bool is_xp)
{
	arena_init(&known->arena);
	for (size_t i = 0; i < WH_KNOWN_CLASSES; i++) {
		struct name_hash hash;

		name_hash_text(classes[i].name, is_xp, &hash);
		known->hashes[i] = name_hash_short(&hash);
		known->layouts[i] = make_layout(&known->arena, &classes[i]);
	}
}

void known_classes_release(struct known_classes *known)
{
	arena_release(&known->arena);
}

const struct cim_layout *known_classes_find(const struct known_classes *known, uint64_t class_hash)
{
	for (size_t i = 0; i < WH_KNOWN_CLASSES; i++)
		if (known->hashes[i] == class_hash)
			return known->layouts[i];
	return NULL;
}
