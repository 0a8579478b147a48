import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Far more than anything takes, for machines that do much else at the same time. */
export const PATIENCE_MS = 60_000;

/** Why browser tests cannot run here, or false. */
export const noBrowser = executablePath === undefined && 'there is no chromium on this machine';

/** Without a sandbox of its own: tests also run as root, and open nothing but this project's pages. */
export function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('there is no chromium on this machine');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export interface Window {
  page: Page;
  /** What went wrong in the page: uncaught errors, and requests to anywhere but `url`. */
  faults: string[];
}

/** Opens the sandbox's page as a person. */
export async function openWindow(browser: Browser, url: string, person: string): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'de-DE',
    timezoneId: 'America/New_York',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error.stack)));
  page.on('request', (request) => {
    const target = request.url();
    if (!target.startsWith(url) && !target.startsWith('data:')) faults.push(`asked for ${target}`);
  });
  await page.goto(`${url}/?person=${person}`);
  await page.locator('#messages > *').first().waitFor();
  return { page, faults };
}
