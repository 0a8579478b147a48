import { type Finding, failed, ok, warning } from '../../finding.ts';

const NODE_LEAST = 24;

/** `version` as in `process.versions.node`. */
export function checkNode(version: string): Finding {
  const name = 'node';
  if (Number.parseInt(version, 10) >= NODE_LEAST) return ok(name, `Node is ${version}.`);
  return failed(name, {
    what: `Node is ${version}; the bot needs ${NODE_LEAST} or later.`,
    why: 'It runs TypeScript without a build, which older ones cannot.',
    remedy: `Install Node ${NODE_LEAST}, or start the bot with npm start, which brings its own.`,
  });
}

/** Each of the configuration's problems is a line `VARIABLE what is wrong; what to do`. */
export function checkVariables(problems: string[]): Finding[] {
  if (problems.length === 0) return [ok('config', 'All variables are usable.')];
  return problems.map((problem) => {
    const [what = '', ...remedies] = problem.split('; ');
    const remedy = remedies.join('; ');
    const [variable] = what.split(' ');
    return failed(`config.${variable}`, {
      what: `${what}.`,
      why: 'The bot does not start without it.',
      remedy: `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`,
    });
  });
}

// RFC 2606 and RFC 6761: nobody can own a domain under these, so no mail arrives anywhere.
const NOBODYS = /(^|\.)(invalid|test|example|localhost)$|(^|\.)example\.(com|net|org)$/i;

function checkPlaceholderDomain(domain: string): Finding {
  const name = 'settings.placeholder';
  if (NOBODYS.test(domain)) return ok(name, `Mail to ${domain} reaches nobody, as it should.`);
  return warning(name, {
    what: `Customers without an e-mail are booked as customer_<id>@${domain}, to which Cal.com sends mails.`,
    why: 'They tell of appointments to whoever owns that domain.',
    remedy: `See that ${domain} is yours and that its mail server drops them, or use placeholder.invalid.`,
  });
}

/** What is set or left open by choice. What is undefined was wrong, which `checkVariables` tells. */
export function checkSettings(settings: {
  placeholderEmailDomain?: string;
  calcomWebhookSecret?: string | null;
  intakeSecret?: string | null;
}): Finding[] {
  const { placeholderEmailDomain, calcomWebhookSecret, intakeSecret } = settings;
  return [
    ...(placeholderEmailDomain === undefined ? [] : [checkPlaceholderDomain(placeholderEmailDomain)]),
    ok(
      'settings.webhook',
      calcomWebhookSecret
        ? "Cal.com's webhooks are taken with CALCOM_WEBHOOK_SECRET."
        : 'CALCOM_WEBHOOK_SECRET is not set: the door for webhooks of Cal.com is closed.',
    ),
    ok(
      'settings.intake',
      intakeSecret
        ? 'POST /appointments takes what INTAKE_SECRET signs.'
        : 'INTAKE_SECRET is not set: the door POST /appointments is closed.',
    ),
  ];
}
