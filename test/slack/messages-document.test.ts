import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { documentFile, messagesDocument } from './messages-document.ts';

it('docs/messages.md shows what the code renders (else: npx node test/slack/messages-document.ts)', async () => {
  assert.equal(readFileSync(documentFile, 'utf8'), await messagesDocument());
});
