import type { ChartDay } from '../appointments/chart-days.ts';

export interface ChartWords {
  title: string;
  appointments: string;
  days: string;
  booked: string;
  repaired: string;
  failed: string;
  missing: string;
}

const WIDTH = 960;
const HEIGHT = 480;
const LEFT = 96;
const RIGHT = 936;
const TOP = 112;
const BOTTOM = 392;
const STEPS = 4;
const BAR_SHARE = 0.56;
const BAR_WIDTH_MAX = 40;
const MARK = 6;
// Told apart by lightness and pattern, too, for those who see no colours (after Okabe and Ito).
const BLUE = '#0072b2';
const RED = '#b3261e';
const INK = '#1d1c1d';
const GREY = '#616061';
const RULE = '#dddddd';

/**
 * The days as a picture, the earliest first: bars of what was booked, the part after a failure hatched, and a line of
 * what was failed and open. A day without a summary is a gap. `shortDay` writes `YYYY-MM-DD` in a few characters.
 */
export function chartSvg(
  days: ChartDay[],
  words: ChartWords,
  shortDay: (localDate: string) => string,
): string {
  const top = niceTop(Math.max(0, ...days.map(highest)));
  const scale: Scale = {
    slot: (RIGHT - LEFT) / Math.max(days.length, 1),
    x: (index) => LEFT + ((index + 0.5) * (RIGHT - LEFT)) / Math.max(days.length, 1),
    y: (count) => BOTTOM - (count / top) * (BOTTOM - TOP),
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="DejaVu Sans" fill="${INK}">`,
    hatching,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(words.title, { x: 24, y: 40, size: 24 }),
    legend(words),
    ...axis(top, words, scale),
    ...days.map((day, index) => bars(day, index, scale)),
    failedLine(days, scale),
    ...days.map((day, index) => dayLabel(day, index, { words, shortDay, scale })),
    '</svg>',
  ].join('\n');
}

interface Scale {
  slot: number;
  x(index: number): number;
  y(count: number): number;
}

const hatching =
  '<defs><pattern id="hatched" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  `<rect width="8" height="8" fill="#ffffff"/><rect width="4" height="8" fill="${BLUE}"/></pattern></defs>`;

function highest({ counts }: ChartDay): number {
  return counts === null ? 0 : Math.max(counts.booked + counts.repaired, counts.failed);
}

/** The end of the axis: not below the highest count, and a round number in each of its steps. */
function niceTop(count: number): number {
  const step = Math.max(1, count / STEPS);
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= step && Number.isInteger(each * power));
  return (factor ?? 10) * power * STEPS;
}

function axis(top: number, { appointments, days }: ChartWords, { y }: Scale): string[] {
  const steps = Array.from({ length: STEPS + 1 }, (_, step) => (top / STEPS) * step);
  return [
    ...steps.map(
      (count) =>
        `<line x1="${LEFT}" x2="${RIGHT}" y1="${round(y(count))}" y2="${round(y(count))}" stroke="${count === 0 ? GREY : RULE}"/>` +
        text(shortNumber(count), { x: LEFT - 10, y: y(count) + 5, size: 14, anchor: 'end', fill: GREY }),
    ),
    text(appointments, { x: 24, y: TOP - 16, size: 14, fill: GREY }),
    text(days, { x: (LEFT + RIGHT) / 2, y: HEIGHT - 16, size: 14, anchor: 'middle', fill: GREY }),
  ];
}

function bars({ counts }: ChartDay, index: number, { slot, x, y }: Scale): string {
  if (counts === null) return '';
  const { booked, repaired } = counts;
  const width = Math.min(slot * BAR_SHARE, BAR_WIDTH_MAX);
  const bar = (from: number, to: number, fill: string) =>
    from === to
      ? ''
      : `<rect x="${round(x(index) - width / 2)}" y="${round(y(to))}" width="${round(width)}" ` +
        `height="${round(y(from) - y(to))}" fill="${fill}" stroke="${BLUE}"/>`;
  return bar(0, booked, BLUE) + bar(booked, booked + repaired, 'url(#hatched)');
}

/** Broken where a day has no summary; a diamond stands for every day that has one. */
function failedLine(days: ChartDay[], { x, y }: Scale): string {
  let path = '';
  let marks = '';
  days.forEach(({ counts }, index) => {
    if (counts === null) return;
    const [atX, atY] = [round(x(index)), round(y(counts.failed))];
    path += `${days[index - 1]?.counts ? 'L' : 'M'}${atX} ${atY}`;
    marks += diamond(atX, atY);
  });
  if (path === '') return '';
  return `<path d="${path}" fill="none" stroke="#ffffff" stroke-width="5"/><path d="${path}" fill="none" stroke="${RED}" stroke-width="2.5"/>${marks}`;
}

function diamond(x: number, y: number): string {
  const path = `M${x} ${round(y - MARK)}L${round(x + MARK)} ${y}L${x} ${round(y + MARK)}L${round(x - MARK)} ${y}Z`;
  return `<path d="${path}" fill="${RED}" stroke="#ffffff"/>`;
}

function dayLabel(
  { localDate, counts }: ChartDay,
  index: number,
  { words, shortDay, scale }: { words: ChartWords; shortDay: (localDate: string) => string; scale: Scale },
): string {
  const x = scale.x(index);
  const [weekday = '', date = ''] = shortDay(localDate).replace(',', '').split(' ');
  const label =
    text(weekday, { x, y: BOTTOM + 20, size: 13, anchor: 'middle' }) +
    text(date, { x, y: BOTTOM + 37, size: 13, anchor: 'middle' });
  if (counts !== null) return label;
  const at = `${round(x + 5)} ${BOTTOM - 10}`;
  return `${label}<g transform="rotate(-90 ${at})">${text(words.missing, { x: x + 5, y: BOTTOM - 10, size: 13, fill: GREY })}</g>`;
}

function legend({ booked, repaired, failed }: ChartWords): string {
  const box = (x: number, fill: string) =>
    `<rect x="${x}" y="58" width="16" height="16" fill="${fill}" stroke="${BLUE}"/>`;
  const word = (label: string, x: number) => text(label, { x, y: 71, size: 15 });
  return [
    box(24, BLUE) + word(booked, 48),
    box(180, 'url(#hatched)') + word(repaired, 204),
    `<path d="M500 66H532" stroke="${RED}" stroke-width="2.5"/>${diamond(516, 66)}${word(failed, 540)}`,
  ].join('\n');
}

function text(
  words: string,
  {
    x,
    y,
    size,
    anchor = 'start',
    fill = INK,
  }: { x: number; y: number; size: number; anchor?: string; fill?: string },
): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" fill="${fill}">${escaped}</text>`;
}

function shortNumber(count: number): string {
  return count >= 1e6 ? `${round(count / 1e3)} k` : String(count);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
