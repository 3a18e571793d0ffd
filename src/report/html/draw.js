/* SPDX-License-Identifier: Apache-2.0 */
/* Drawings: who starts what, and what happened when. Numbers are ours, texts go in as text. */

function shape(tag, attributes, parent, text) {
	const element = document.createElementNS('http://www.w3.org/2000/svg', tag);

	for (const name of Object.keys(attributes))
		element.setAttribute(name, attributes[name]);
	if (text !== undefined)
		element.textContent = plain(text);
	if (parent)
		parent.append(element);
	return element;
}

/* One line, what is odd in it spelt out. */
const plain = text => String(text).replace(/[\r\n\t ]+/g, ' ').replace(ODD, oddName);
const cut = (text, most) => text.length > most ? [...text].slice(0, most - 1).join('') + '…' : text;

function drawing(width, height, label) {
	return shape('svg', {width, height, viewBox: '0 0 ' + width + ' ' + height, role: 'img', 'aria-label': label});
}

const MOST_PROCESSES = 12;
const BOX = 250, BOX_HEIGHT = 46, WAY = 50;

function box(svg, x, y, head, text, act) {
	const group = shape('g', {}, svg);

	shape('rect', {x, y, width: BOX, height: BOX_HEIGHT, rx: 5, class: 'box'}, group);
	shape('text', {x: x + 10, y: y + 18, class: 'faint'}, group, cut(plain(head), 36));
	shape('text', {x: x + 10, y: y + 36}, group, cut(plain(text), 30));
	shape('title', {}, group, cut(plain(text), 2000));
	if (act) {
		group.classList.add('bar');
		group.addEventListener('click', act);
	}
}

function arrow(svg, x, y, toX, toY, isSure = true) {
	const middle = (x + toX) / 2;

	shape('path', {d: `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${isSure ? toX - 7 : toX} ${toY}`, class: isSure ? 'way' : 'gap'}, svg);
	if (isSure)
		shape('path', {d: `M${toX - 8} ${toY - 4}L${toX} ${toY}L${toX - 8} ${toY + 4}Z`, class: 'head'}, svg);
}

function processesOf(events) {
	const found = new Map();

	for (const event of events) {
		const line = event.line;
		const image = firstText(line.data, ['Image', 'NewProcessName']) || (line.process || {}).image;
		const key = image && image.toLowerCase() + ' ' + (line.data || {}).CommandLine;

		if (image && !found.has(key))
			found.set(key, {image, event, text: firstText(line.data, ['CommandLine']) || image});
	}
	return [...found.values()];
}

/* The programs in which consumers run; what one of them started after the subscription was made is drawn as started by it. */
const HOSTS_OF_CONSUMERS = /(^|\\)(scrcons|wmiprvse)\.exe$/i;

function isStarted(finding, event) {
	const parent = firstText(event.line.data, ['ParentImage', 'ParentProcessName']) || (event.line.parent || {}).image || '';

	return HOSTS_OF_CONSUMERS.test(parent) && event.time >= finding.time;
}

/* filter → consumer → the processes of linked events. */
function drawGraph(finding, events, open) {
	const {filter: from = {}, consumer: to = {}} = finding.line;
	const all = processesOf(events), shown = all.slice(0, MOST_PROCESSES);
	const rows = Math.max(1, shown.length), step = BOX_HEIGHT + 10;
	const height = rows * step + (all.length > shown.length ? 24 : 0), middle = (rows * step - 10) / 2;
	const svg = drawing(3 * BOX + 2 * WAY + 2, height, 'filter, consumer, processes');
	const second = BOX + WAY, third = 2 * second;

	box(svg, 1, middle - BOX_HEIGHT / 2, 'filter: waits for', from.name || '(not in the logs)');
	arrow(svg, BOX + 1, middle, second + 1, middle);
	box(svg, second + 1, middle - BOX_HEIGHT / 2, to.class || 'consumer', to.name || '(not in the logs)');
	shown.forEach((process, i) => {
		arrow(svg, second + BOX + 1, middle, third, i * step + BOX_HEIGHT / 2, isStarted(finding, process.event));
		box(svg, third, i * step, process.image.split('\\').pop() + '  ' + when(process.event.time), process.text, () => open(process.event));
	});
	if (shown.length === 0)
		shape('text', {x: second + BOX + 14, y: middle + 4, class: 'faint'}, svg, 'no linked event shows a process');
	if (all.length > shown.length)
		shape('text', {x: third, y: height - 6, class: 'faint'}, svg, `and ${all.length - shown.length} more, in the list of related events`);
	return [el('div', 'chart graph', svg), shown.length > 0 && el('p', 'note', 'An arrow: started by a program in which consumers run, after the ' +
		'subscription was made. Dots: linked to it in another way, which the list of related events says.')];
}

const MOST_MARKS = 80;
const MARK = 15, GAP = 70, LONG_GAP = 3600000;

/* Events by rank, each as far from the next as any; a gap of an hour or more says how long it is. */
function drawAxis(entries) {
	const timed = entries.filter(entry => entry.time), shown = timed.slice(0, MOST_MARKS);
	const gaps = shown.map((entry, i) => i > 0 ? span(shown[i - 1].last || shown[i - 1].time, entry.time) : 0);
	const width = 150 + shown.length * MARK + gaps.filter(gap => gap >= LONG_GAP).length * (GAP - MARK);
	const svg = drawing(width, 74, 'events in order of time');
	let x = 20, labelled = -1000;

	shown.forEach((entry, i) => {
		const isGap = gaps[i] >= LONG_GAP, from = x;

		if (i > 0)
			x += isGap ? GAP : MARK;
		if (i > 0)
			shape('path', {d: `M${from + 5} 34H${x - 5}`, class: isGap ? 'gap' : 'way'}, svg);
		if (isGap)
			shape('text', {x: (from + x) / 2, y: 26, class: 'faint', 'text-anchor': 'middle'}, svg, duration(gaps[i]));
		const dot = shape('circle', {cx: x, cy: 34, r: 5, class: entry.rank ? LEVELS[entry.rank] : 'low'}, svg);
		shape('title', {}, dot, when(entry.time) + '  ' + words(entry.what));
		if ((i === 0 || isGap) && x - labelled > 140) {
			shape('text', {x: x - 6, y: 62, class: 'faint'}, svg, when(entry.time));
			labelled = x;
		}
	});
	return [el('div', 'chart', svg), timed.length > shown.length && el('p', 'note', `The first ${MOST_MARKS} of ${timed.length} are drawn.`)];
}

const MOST_DAYS = 120;

/* How many findings a day has, by the days that have any. */
function drawDays(items, choose) {
	const days = new Map();

	for (const item of items) {
		if (!item.time)
			continue;
		const day = item.time.slice(0, 10), at = days.get(day) || {count: 0, rank: 0};

		days.set(day, {count: at.count + 1, rank: Math.max(at.rank, item.rank)});
	}
	const all = [...days].sort((a, b) => compare(a[0], b[0])), shown = all.slice(-MOST_DAYS);
	const most = Math.max(1, ...shown.map(([, day]) => day.count)), step = 26;
	const gaps = shown.map(([day], i) => i > 0 ? span(shown[i - 1][0] + 'T00:00:00.000', day + 'T00:00:00.000') / 86400000 : 1);
	const svg = drawing(110 + shown.length * step + gaps.filter(gap => gap > 1).length * 44, 118, 'findings by day');
	let x = 8, labelled = -1000;

	shown.forEach(([day, {count, rank}], i) => {
		const height = Math.max(3, 70 * Math.log1p(count) / Math.log1p(most));

		if (gaps[i] > 1) {
			shape('path', {d: `M${x} 90H${x + 40}`, class: 'gap'}, svg);
			shape('text', {x: x + 20, y: 84, class: 'faint', 'text-anchor': 'middle'}, svg, duration(gaps[i] * 86400000));
			x += 44;
		}
		const group = shape('g', {class: 'bar'}, svg);
		shape('rect', {x, y: 90 - height, width: step - 6, height, class: LEVELS[rank]}, group);
		shape('text', {x: x + step / 2 - 3, y: 86 - height, class: 'faint', 'text-anchor': 'middle'}, group, count);
		shape('title', {}, group, `${day}: ${count}`);
		group.addEventListener('click', () => choose(day));
		if (x - labelled > 84) {
			shape('text', {x, y: 110, class: 'faint'}, svg, day);
			labelled = x;
		}
		x += step;
	});
	return [el('div', 'chart', svg), all.length > shown.length && el('p', 'note', `The last ${MOST_DAYS} of ${all.length} days are drawn.`)];
}
