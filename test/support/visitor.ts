import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { SlackLookAlike } from '../../sandbox/slack/start-slack.ts';
import { ALERT_CHANNEL } from '../../sandbox/team.ts';
import { PATIENCE_MS } from './browser.ts';

const ROLES = {
  support: /Support/,
  manager: /Manager|Leitung/,
  engineer: /Engineer|Technik/,
  stranger: /Stranger|Fremd/,
};
const LANGUAGES = { de: /Deutsch/, en: /English/ };
const WEEKS_MAX = 10;

export type Visitor = ReturnType<typeof createVisitor>;

/** What somebody sees and does on the demo's page, in the words of the tour. */
export function createVisitor(page: Page, slack: SlackLookAlike) {
  const modal = page.locator('#modal');
  const messages = page.locator('article.message');

  /** The present message about an appointment; fails when there is none yet. */
  function alertOf(id: number): Locator {
    const about = new RegExp(`^(Termin|Appointment) #${id}\\b`);
    const found = slack.messages(ALERT_CHANNEL).findLast(({ text, deleted }) => !deleted && about.test(text));
    assert.ok(found, `the channel has a message about #${id}`);
    return page.locator(`article[data-ts="${found.ts}"]`);
  }

  const say = (text: string) => type(page, text);

  return {
    page,
    modal,
    messages,
    alertOf,
    async become(role: keyof typeof ROLES, language: keyof typeof LANGUAGES): Promise<void> {
      await page.locator('#role-switch label', { hasText: ROLES[role] }).click();
      await page.locator('#language-switch label', { hasText: LANGUAGES[language] }).click();
      await page.locator(`html[lang=${language}] #who`, { hasText: new RegExp(`${role}$`, 'i') }).waitFor();
    },
    press: (place: Locator, action: string) => place.locator(`[data-action="${action}"]`).first().click(),
    /** Presses what a question before a button offers last: yes. */
    confirm: () => page.locator('dialog.confirm footer button').last().click(),
    /** Presses a button of an alert and waits for its dialog's field. */
    async open(id: number, action: string, field: string): Promise<void> {
      await alertOf(id).locator(`[data-action="${action}"]`).first().click();
      await modal.locator(`[data-block="${field}"]`).waitFor();
    },
    field: (name: string) =>
      modal.locator(`[data-block="${name}"]`).locator('input, select, textarea').first(),
    async submit(): Promise<void> {
      await modal.locator('footer button').last().click();
    },
    ...planSteps(page, say),
    async close(): Promise<void> {
      await page.keyboard.press('Escape');
      await modal.waitFor({ state: 'hidden' });
    },
    say,
    /** Turns the pages of the calendar until the appointment's booking stands there. */
    showBooking: (id: number) => showEntry(page, `.entry[data-appointment="${id}"]`),
    async toggleFault(words: RegExp): Promise<void> {
      await page.locator('#faults-opener').click();
      await page.locator('#faults label', { hasText: words }).click();
      await page.locator('#faults-opener').click();
    },
    turnClock: (words: RegExp) => page.locator('#clock-goals button', { hasText: words }).click(),
  };
}

/** Types into the message box and sends; a list of commands that stands there is sent away first. */
async function type(page: Page, text: string): Promise<void> {
  const box = page.locator('#message-box');
  await box.fill(text);
  if (text.startsWith('/')) await box.press('Escape');
  await box.press('Enter');
}

function planSteps(page: Page, say: (text: string) => Promise<void>) {
  const modal = page.locator('#modal');
  return {
    /** Opens the plan by its command and ticks everything. */
    async openPlan(): Promise<void> {
      await say('/sync-cleanup');
      const boxes = modal.locator('[data-block="groups"] input[type=checkbox]');
      await boxes.first().waitFor();
      for (const each of await boxes.all()) await each.check();
    },
    /** Goes on, confirms, and waits until it is running. */
    async runPlan(): Promise<void> {
      await modal.locator('footer button').last().click();
      await modal.getByText('This is what happens now').waitFor();
      await modal.locator('footer button').last().click();
      await modal.getByText('The plan is running').waitFor();
      await page.keyboard.press('Escape');
      await modal.waitFor({ state: 'hidden' });
    },
  };
}

/** Turns the weeks over and over: what is asked for may be on its way to the page. */
async function showEntry(page: Page, selector: string): Promise<Locator> {
  const entry = page.locator(selector).first();
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    await page.locator('#week-today').click();
    for (let week = 0; week < WEEKS_MAX; week += 1) {
      if ((await entry.count()) > 0) return entry;
      await page.locator('#week-next').click();
    }
  }
  throw new Error(`the calendar never showed ${selector}`);
}
