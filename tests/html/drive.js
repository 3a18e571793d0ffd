/* SPDX-License-Identifier: Apache-2.0 */
/* Uses the page as a person would, and says in #results what came of it. It stands before the page's own script. */
'use strict';
{

window.ran = number => document.documentElement.setAttribute('data-ran-' + number, '');

const said = [];
const check = (name, holds) => said.push((holds ? 'ok: ' : 'FAILED: ') + name);
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const get = id => document.getElementById(id);
const rowsNow = () => [...document.querySelectorAll('#rows .row')];
const total = () => Number(get('count').textContent.split(' of ')[1]);
const shown = () => Number(get('count').textContent.split(' of ')[0]);
const press = (target, key) => target.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));

function set(id, value) {
	get(id).value = value;
	get(id).dispatchEvent(new Event('input', {bubbles: true}));
}

/* Nothing but the page's own elements, and no handler, wherever a log's text is shown. */
const OWN = ['DIV', 'SPAN', 'PRE', 'CODE', 'P', 'B', 'A', 'BUTTON', 'H2', 'H3', 'UL', 'LI', 'DL', 'DT', 'DD', 'TABLE', 'THEAD', 'TBODY', 'TR', 'TH',
	'TD', 'DETAILS', 'SUMMARY', 'OPTION', 'svg', 'g', 'rect', 'text', 'path', 'circle', 'title'];
function strangers(root) {
	return [...root.querySelectorAll('*')].filter(element => !OWN.includes(element.tagName) ||
		[...element.attributes].some(attribute => attribute.name.startsWith('on') || attribute.name === 'style' && !['rows', 'spacer'].includes(element.id)) ||
		element.href && !(element.href.baseVal ?? element.href).startsWith('https://attack.mitre.org/techniques/T'));
}

async function openAll() {
	let opened = 0, shownAsText = 0, strange = 0, objects = 0;

	for (let at = 0; at < Math.min(total(), 40); at++) {
		location.hash = '#finding-' + at;
		await wait(5);
		for (const details of get('detail').querySelectorAll('details'))
			details.open = true;
		await wait(5);
		for (const link of document.querySelectorAll('a[href^=javascript]'))
			link.click();
		opened += get('detail').querySelector('h2') !== null;
		shownAsText += /ran\(\d+\)/.test(get('detail').textContent);
		strange += strangers(get('detail')).length;
		objects += /\[object |undefined|\\u000a/.test(get('detail').textContent.replace(/The line of the report[^]*/, ''));
	}
	for (const details of document.querySelectorAll('#coverage details'))
		details.open = true;
	await wait(50);
	check('every finding opens', opened === Math.min(total(), 40));
	check('all that is shown has a text', objects === 0);
	check('no element or handler is a log\'s', strange + strangers(get('summary')).length + strangers(get('coverage-body')).length +
		strangers(get('rows')).length + strangers(get('host')).length === 0);
	said.push('opened ' + opened + ', of these with a hostile string as text ' + shownAsText);
}

function filterAll() {
	const all = total();

	set('search', 'zzz-nowhere');
	check('a search for what is nowhere leaves none', shown() === 0 && rowsNow().length === 0);
	set('search', 'cOnSuMeR');
	check('a search does not look at case', shown() > 0);
	set('search', '');
	set('level', '5');
	const critical = shown();
	set('level', '0');
	check('a level leaves fewer', critical < all && shown() === all);
	if (get('technique').options.length > 1) {
		set('technique', get('technique').options[1].value);
		check('a technique leaves some', shown() > 0 && get('technique').value.startsWith('T'));
	}
	get('reset').click();
	check('all are shown again', shown() === all);
	set('order', 'time');
	const times = rowsNow().map(row => row.querySelector('.when').textContent).filter(text => text !== '—');
	check('they are in the order of time', String(times) === String([...times].sort()));
	get('reset').click();
}

function useKeys() {
	press(document.body, '/');
	check('/ goes to the search', document.activeElement === get('search'));
	press(get('search'), 'Enter');
	check('Enter goes to the list', document.activeElement === get('list'));
	check('and the first is chosen', rowsNow()[0].getAttribute('aria-selected') === 'true');
	press(get('list'), 'ArrowDown');
	check('down is the second', rowsNow()[1].getAttribute('aria-selected') === 'true');
	press(get('list'), 'Enter');
	check('Enter opens it', get('detail').textContent.includes('Close') && location.hash.startsWith('#finding-'));
	press(get('detail'), 'k');
	check('k opens the one before', rowsNow()[0].getAttribute('aria-selected') === 'true');
	press(get('detail'), 'Escape');
	check('Escape closes', get('detail').textContent === '');
	rowsNow()[1].click();
	check('a click opens', get('detail').textContent !== '');
}

function printAll() {
	const before = rowsNow().length;

	dispatchEvent(new Event('beforeprint'));
	check('print has all rows', rowsNow().length === Math.min(total(), 1000));
	dispatchEvent(new Event('afterprint'));
	check('and then those in sight again', rowsNow().length === before && before <= 60);
}

async function drive() {
	const results = document.createElement('pre');

	try {
		if (total() > 0) {
			filterAll();
			useKeys();
			printAll();
			await openAll();
		}
		const theme = get('theme');
		theme.click();
		check('the theme turns', ['dark', 'light'].includes(document.documentElement.dataset.theme));
		check('the headline counts', /^\d+ findings? /.test(get('headline').textContent));
	} catch (error) {
		said.push('FAILED: ' + error);
	}
	await wait(300);
	results.id = 'results';
	results.textContent = '\n' + said.join('\n') + '\nran:' + [...document.documentElement.attributes].map(attribute => attribute.name)
		.filter(name => name.startsWith('data-ran-')).map(name => ' ' + name.slice(9)).sort((a, b) => a - b).join('') + '\nend of results\n';
	document.body.append(results);
}

addEventListener('load', drive);

}
