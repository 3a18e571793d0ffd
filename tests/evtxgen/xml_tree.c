/* SPDX-License-Identifier: Apache-2.0 */
#include "binxml_write.h"

static GByteArray *copy_text(const GByteArray *text)
{
	return g_byte_array_append(g_byte_array_new(), text->data, text->len);
}

static void free_node(gpointer node)
{
	xml_node_free(node);
}

static struct xml_node *node_new(enum xml_kind kind, const GByteArray *text)
{
	struct xml_node *node = g_new0(struct xml_node, 1);

	node->kind = kind;
	node->text = text != NULL ? copy_text(text) : g_byte_array_new();
	node->attributes = g_ptr_array_new_with_free_func(free_node);
	node->children = g_ptr_array_new_with_free_func(free_node);
	return node;
}

struct xml_node *xml_element_new(const GByteArray *name)
{
	return node_new(XML_ELEMENT, name);
}

struct xml_node *xml_attribute_new(const GByteArray *name, struct xml_node *content)
{
	struct xml_node *node = node_new(XML_ATTRIBUTE, name);

	g_ptr_array_add(node->children, content);
	return node;
}

struct xml_node *xml_text_new(const GByteArray *text)
{
	return node_new(XML_TEXT, text);
}

struct xml_node *xml_value_new(unsigned index, uint8_t type, bool optional)
{
	struct xml_node *node = node_new(XML_VALUE, NULL);

	node->index = index;
	node->type = type;
	node->optional = optional;
	return node;
}

void xml_node_free(struct xml_node *node)
{
	if (node == NULL)
		return;
	g_byte_array_unref(node->text);
	g_ptr_array_unref(node->attributes);
	g_ptr_array_unref(node->children);
	g_free(node);
}

void xml_add_attribute(struct xml_node *element, struct xml_node *attribute)
{
	g_ptr_array_add(element->attributes, attribute);
}

void xml_add_child(struct xml_node *element, struct xml_node *child)
{
	g_ptr_array_add(element->children, child);
}

/* Feeds a form of the tree that tells any two shapes apart. */
static void digest_node(GChecksum *digest, const struct xml_node *node)
{
	guint32 head[] = {node->kind,  node->text->len, node->attributes->len, node->children->len,
			  node->index, node->type,	node->optional};

	for (size_t i = 0; i < G_N_ELEMENTS(head); i++)
		head[i] = GUINT32_TO_LE(head[i]);
	g_checksum_update(digest, (const guchar *)head, sizeof head);
	g_checksum_update(digest, node->text->data, (gssize)node->text->len);
	for (guint i = 0; i < node->attributes->len; i++)
		digest_node(digest, node->attributes->pdata[i]);
	for (guint i = 0; i < node->children->len; i++)
		digest_node(digest, node->children->pdata[i]);
}

struct binxml_template *binxml_template_new(struct xml_node *root)
{
	struct binxml_template *template = g_new0(struct binxml_template, 1);
	GChecksum *digest = g_checksum_new(G_CHECKSUM_MD5);
	gsize size = sizeof template->guid;

	template->root = root;
	digest_node(digest, root);
	g_checksum_get_digest(digest, template->guid, &size);
	g_checksum_free(digest);
	return template;
}

void binxml_template_free(struct binxml_template *template)
{
	if (template == NULL)
		return;
	xml_node_free(template->root);
	g_free(template);
}
