import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { StoredView } from '../../sandbox/slack/start-slack.ts';
import { readStoryAt } from '../../src/alerts/story.ts';
import { createVoice } from '../../src/alerts/voice.ts';
import { appendHistory } from '../../src/appointments/history.ts';
import { transaction } from '../../src/database.ts';
import { addMs, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { NOW } from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import type { Mode } from './both-modes.ts';
import { drawBlocks } from './draw-message.ts';
import { EMIL, type HomeStage, insertRow, MONA, openHomeStage, SABINE } from './home-fixtures.ts';

const links = { recordUrl: 'https://salon.example/termine/{id}' };

for (const [index, engine] of databases().entries()) {
  const mode: Mode = index === 0 ? 'HTTP' : 'Socket Mode';
  describe(`an appointment's story on ${engine.name} over ${mode}`, { skip: engine.skip }, () => {
    let stage: HomeStage;

    before(async () => {
      stage = await openHomeStage(engine, mode, links);
    });
    after(() => stage.close());
    beforeEach(async () => {
      for (const table of ['opened_homes', 'history', 'sync_attempts', 'appointment_syncs', 'appointments'])
        await stage.db(table).delete();
      for (const user of [SABINE, EMIL, MONA])
        while (stage.sides.slack.viewOf(user)) await stage.sides.slack.closeView({ user });
      await insertRow(stage.db, 748, { bookingUid: 'uid/748' });
    });

    const draw = (view: StoredView) => drawBlocks(view.blocks);
    const attempt = (minutes: number, change: object = {}) =>
      stage.db('sync_attempts').insert({
        ...{ appointment_id: 748, operation: 'book', request: '{}' },
        intent_at: toSqlInstant(addMs(NOW, minutes * MINUTE)),
        ...change,
      });
    async function openStory(user: string): Promise<StoredView> {
      await stage.open(user);
      await stage.press(user, 'details');
      return stage.press(user, 'story');
    }
    /** Every page from the first to the last, as text. */
    async function readAll(user: string): Promise<string[]> {
      const pages = [draw(await openStory(user))];
      while (/Older ›|Ältere ›/.test(pages.at(-1) ?? ''))
        pages.push(draw(await stage.press(user, 'story_older')));
      return pages;
    }
    const piecesOf = (view: StoredView): string[] =>
      view.blocks
        .flatMap(
          (block) =>
            (block as { elements?: { type: string; elements: { text: string }[] }[] }).elements ?? [],
        )
        .filter(({ type }) => type === 'rich_text_preformatted')
        .map(({ elements }) => elements.map(({ text }) => text).join(''));
    const rawOf = (view: StoredView): string => piecesOf(view).join('');

    it('tells history and attempts, the latest first, with their answers and links', async () => {
      const refused = {
        outcome: 'refused',
        http_status: 400,
        request_id: 'req-1',
        raw_answer: '{"error":"taken"}',
      };
      await attempt(1, refused);
      await attempt(5);
      await transaction(stage.db, (tx) =>
        appendHistory(
          tx,
          {
            appointmentId: 748,
            at: addMs(NOW, 2 * MINUTE),
            actor: 'bot',
            action: 'failed',
            reason: 'host_conflict',
          },
          { appointmentId: 748, at: addMs(NOW, 3 * MINUTE), actor: SABINE, action: 'asked_again' },
          { appointmentId: 749, at: NOW, actor: SABINE, action: 'contact_fixed' },
        ),
      );
      const text = draw(await openStory(EMIL));
      assert.match(
        text,
        new RegExp(
          [
            '\\[ In the booking system → https://salon\\.example/termine/748 \\]',
            ' \\[ In Cal\\.com → https://app\\.cal\\.com/booking/uid%2F748 \\]\n',
            '.*17:05 · Book: outcome not clear yet\\. No answer is kept\\.\n',
            '.*17:03 · @U0SABINE .*\n',
            '.*17:02 · .*\n',
            '.*17:01 · Book: refused · HTTP 400 · request id req-1\\. Answer:\n',
            '    \\{"error":"taken"\\}\n',
            '\\(Page 1 of 1, the latest first\\)$',
          ].join(''),
        ),
      );
      assert.deepEqual(stage.sides.slack.refusals, []);
    });

    it('has no link where none is known', async () => {
      const place = { appointmentId: 748, page: 1, part: 1 };
      const voice = createVoice({ locale: 'en', timeZone: 'Europe/Berlin' });
      const own = { recordUrl: null, calcomApiUrl: 'https://cal.salon.example/api' };
      const story = await readStoryAt({ db: stage.db, voice }, place, own);
      assert.deepEqual(story.links, []);
      assert.equal(story.note, 'There is no story of this appointment yet.');
    });

    it('turns pages to the beginning and back', async () => {
      for (let minute = 1; minute <= 25; minute++)
        await attempt(minute, { outcome: 'refused', raw_answer: `answer ${minute}.` });
      const pages = await readAll(SABINE);
      assert.deepEqual(
        pages.map((page) => [...page.matchAll(/answer (\d+)\./g)].map(([, minute]) => Number(minute))),
        [25, 15, 5].map((latest) => [...Array(Math.min(10, latest)).keys()].map((back) => latest - back)),
      );
      assert.equal(draw(await stage.press(SABINE, 'story_newer')), pages[1]);
      assert.equal(draw(await stage.press(SABINE, 'story_newer')), pages[0]);
      assert.doesNotMatch(pages[0] ?? '', /‹ Neuere/);
    });

    it('shows an answer of 200 kB whole, in parts that Slack takes', async () => {
      const raw = `{"message":"${'Ä😀xy"<&>\\n'.repeat(20_000)}"}`;
      assert.ok(Buffer.byteLength(raw) > 200_000);
      await attempt(1, { outcome: 'refused', raw_answer: 'the one before' });
      await attempt(2, { outcome: 'refused', http_status: 500, raw_answer: raw });
      let view = await openStory(SABINE);
      let shown = rawOf(view);
      assert.match(draw(view), /Seite 1 von 1, Teil 1 von \d+, das Neueste zuerst/);
      while (draw(view).includes('Ältere ›')) {
        view = await stage.press(SABINE, 'story_older');
        assert.ok(Buffer.byteLength(JSON.stringify(view)) < 250_000);
        assert.ok(piecesOf(view).every((piece) => piece.isWellFormed()));
        shown += rawOf(view);
      }
      assert.equal(shown, `${raw}the one before`);
      assert.match(draw(await stage.press(SABINE, 'story_newer')), /Fortsetzung/);
      assert.deepEqual(stage.sides.slack.refusals, []);
    });

    it('comes back to the last part of the page before', async () => {
      for (let minute = 1; minute <= 11; minute++) await attempt(minute, { raw_answer: `answer ${minute}.` });
      await stage
        .db('sync_attempts')
        .where('raw_answer', 'answer 2.')
        .update({ raw_answer: 'x'.repeat(30_000) });
      const pages = await readAll(EMIL);
      assert.match(pages.at(-1) ?? '', /answer 1\.[\s\S]*Page 2 of 2,/);
      const back = draw(await stage.press(EMIL, 'story_newer'));
      assert.equal(back, pages.at(-2));
      assert.match(back, /Page 1 of 2, part (\d) of \1,/);
    });

    it('is checked at every page for who may see personal data', async () => {
      for (let minute = 1; minute <= 11; minute++)
        await attempt(minute, { outcome: 'refused', raw_answer: 'Miriam Kranz' });
      assert.match(draw(await openStory(SABINE)), /Miriam Kranz/);
      // Slack does not say any more who belongs to support.
      const fault = { kind: 'error', error: 'fatal_error' } as const;
      stage.sides.slack.faults.add({ method: 'usergroups.users.list', fault });
      stage.clock.advance(2 * HOUR);
      const refused = draw(await stage.press(SABINE, 'story_older'));
      assert.equal(refused, 'Slack sagt gerade nicht, wer das darf. Bitte gleich noch einmal versuchen.');
      const { actor, appointment_id } = await stage.db('history').where({ action: 'refused' }).first();
      assert.deepEqual([actor, Number(appointment_id)], [SABINE, 748]);
    });
  });
}
