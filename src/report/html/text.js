/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
/*
 * All texts are an attacker's. They come into the page by these functions alone, as the text of an
 * element; nothing of them is ever parsed as HTML, and no attribute but a class is made of them.
 */

const byId = id => document.getElementById(id);

/* What shows nothing, or makes what stands beside it show otherwise. */
const ODD = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\u2028\u2029\u115f\u1160\u3164\uffa0\u2800\ufe00-\ufe0f]|[^\S \n\t]/gu;

function oddName(character) {
	let code = character.codePointAt(0);

	/* Stand-ins for what JSON cannot have: control characters, halves of a character. */
	if (code >= 0x10d700 && code < 0x10d720)
		code -= 0x10d700;
	else if (code >= 0x10d800 && code < 0x10e000)
		code = code - 0x10d800 + 0xd800;
	return code < 0x10000 ? '\\u' + code.toString(16).padStart(4, '0') : '\\u{' + code.toString(16) + '}';
}

/* Beyond so many of them in one text, the others are spelt out without a frame each: a text may hold millions. */
const MOST_FRAMES = 2000;

function addText(parent, text, oneLine) {
	let at = 0, frames = 0;

	if (oneLine)
		text = text.replace(/[\r\n\t ]+/g, ' ');
	for (const match of text.matchAll(ODD)) {
		const odd = match[0];

		if (odd === '\r' && text[match.index + 1] === '\n')
			continue;
		if (++frames > MOST_FRAMES)
			break;
		parent.append(text.slice(at, match.index));
		make('span', 'odd', parent).textContent = oddName(odd);
		at = match.index + odd.length;
	}
	parent.append(frames > MOST_FRAMES ? text.slice(at).replace(ODD, oddName) : text.slice(at));
}

function make(tag, className, parent) {
	const element = document.createElement(tag);

	if (className)
		element.className = className;
	if (parent)
		parent.append(element);
	return element;
}

/* An element with children: texts, elements, lists of these; what is null is left out. */
function el(tag, className, ...children) {
	const element = make(tag, className);

	for (const child of children.flat(Infinity)) {
		if (child instanceof Node)
			element.append(child);
		else if (child !== null && child !== undefined && child !== false)
			addText(element, String(child));
	}
	return element;
}

function shortText(tag, className, text) {
	const element = make(tag, className);

	addText(element, text.length > 300 ? text.slice(0, 300) + '…' : text, true);
	return element;
}

function button(text, act, className) {
	const element = el('button', className || 'plain', text);

	element.type = 'button';
	element.addEventListener('click', act);
	return element;
}

const KEYWORDS = 'select|from|where|within|group|by|having|isa|and|or|not|like|set|dim|createobject|getobject|function|sub|end|if|then|' +
	'else|elseif|for|each|next|while|do|loop|return|var|let|const|new|try|catch|invoke-expression|iex|iwr|invoke-webrequest|' +
	'downloadstring|downloadfile|frombase64string|start-process|activexobject|execute|eval|run|exec|powershell|cmd|mshta|rundll32|' +
	'regsvr32|wscript|cscript|certutil|bitsadmin|schtasks|encodedcommand';
/* Each repeat has a bound, as a text may be made to cost much. */
const TOKENS = new RegExp([
	'(?<address>\\b(?:https?|ftp)://[^\\s"\'<>)]{1,2000}|\\\\\\\\[\\w.$-]{1,255}\\\\[\\w$.-]{1,255}|\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b)',
	'(?<string>"(?:[^"\\\\\\n]|\\\\.){0,1000}"|\'(?:[^\'\\\\\\n]|\\\\.){0,1000}\')',
	'(?<comment>/\\*[^]{0,1000}?\\*/|(?<![:\\w])//[^\\n]{0,1000}|(?<=^|\\n)[ \\t]{0,40}(?:\'|#|rem )[^\\n]{0,1000})',
	'(?<keyword>\\b(?:' + KEYWORDS + ')\\b)'].join('|'), 'gi');
const MOST_HIGHLIGHTED = 50000;

/* A text as it is, with the colours of a script; only addresses are also looked for in strings. */
function codeBlock(text) {
	const block = make('pre');
	let at = 0;

	block.tabIndex = 0;
	for (const match of text.slice(0, MOST_HIGHLIGHTED).matchAll(TOKENS)) {
		const kind = Object.keys(match.groups).find(name => match.groups[name] !== undefined);

		addText(block, text.slice(at, match.index));
		addText(make('span', kind, block), match[0]);
		at = match.index + match[0].length;
	}
	addText(block, text.slice(at));
	return block;
}

const isLong = value => typeof value === 'string' && (value.length > 120 || value.includes('\n'));
const words = name => String(name).replaceAll('_', ' ');
const when = time => time ? time.slice(0, 19).replace('T', ' ') : '';

function duration(milliseconds) {
	const units = [[31557600000, 'y'], [86400000, 'd'], [3600000, 'h'], [60000, 'min'], [1000, 's']];
	const [size, name] = units.find(([length]) => milliseconds >= length) || units[4];

	return Math.round(milliseconds / size) + ' ' + name;
}

const span = (from, to) => Math.max(0, Date.parse(to.slice(0, 23) + 'Z') - Date.parse(from.slice(0, 23) + 'Z'));

/* Whatever a member holds, also one that this page does not know. */
function tree(value) {
	if (Array.isArray(value)) {
		if (value.every(item => typeof item !== 'object'))
			return el('span', '', value.join(', '));
		return el('ul', '', value.map(item => el('li', '', tree(item))));
	}
	if (value && typeof value === 'object')
		return facts(Object.entries(value));
	return isLong(value) ? codeBlock(value) : el('span', '', String(value));
}

/* Pairs of a name and a text, element or value; pairs without a value are left out. */
function facts(pairs) {
	const list = make('dl');

	for (const [name, value] of pairs) {
		if (value === undefined || value === null || value === '')
			continue;
		list.append(el('dt', '', words(name)), el('dd', '', value instanceof Node ? value : tree(value)));
	}
	return list;
}

function table(heads, rows) {
	const head = el('thead', '', el('tr', '', heads.map(text => el('th', '', text))));
	const body = el('tbody', '', rows.map(cells => el('tr', '', cells.map(cell =>
		cell instanceof Node && cell.tagName === 'TD' ? cell : el('td', '', cell)))));

	return el('div', 'scroll', el('table', '', head, body));
}

function folded(title, fill, className) {
	const element = el('details', className, title instanceof Node ? title : el('summary', '', title));

	element.addEventListener('toggle', () => {
		if (element.open && element.children.length === 1)
			element.append(el('div', '', fill()));
	});
	return element;
}
