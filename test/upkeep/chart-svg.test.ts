import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createVoice } from '../../src/alerts/voice.ts';
import type { ChartDay } from '../../src/appointments/chart-days.ts';
import { chartSvg } from '../../src/upkeep/chart-svg.ts';
import { drawPng } from '../../src/upkeep/draw-png.ts';
import { chartText } from '../../src/upkeep/summary-chart.ts';

const german = createVoice({ locale: 'de', timeZone: 'Europe/Berlin' });
const english = createVoice({ locale: 'en', timeZone: 'Europe/Berlin' });
const words = german.texts.upkeep.summary.chart;

type Counts = [booked: number, repaired: number, failed: number] | null;

/** As many days from 12 November on. */
function days(...counts: Counts[]): ChartDay[] {
  return counts.map((given, index) => ({
    localDate: `2025-11-${12 + index}`,
    counts: given && { booked: given[0], repaired: given[1], failed: given[2] },
  }));
}
const draw = (...counts: Counts[]) => chartSvg(days(...counts), words, german.shortDay);
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text);
const bars = (svg: string) =>
  [
    ...svg.matchAll(
      /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="([^"]+)" stroke/g,
    ),
  ]
    .map(([, x, y, width, height, fill]) => ({ x, y, width, fill, height: Number(height) }))
    // The legend has boxes, too.
    .filter(({ y }) => y !== '58');
const line = (svg: string) => /<path d="([^"]*)" fill="none" stroke="#b3261e"/.exec(svg)?.[1];
const numbers = (svg: string) =>
  [...svg.matchAll(/[xy]\d?="(-?[\d.]+|NaN|Infinity)"/g)].map(([, text]) => Number(text));

describe('the chart of the summaries', () => {
  it('has a title, words for axes, days and legend, and a pattern beside each colour', () => {
    const svg = draw([3, 1, 2]);
    for (const expected of ['Termine der letzten 14 Tage', 'Termine', 'Tag des Berichts', 'Mi.', '12.11.'])
      assert.ok(texts(svg).includes(expected), expected);
    for (const expected of ['gebucht', 'nach einem Fehler gebucht', 'offen fehlgeschlagen'])
      assert.ok(texts(svg).includes(expected), expected);
    assert.match(svg, /fill="url\(#hatched\)"/);
  });

  it('stacks what was booked after a failure on what was booked, to scale', () => {
    const [booked, repaired, next] = bars(draw([4, 2, 0], [2, 0, 0]));
    assert.ok(booked && repaired && next);
    assert.equal(repaired.fill, 'url(#hatched)');
    assert.ok(Math.abs(booked.height - 2 * repaired.height) < 0.2);
    assert.ok(Math.abs(booked.height - 2 * next.height) < 0.2);
    assert.equal(repaired.x, booked.x);
  });

  it('leaves a gap for a day without a summary, and breaks the line there', () => {
    const svg = draw([1, 0, 1], [1, 0, 2], null, [1, 0, 1]);
    assert.match(line(svg) ?? '', /^M\S+ \S+L\S+ \S+M\S+ \S+$/);
    assert.equal(texts(svg).filter((text) => text === 'kein Bericht').length, 1);
    assert.equal(bars(svg).length, 3);
  });

  it('draws no days, days without any summary, and days on which nothing was', () => {
    assert.deepEqual([bars(draw()), line(draw())], [[], undefined]);
    assert.deepEqual([bars(draw(null, null)), line(draw(null, null))], [[], undefined]);
    assert.deepEqual(bars(draw([0, 0, 0])), []);
    for (const svg of [draw(), draw(null), draw([0, 0, 0])]) {
      assert.ok(numbers(svg).every(Number.isFinite));
      assert.ok(texts(svg).includes('4'), 'the axis has whole numbers');
    }
  });

  it('keeps everything within the picture, whatever the numbers', () => {
    for (const counts of [
      [1, 0, 0],
      [7, 0, 0],
      [99, 1, 3],
      [12_345_678, 9, 1],
      [0, 0, 1e9],
    ] as Counts[]) {
      const svg = draw(counts);
      assert.ok(
        numbers(svg).every((at) => at >= 0 && at <= 960),
        JSON.stringify(counts),
      );
      for (const { y } of bars(svg)) assert.ok(Number(y) >= 112, `${y} is above the axis`);
    }
    assert.ok(texts(draw([12_345_678, 0, 0])).includes('20000 k'));
  });

  it('takes words as words', () => {
    const svg = chartSvg(days([1, 0, 0]), { ...words, title: '<Müller> & Söhne' }, german.shortDay);
    assert.ok(svg.includes('&lt;Müller> &amp; Söhne'));
  });

  it('becomes a PNG of twice its size, with its letters drawn', async () => {
    const png = Buffer.from(await drawPng(draw([3, 1, 2], null)));
    assert.equal(png.subarray(1, 4).toString('latin1'), 'PNG');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1_920, 960]);
    const wordless = Buffer.from(await drawPng(draw([3, 1, 2], null).replaceAll(/<text.*?<\/text>/g, '')));
    assert.ok(png.length > wordless.length + 5_000, 'the font was not found');
  });

  it('is told in words with every number, in both languages, as short as Slack wants it', () => {
    const some = days([25, 2, 4], null);
    assert.equal(
      chartText(some, german),
      'Termine der letzten 14 Tage. Mi., 12.11.: 25 gebucht, 2 nach Fehler, 4 offen. Do., 13.11.: kein Bericht.',
    );
    assert.match(
      chartText(some, english),
      /12\/11: 25 booked, 2 after failure, 4 open\. .*13\/11: no summary\.$/,
    );
    assert.equal(
      chartText(days(null, null, [0, 0, 0], null), german),
      'Termine der letzten 14 Tage. Mi., 12.11. bis Do., 13.11.: kein Bericht. ' +
        'Fr., 14.11.: 0 gebucht, 0 nach Fehler, 0 offen. Sa., 15.11.: kein Bericht.',
    );
    const huge = days(...Array<Counts>(14).fill([999_999_999, 999_999_999, 999_999_999]));
    assert.ok(chartText(huge, german).length <= 2_000);
  });
});
