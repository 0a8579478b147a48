import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import type { StoredBooking } from '../../sandbox/calcom/world.ts';
import { createDoorCaller } from '../../sandbox/door-caller.ts';
import { changeRows } from '../../sandbox/load-scenario.ts';
import { type Page as Served, startPage } from '../../sandbox/page/serve-page.ts';
import { welcomeEverybody } from '../../sandbox/page/welcome.ts';
import { type InsertStep, readScenario } from '../../sandbox/scenario.ts';
import { ALERT_CHANNEL, type Stage, startStage } from '../../sandbox/stage.ts';
import { teamAccess } from '../../sandbox/team.ts';
import { noBrowser, openBrowser, openWindow, PATIENCE_MS, type Window } from '../support/browser.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const seed = readScenario(path.join(import.meta.dirname, '../../sandbox/scenarios/seed.json'));
const INTAKE_SECRET = 'the secret of the door';
const ENGLISH_ENGINEER = 'U0ENGINEER2';
const ENGLISH_SUPPORT = 'U0SUPPORT2';

describe('the tour of the demo, in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let served: Served;
  let browser: Browser;
  let window: Window;
  let visitor: Visitor;

  before(async () => {
    stage = await startStage(seed, {
      frozen: false,
      settings: {
        LOG_LEVEL: 'silent',
        CALCOM_CALLS_PER_MINUTE: '0',
        INTAKE_SECRET,
        ...teamAccess,
      },
      beforeBot: welcomeEverybody,
    });
    const askDoor = createDoorCaller({ url: `${stage.bot.address}/appointments`, secret: INTAKE_SECRET });
    served = await startPage({ ...stage, nudge: stage.bot.nudge, askDoor }, { port: 0 });
    browser = await openBrowser();
    window = await openWindow(browser, served.url, ENGLISH_ENGINEER);
    visitor = createVisitor(window.page, stage.slack);
  });
  after(async () => {
    await browser?.close();
    await served?.stop();
    await stage?.stop();
    assert.deepEqual(window?.faults, []);
    assert.deepEqual(stage?.slack.refusals, []);
  });

  const liveOf = (id: number): StoredBooking | undefined =>
    stage.calcom.liveBookings({ appointmentId: String(id) })[0];
  const booked = (id: number) => stage.calcom.waitFor(() => liveOf(id) !== undefined, PATIENCE_MS);
  const hostOf = (id: number) =>
    stage.calcom.state.hosts.find((host) => host.id === liveOf(id)?.hostId)?.name;

  it('begins with what to try, in the language of who looks, and a bot that waits', async () => {
    const { messages, page } = visitor;
    await messages.filter({ hasText: 'Welcome to the salon' }).waitFor();
    const held = messages.filter({ has: page.locator('[data-action=start_sync]') });
    assert.match(await held.innerText(), /23/);
    assert.equal(await page.locator('.entry.booking').count(), 2);
    await visitor.become('engineer', 'de');
    await messages.filter({ hasText: 'Willkommen im Salon' }).waitFor();
    assert.equal(await messages.filter({ hasText: 'Welcome to the salon' }).count(), 0);
    await page.locator('#faults-opener', { hasText: 'Etwas stören' }).waitFor();
    await visitor.become('engineer', 'en');
  });

  it('shows commands with their hints while one is typed', async () => {
    const { page } = visitor;
    const box = page.locator('#message-box');
    await box.fill('/sync-s');
    assert.equal(await page.getByRole('option').count(), 2);
    await box.press('ArrowDown');
    await box.press('Enter');
    assert.equal(await box.inputValue(), '/sync-summary ');
    assert.match(await page.locator('#composer-hint').innerText(), /yesterday/);
    await box.fill('');
  });

  it('looks at the plan, ticks everything and runs it: what is past is closed', async () => {
    await visitor.openPlan();
    await visitor.modal.getByText('Over and never booked: 12').waitFor();
    await visitor.runPlan();
    await visitor.messages.filter({ hasText: 'Aufräumplan fertig' }).waitFor();
    const row = await stage.db('appointments').where({ id: 661 }).first('status');
    assert.equal(row.status, 'cancelled');
  });

  it('starts: the week fills, and only what needs a person stays', async () => {
    const { page, messages } = visitor;
    await visitor.press(messages, 'start_sync');
    await visitor.confirm();
    const alerted = () =>
      stage.slack.messages(ALERT_CHANNEL).filter(({ text }) => /^Termin #/.test(text)).length;
    await stage.slack.waitFor(() => alerted() >= 4, PATIENCE_MS);
    for (const id of [748, 749, 750, 751]) await visitor.alertOf(id).waitFor();
    await stage.calcom.waitFor(() => stage.calcom.liveBookings().length >= 32, PATIENCE_MS);
    const [start, end] = ['2025-11-24T00:00:00+01:00', '2025-12-01T00:00:00+01:00'].map(
      (text) => new Date(text),
    );
    const inWeek = stage.calcom
      .liveBookings()
      .filter((booking) => start && end && booking.start >= start && booking.start < end);
    const entries = page.locator('.entry.booking');
    await entries.nth(inWeek.length - 1).waitFor();
    assert.equal(await entries.count(), inWeek.length);
    assert.ok(inWeek.length > 2);
    assert.match(await page.locator('#deeds').innerText(), /book #\d+/);
  });

  it('refuses a stranger, and nothing changes', async () => {
    await visitor.become('stranger', 'en');
    await visitor.press(visitor.alertOf(750), 'cancel');
    await visitor.modal.getByText('ACCESS_SUPPORT').waitFor();
    await visitor.close();
    const row = await stage.db('appointments').where({ id: 750 }).first('status');
    assert.equal(row.status, 'booked');
  });

  it('reschedules #748 to a free time: the booking appears on the right, the alert is done on the left', async () => {
    await visitor.become('support', 'en');
    await visitor.open(748, 'reschedule', 'slot');
    await visitor.submit();
    await visitor.modal.locator('.field-error:not(:empty)').first().waitFor();
    await visitor.field('slot').selectOption({ index: 1 });
    await visitor.submit();
    await visitor.modal.waitFor({ state: 'hidden' });
    await booked(748);
    await (await visitor.showBooking(748)).waitFor();
    await visitor.alertOf(748).locator('[data-action=reschedule]').waitFor({ state: 'detached' });
  });

  it('reassigns #751 to a colleague, in whose row it then stands', async () => {
    await visitor.open(751, 'reassign', 'staff');
    const choices = visitor.field('staff').locator('option');
    const name = (await choices.nth(1).innerText()).split(' ·')[0];
    await visitor.field('staff').selectOption({ index: 1 });
    await visitor.submit();
    await booked(751);
    assert.equal(hostOf(751), name);
    const label = await (await visitor.showBooking(751)).getAttribute('aria-label');
    assert.ok(label?.startsWith(`${name},`), `${label}`);
  });

  it('cancels #750, and tells who comes later with an old dialog or an old button', async () => {
    const late = await openWindow(browser, served.url, 'U0SUPPORT1');
    const second = createVisitor(late.page, stage.slack);
    await second.open(750, 'reschedule', 'slot');
    await second.field('slot').selectOption({ index: 1 });
    await visitor.open(750, 'cancel', 'reason');
    await visitor.field('reason').fill('Customer is ill');
    await visitor.submit();
    await visitor.alertOf(750).locator('[data-action=cancel]').waitFor({ state: 'detached' });
    const row = await stage.db('appointments').where({ id: 750 }).first('status');
    assert.equal(row.status, 'cancelled');

    await second.submit();
    await late.page.getByText('Termin #750 ist inzwischen anders').first().waitFor();
    assert.equal(liveOf(750), undefined);

    const { ts } = await visitor.alertOf(750).evaluate((node) => ({ ...node.dataset }) as { ts: string });
    const body = { user: ENGLISH_SUPPORT, channel: ALERT_CHANNEL, ts, actionId: 'reschedule' };
    const response = await fetch(`${served.url}/control/click`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.deepEqual(await response.json(), {});
    await visitor.modal.waitFor();
    await visitor.close();
    assert.equal(liveOf(750), undefined);
    assert.deepEqual(late.faults, []);
  });

  it('fixes the contact of #749, which is then booked', async () => {
    await visitor.open(749, 'fix_contact', 'email');
    await visitor.field('email').fill('joerg.boehm@example.org');
    await visitor.submit();
    await booked(749);
    assert.equal(liveOf(749)?.attendee.email, 'joerg.boehm@example.org');
    await visitor.showBooking(749);
  });

  it('tells how things stand, for the eyes of who asks', async () => {
    await visitor.say('/sync-status');
    const answers = visitor.page.locator('article.ephemeral');
    await answers.filter({ hasText: 'Failed' }).first().waitFor();
    const before = await answers.count();
    await visitor.say('/sync-summary');
    await answers.nth(before).waitFor();
    await visitor.say('good morning');
    await visitor.messages.filter({ hasText: 'good morning' }).waitFor();
  });

  it('has threads, with what happened under an alert', async () => {
    const alert = visitor.alertOf(750);
    await alert.locator('.replies').click();
    await visitor.page.locator('#channel-head', { hasText: 'Thread' }).waitFor();
    await visitor.messages.filter({ hasText: 'Customer is ill' }).waitFor();
    await visitor.say('I have called her');
    await visitor.messages.filter({ hasText: 'I have called her' }).waitFor();
    await visitor.page.getByRole('button', { name: 'Close thread' }).click();
    assert.equal(await visitor.messages.filter({ hasText: 'I have called her' }).count(), 0);
    await alert.waitFor();
  });

  it('marks what is unread elsewhere', async () => {
    const { page } = visitor;
    await page.locator('#channels button', { hasText: 'allgemein' }).click();
    stage.slack.say({ user: 'U0SUPPORT1', channel: ALERT_CHANNEL, text: 'Mittagspause' });
    await page.locator('#channels button.unread', { hasText: 'termin-sync' }).click();
    await page.locator('.divider.new').waitFor();
    assert.equal(await page.locator('#channels button.unread').count(), 0);
  });

  it('breaks Cal.com: one incident stands in the channel until it is mended, then all is made up for', async () => {
    const insert = seed.steps.find((step): step is InsertStep => step.do === 'insert');
    assert.ok(insert);
    await visitor.toggleFault(/is down/);
    await changeRows(stage.db, insert);
    const incident = visitor.messages.filter({ hasText: 'Cal.com antwortet nicht' });
    await incident.waitFor();
    assert.equal(await incident.count(), 1);
    await visitor.toggleFault(/is down/);
    await visitor.turnClock(/10 min/);
    for (const { id } of insert.appointments) await booked(id);
    await incident.waitFor({ state: 'detached' });
  });

  it("cuts Slack off: a command fails in Slack's own words, and works again when the bot has come back", async () => {
    const told = visitor.page.locator('#told');
    await visitor.toggleFault(/is cut off/);
    await visitor.say('/sync-status');
    await told.filter({ hasText: '/sync-status failed' }).waitFor();
    await visitor.toggleFault(/is cut off/);
    await stage.slack.waitFor(() => stage.slack.connectedSockets() > 0, PATIENCE_MS);
    const answers = visitor.page.locator('article.ephemeral');
    const before = await answers.count();
    await visitor.say('/sync-status 748');
    await answers.nth(before).waitFor();
  });

  it("lets a person's hands work in Cal.com", async () => {
    const { page } = visitor;
    const entry = await visitor.showBooking(749);
    const dialog = page.locator('dialog.entry-dialog');
    await entry.click();
    await dialog.locator('input[type=datetime-local]').fill('2025-12-22T09:00');
    await dialog.getByRole('button', { name: 'Move' }).click();
    await dialog.waitFor({ state: 'detached' });
    await stage.calcom.waitFor(
      () => liveOf(749)?.start.toISOString() === '2025-12-22T08:00:00.000Z',
      PATIENCE_MS,
    );
    await visitor.showBooking(749);
    await page.getByRole('button', { name: /Add an entry.*lea/ }).click();
    await dialog.getByLabel('Title').fill('Yoga');
    await dialog.getByLabel('Day').fill('2025-12-22');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await page.locator('.entry.external', { hasText: 'Yoga' }).waitFor();
  });

  it('asks for an appointment as a caller does, which the bot then books', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Ask for an appointment' }).click();
    const dialog = page.locator('dialog.entry-dialog');
    const wish = {
      Name: 'Clara Conrad',
      Service: 'Herrenschnitt',
      Date: '2025-12-17',
      Time: 'half past two',
    };
    for (const [label, value] of Object.entries(wish)) await dialog.getByLabel(label).fill(value);
    await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
    await dialog.getByText('Your appointment is booked: Herrenschnitt with').waitFor();
    await page.keyboard.press('Escape');
    const isBooked = () => stage.calcom.liveBookings().some(({ attendee }) => attendee.name === wish.Name);
    await stage.calcom.waitFor(isBooked, PATIENCE_MS);
  });

  it('turns the clock to the next morning: the summary stands in the channel', async () => {
    await visitor.turnClock(/Tomorrow/);
    await visitor.page.locator('#clock', { hasText: 'Tue 25 Nov, 08:0' }).waitFor();
    await visitor.messages.filter({ hasText: 'Tagesbericht' }).last().waitFor();
  });

  it('gives every control a name', async () => {
    const { page } = visitor;
    const controls = page.locator('button, input, select, textarea, summary');
    const nameless = await controls.evaluateAll((nodes) =>
      nodes
        .filter(
          (node) =>
            !node.innerText?.trim() &&
            !node.ariaLabel &&
            !node.labels?.length &&
            !node.ariaLabelledByElements?.length,
        )
        .map((node) => node.outerHTML),
    );
    assert.deepEqual(nameless, []);
  });
});
