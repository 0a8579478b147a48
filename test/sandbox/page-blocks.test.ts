import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { createSandboxClock } from '../../sandbox/clock.ts';
import { type LookAlikes, startLookAlikes } from '../../sandbox/look-alikes.ts';
import { type Page as Served, startPage } from '../../sandbox/page/serve-page.ts';
import { ALERT_CHANNEL } from '../../sandbox/team.ts';
import { noBrowser, openBrowser, openWindow, type Window } from '../support/browser.ts';

const EVIL = '<img src=x onerror="document.title=1"> & <b>bold</b>';
const plain = (text: string) => ({ type: 'plain_text', text });
const options = ['red', 'green', 'blue'].map((value) => ({ text: plain(value), value }));

type Payload = Record<string, unknown> & {
  type: string;
  trigger_id: string;
  actions?: Record<string, unknown>[];
  view?: { state: { values: Record<string, Record<string, Record<string, unknown>>> } };
};

describe('blocks on the page', { skip: noBrowser }, () => {
  let sides: LookAlikes;
  let served: Served;
  let browser: Browser;
  let window: Window;
  const received: Payload[] = [];
  let answer: object | undefined;

  /** An app that answers what the test tells it to. */
  const app = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    received.push(JSON.parse(new URLSearchParams(body).get('payload') ?? '{}'));
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer ? JSON.stringify(answer) : '');
  });

  async function call(method: string, args: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${sides.slack.url}${method}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${sides.environment.SLACK_BOT_TOKEN}`,
        'content-type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify(args),
    });
    const said = (await response.json()) as Record<string, unknown>;
    assert.equal(said.ok, true, JSON.stringify(said));
    return said;
  }
  const post = (blocks: object[], text = 'in words') =>
    call('chat.postMessage', { channel: ALERT_CHANNEL, text, blocks });
  const last = () => window.page.locator('article.message').last();
  async function next(): Promise<Payload> {
    await sides.slack.waitFor(() => received.length > 0);
    return received.shift() as Payload;
  }

  before(async () => {
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    const requestUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
    const clock = createSandboxClock(new Date('2025-11-24T16:00:00Z'));
    const world = { hosts: [], eventTypes: [], bookings: [], external: [] };
    sides = await startLookAlikes({ clock, world, requestUrl });
    served = await startPage({ clock, ...sides }, { port: 0 });
    browser = await openBrowser();
    window = await openWindow(browser, served.url, 'U0SUPPORT2');
    await window.page.locator('#channels button', { hasText: 'termin-sync' }).click();
  });
  after(async () => {
    await browser?.close();
    await served?.stop();
    await sides?.stop();
    app.closeAllConnections();
    app.close();
    assert.deepEqual(window?.faults, []);
  });

  it('show what anybody wrote as text, never as markup', async () => {
    const element = { type: 'text', text: EVIL };
    await post([
      { type: 'header', text: plain(EVIL) },
      { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [element] }] },
      { type: 'context', elements: [plain(EVIL)] },
    ]);
    sides.slack.say({ user: 'U0SUPPORT1', channel: ALERT_CHANNEL, text: EVIL });
    await window.page.locator('article', { hasText: EVIL }).nth(1).waitFor();
    assert.equal(await window.page.locator('#messages img, #messages b').count(), 0);
    assert.equal(await window.page.title(), 'Sandbox');
  });

  it("put dates into the reader's language and zone, whatever the browser's zone is", async () => {
    const at = Date.parse('2025-11-25T22:30:00Z') / 1_000;
    await post([
      { type: 'section', text: { type: 'mrkdwn', text: `<!date^${at}^{date_short} {time}|then> *now*` } },
    ]);
    await last().locator('time[data-slack-date]').waitFor();
    assert.equal(await last().locator('time[data-slack-date]').textContent(), '25 Nov 2025 23:30');
    assert.equal(await last().locator('strong', { hasText: 'now' }).count(), 1);
  });

  it('fetch no picture from elsewhere, and show its words', async () => {
    await post([{ type: 'image', image_url: 'https://example.com/chart.png', alt_text: 'failed: 4' }]);
    assert.equal(await last().getByRole('img', { name: 'failed: 4' }).textContent(), 'Picture: failed: 4');
  });

  it('send what a person does with a button, after the question that it asks', async () => {
    const confirm = {
      title: plain('Sure?'),
      text: plain('It is done then.'),
      confirm: plain('Yes'),
      deny: plain('No'),
    };
    await post([
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'go', value: 'v', text: plain('Go'), confirm }],
      },
    ]);
    const go = last().getByRole('button', { name: 'Go' });
    await go.click();
    await window.page.getByRole('dialog').getByRole('button', { name: 'No' }).click();
    await go.click();
    await window.page.keyboard.press('Escape');
    await go.click();
    await window.page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click();
    const { actions } = await next();
    assert.deepEqual([actions?.[0]?.action_id, actions?.[0]?.value], ['go', 'v']);
    assert.deepEqual(received, []);
  });

  it('keep the focus where it is while the message changes, as long as the element is there', async () => {
    const buttons = (...names: string[]) => [
      {
        type: 'actions',
        elements: names.map((name) => ({ type: 'button', action_id: name, text: plain(name) })),
      },
    ];
    const { ts } = await post(buttons('first', 'second'));
    await last().getByRole('button', { name: 'second' }).focus();
    await call('chat.update', { channel: ALERT_CHANNEL, ts, text: 'new', blocks: buttons('zero', 'second') });
    await last().getByRole('button', { name: 'zero' }).waitFor();
    assert.equal(await window.page.locator('button:focus').innerText(), 'second');
  });

  it('send what is chosen in menus, boxes and pickers', async () => {
    await post([
      {
        type: 'section',
        text: plain('Pick'),
        accessory: { type: 'overflow', action_id: 'more', options },
      },
      {
        type: 'actions',
        elements: [
          { type: 'static_select', action_id: 'one', placeholder: plain('One'), options },
          { type: 'checkboxes', action_id: 'many', options },
          { type: 'radio_buttons', action_id: 'radio', options },
          { type: 'datepicker', action_id: 'day' },
        ],
      },
    ]);
    const selected = async (field: string) => {
      const { actions } = await next();
      return actions?.[0]?.[field] as { value: string } | undefined;
    };
    await last().getByLabel('More actions').click();
    await window.page.getByRole('menuitem', { name: 'green' }).click();
    assert.equal((await selected('selected_option'))?.value, 'green');
    await last().getByLabel('One').selectOption('blue');
    assert.equal((await selected('selected_option'))?.value, 'blue');
    await last().getByRole('checkbox', { name: 'red' }).check();
    assert.deepEqual(await selected('selected_options'), [options[0]]);
    await last().getByRole('radio', { name: 'blue' }).check();
    assert.equal((await selected('selected_option'))?.value, 'blue');
    await last().locator('input[type=date]').fill('2025-12-01');
    assert.equal(await selected('selected_date'), '2025-12-01');
  });

  const input = (block_id: string, element: object, more = {}) => ({
    ...{ type: 'input', block_id, label: plain(block_id), ...more },
    element: { action_id: block_id, ...element },
  });
  const formView = (title: string) => ({
    type: 'modal',
    title: plain(title),
    submit: plain('Save'),
    blocks: [
      input('name', { type: 'plain_text_input' }, { hint: plain('As on the card') }),
      input('colour', { type: 'static_select', options, initial_option: options[1] }),
      input('tags', { type: 'checkboxes', options }),
      input('side', { type: 'radio_buttons', options }, { optional: true }),
      input('day', { type: 'datepicker', initial_date: '2025-12-01' }),
      input('hour', { type: 'timepicker' }, { optional: true }),
    ],
  });
  const form = () => window.page.locator('#modal');

  it('make a form, in which focus and what is entered stay while the view changes', async () => {
    await post([{ type: 'actions', elements: [{ type: 'button', action_id: 'open', text: plain('Open') }] }]);
    await last().getByRole('button', { name: 'Open' }).click();
    const { trigger_id } = await next();
    const opened = (await call('views.open', { trigger_id, view: formView('First') })).view as { id: string };
    await form().getByRole('heading', { name: 'First' }).waitFor();
    await form().getByLabel('name').fill('Ada');
    await form().getByRole('checkbox', { name: 'blue' }).focus();
    await call('views.update', { view_id: opened.id, view: formView('Second') });
    await form().getByRole('heading', { name: 'Second' }).waitFor();
    assert.equal(await form().getByLabel('name').inputValue(), 'Ada');
    assert.equal(await window.page.locator('input:focus').getAttribute('data-focus'), 'tags/tags/blue');
  });

  it('ask for what is missing themselves, and show errors of the app at their fields', async () => {
    const save = form().getByRole('button', { name: 'Save' });
    await save.click();
    assert.match(
      await form().locator('[data-block=tags] .field-error').innerText(),
      /complete this required/,
    );
    assert.deepEqual(received, []);
    await form().getByRole('checkbox', { name: 'red' }).check();
    answer = { response_action: 'errors', errors: { name: 'Ada is taken' } };
    await save.click();
    const { view: sent } = await next();
    const values = sent?.state.values ?? {};
    assert.equal(values.name?.name?.value, 'Ada');
    assert.deepEqual(values.colour?.colour?.selected_option, options[1]);
    assert.deepEqual(values.tags?.tags?.selected_options, [options[0]]);
    assert.equal(values.side?.side?.selected_option, null);
    assert.equal(values.day?.day?.selected_date, '2025-12-01');
    await form().getByText('Ada is taken').waitFor();
    assert.equal(await form().getByLabel('name').getAttribute('aria-invalid'), 'true');
  });

  it('give the focus back to the button that opened the form', async () => {
    answer = undefined;
    await form().getByRole('button', { name: 'Save' }).click();
    await form().waitFor({ state: 'hidden' });
    assert.equal(await window.page.locator('button:focus').innerText(), 'Open');
    received.length = 0;
  });

  it("are on the app's home too, and act there", async () => {
    await call('views.publish', {
      user_id: 'U0SUPPORT2',
      view: {
        type: 'home',
        blocks: [
          { type: 'actions', elements: [{ type: 'button', action_id: 'at_home', text: plain('Refresh') }] },
        ],
      },
    });
    received.length = 0;
    await window.page.locator('#apps button').click();
    await window.page.getByRole('button', { name: 'Refresh' }).click();
    await sides.slack.waitFor(() => received.some(({ actions }) => actions?.[0]?.action_id === 'at_home'));
  });

  it('do not keep the page in a conversation that the next person is not in', async () => {
    const { page } = window;
    await page.locator('#channels button', { hasText: '✉' }).click();
    await page.getByText('Nothing has been said here yet').waitFor();
    await page.locator('#role-switch label', { hasText: 'Manager' }).click();
    await page.locator('#who', { hasText: 'Mona Manager' }).waitFor();
    await page.locator('#channel-head', { hasText: 'termin-sync' }).waitFor();
  });
});
