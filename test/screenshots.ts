// Takes the pictures of the documentation from the demo's page: npm run screenshots.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { startPage } from '../sandbox/page/serve-page.ts';
import { welcomeEverybody } from '../sandbox/page/welcome.ts';
import { readScenario } from '../sandbox/scenario.ts';
import { ALERT_CHANNEL, type Stage, startStage } from '../sandbox/stage.ts';
import { teamAccess } from '../sandbox/team.ts';
import { openBrowser, openWindow, PATIENCE_MS } from './support/browser.ts';
import { createVisitor, type Visitor } from './support/visitor.ts';

const ROOT = path.join(import.meta.dirname, '..');
const PICTURES = path.join(ROOT, 'docs', 'pictures');
const ALERTS = [748, 749, 750, 751];

type Take = (name: string, part?: string) => Promise<void>;

async function main(): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const seed = readScenario(path.join(ROOT, 'sandbox', 'scenarios', 'seed.json'));
  const settings = { LOG_LEVEL: 'silent', CALCOM_CALLS_PER_MINUTE: '0', LOCALE: 'en', ...teamAccess };
  const stage = await startStage(seed, { frozen: false, settings, beforeBot: welcomeEverybody });
  const served = await startPage({ ...stage, nudge: stage.bot.nudge }, { port: 0 });
  const browser = await openBrowser();
  try {
    const { page } = await openWindow(browser, served.url, 'U0ENGINEER2');
    const take: Take = async (name, part) => {
      await page.evaluate('document.fonts.ready');
      const target = part === undefined ? page : page.locator(part);
      await target.screenshot({ path: path.join(PICTURES, `${name}.png`), animations: 'disabled' });
      process.stdout.write(`docs/pictures/${name}.png\n`);
    };
    await takeAll(createVisitor(page, stage.slack), { stage, take });
  } finally {
    await browser.close();
    await served.stop();
    await stage.stop();
  }
}

async function takeAll(visitor: Visitor, { stage, take }: { stage: Stage; take: Take }): Promise<void> {
  const { page, messages } = visitor;
  await messages.filter({ has: page.locator('[data-action=start_sync]') }).waitFor();
  await take('held');
  await visitor.openPlan();
  await visitor.field('groups').scrollIntoViewIfNeeded();
  await take('plan');
  await visitor.runPlan();
  await messages.filter({ hasText: 'Cleanup plan finished' }).waitFor();
  await start(visitor, stage);
  const plan = messages.filter({ hasText: 'Cleanup plan finished' }).filter({ hasText: '4 still open' });
  await plan.waitFor();
  await plan.scrollIntoViewIfNeeded();
  await take('plan-done');
  await visitor.become('support', 'en');
  await visitor.alertOf(748).scrollIntoViewIfNeeded();
  await take('alerts');
  await take('channel', '#slack');
  await visitor.open(748, 'reschedule', 'slot');
  await visitor.field('slot').selectOption({ index: 1 });
  await take('reschedule');
  await visitor.submit();
  await visitor.modal.waitFor({ state: 'hidden' });
  await stage.calcom.waitFor(
    () => stage.calcom.liveBookings({ appointmentId: '748' }).length > 0,
    PATIENCE_MS,
  );
  await visitor.alertOf(748).locator('[data-action=reschedule]').waitFor({ state: 'detached' });
  await (await visitor.showBooking(748)).click();
  await take('booking');
  await page.keyboard.press('Escape');
  await visitor.become('stranger', 'de');
  await visitor.press(visitor.alertOf(750), 'cancel');
  await visitor.modal.getByText('ACCESS_SUPPORT').waitFor();
  await take('refused');
  await visitor.close();
  await visitor.become('manager', 'en');
  await visitor.turnClock(/Tomorrow/);
  const summary = messages.filter({ hasText: 'Daily summary' }).last();
  await summary.locator('img').waitFor();
  await summary.scrollIntoViewIfNeeded();
  await take('summary');
  await visitor.become('engineer', 'en');
  await page.locator('#apps button').click();
  await page.locator('#home [data-action]').first().waitFor();
  await take('home');
  await page.locator('#channels button', { hasText: 'termin-sync' }).click();
  await visitor.toggleFault(/is down/);
  await visitor.turnClock(/1 hour/);
  await messages.filter({ hasText: 'Cal.com does not answer' }).waitFor();
  await take('incident');
}

/** The bot starts, and the channel shows what is left for people. */
async function start(visitor: Visitor, { slack, calcom }: Stage): Promise<void> {
  await visitor.press(visitor.messages, 'start_sync');
  await visitor.confirm();
  const texts = () => slack.messages(ALERT_CHANNEL).map(({ text }) => text);
  await slack.waitFor(
    () => ALERTS.every((id) => texts().some((text) => text.startsWith(`Appointment #${id}:`))),
    PATIENCE_MS,
  );
  await calcom.waitFor(() => calcom.liveBookings().length >= 32, PATIENCE_MS);
}

await main();
