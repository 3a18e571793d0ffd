/* SPDX-License-Identifier: Apache-2.0 */
#include "event/key_names.h"

#include <string.h>

#include "base/text.h"

#define LONGEST 32

/* By length. Names of Windows' manifests and of Sysmon that other providers, other events of the
 * same one, or other tools spell otherwise; and properties of the consumers that Windows has. */
static const char *const spellings[LONGEST][16] = {
	[2] = {"Id"},
	[3] = {"LUN", "Pid", "Sid", "Uri", "Url"},
	[4] = {"Code", "Data", "Guid", "Hash", "Host", "Name", "Path", "Type", "User"},
	[5] = {"AppId", "Error", "Event", "Flags", "Image", "Level", "Query", "State", "Value"},
	[6] = {"Action", "Domain", "Filter", "Hashes", "IpPort", "Length", "Reason", "Result",
	       "Source", "Status", "Target", "UserId"},
	[7] = {"Address", "Channel", "Company", "Details", "HResult", "LogonId", "Message",
	       "Payload", "Product", "UserSid", "UtcTime", "Version"},
	[8] = {"Computer", "Consumer", "DeviceId", "Filename", "FilePath", "FileTime", "ObjectId",
	       "Protocol", "RuleName", "ThreadId", "UserName"},
	[9] = {"ClassName", "ErrorCode", "EventType", "ImagePath", "Initiated", "IpAddress",
	       "LogonGuid", "LogonType", "Namespace", "Operation", "PackageId", "ParentPid",
	       "ProcessId", "SessionId", "Signature"},
	[10] = {"DeviceGuid", "DeviceName", "DomainName", "ObjectName", "ObjectType", "ParentUser",
		"ResultCode", "ScriptText", "ServerName", "SourceName", "TargetName"},
	[11] = {"CommandLine", "ContainerId", "Description", "DisplayName", "FileVersion",
		"OperationId", "ParentImage", "ProcessGuid", "ProcessName", "ProcessPath",
		"ResourceUri", "ServiceName"},
	[12] = {"CreatedByPid", "NewProcessId", "ProviderGuid", "ProviderName", "ProviderPath"},
	[13] = {"ClientMachine", "ContainerName", "CorrelationId", "NamespaceName",
		"ScriptBlockId"},
	[14] = {"Engine Version", "EventNamespace", "NewProcessName", "ScriptFilename",
		"TargetFilename"},
	[15] = {"ClientProcessId", "PackageFullName", "ParentProcessId", "ScriptingEngine"},
	[16] = {"DeviceInstanceId", "WorkingDirectory"},
	[17] = {"ParentCommandLine"},
	[29] = {"Security intelligence Version"},
};

void key_names_init(struct key_names *names)
{
	*names = (struct key_names){
		.keys = g_ptr_array_new(),
		.own = g_ptr_array_new_with_free_func(g_free),
	};
}

void key_names_release(struct key_names *names)
{
	g_ptr_array_unref(names->keys);
	g_ptr_array_unref(names->own);
}

const char *key_name_spelling(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; length < LONGEST && i < G_N_ELEMENTS(spellings[0]); i++) {
		const char *one = spellings[length][i];

		if (!one)
			break;
		if ((*one | 0x20) == (*name | 0x20) && g_ascii_strcasecmp(one, name) == 0)
			return one;
	}
	return name;
}

static bool is_plain(const char *text)
{
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

static bool is_alike(const char *name, const char *other)
{
	g_autofree char *folded = NULL, *other_folded = NULL;

	if (g_ascii_strcasecmp(name, other) == 0)
		return true;
	if (is_plain(name) || is_plain(other))
		return false;
	folded = text_fold(name);
	other_folded = text_fold(other);
	return strcmp(folded, other_folded) == 0;
}

/* The bit of a name: of its length and beginning, if it is ASCII. */
static uint64_t look_of(const char *name)
{
	return is_plain(name) ? UINT64_C(1) << ((strlen(name) * 5 + (*name | 0x20)) & 62) : 2;
}

static bool is_there(const struct key_names *names, const char *name)
{
	if (!(names->seen & look_of(name)))
		return false;
	for (guint i = 0; i < names->keys->len; i++)
		if (is_alike(names->keys->pdata[i], name))
			return true;
	return false;
}

const char *key_names_add(struct key_names *names, const char *name)
{
	const char *key = key_name_spelling(name);

	for (unsigned i = 2; is_there(names, key); i++) {
		key = g_strdup_printf("%s_%u", name, i);
		g_ptr_array_add(names->own, (gpointer)key);
	}
	g_ptr_array_add(names->keys, (gpointer)key);
	names->seen |= look_of(key);
	return key;
}
