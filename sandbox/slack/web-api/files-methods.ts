import { isObject } from '../rules/shape.ts';
import type { SlackCore } from '../slack-core.ts';
import type { Json } from '../slack-look-alike.ts';
import { refuseForm, SlackRefusal } from '../slack-refusal.ts';
import { type Methods, optionalText, requiredText } from './method.ts';

const ALT_TEXT_MAX = 1_000;
const BYTES_MAX = 1_000_000_000;

export const filesMethods: Methods = {
  'files.getUploadURLExternal': { scope: 'files:write', run: getUploadUrl },
  'files.completeUploadExternal': { scope: 'files:write', run: completeUpload },
};

function getUploadUrl(args: Json, core: SlackCore): Json {
  const name = requiredText(args, 'filename');
  const length = Number(requiredText(args, 'length'));
  if (!Number.isInteger(length) || length < 1) {
    throw refuseForm('invalid_arguments', [{ path: '/length', message: 'must be at least 1' }]);
  }
  if (length > BYTES_MAX) throw new SlackRefusal('file_upload_size_restricted');
  const altText = optionalText(args, 'alt_txt');
  if ((altText ?? '').length > ALT_TEXT_MAX) throw refuseForm('alt_txt_too_large');
  const { id, path } = core.files.begin({ name, length, altText });
  return { upload_url: `${core.origin()}${path}`, file_id: id };
}

/** Files stay the bot's own: sharing one in a channel, which posts a message, is not played here. */
function completeUpload(args: Json, core: SlackCore): Json {
  if (args.channel_id !== undefined || args.channels !== undefined) {
    throw refuseForm('invalid_arguments', [{ path: '/channel_id', message: 'sharing is not played here' }]);
  }
  const { files } = args;
  if (!Array.isArray(files) || files.length === 0 || !files.every(isObject)) {
    throw refuseForm('invalid_arguments', [{ path: '/files', message: 'must provide an array of files' }]);
  }
  const complete = files.map((file) =>
    core.files.complete(requiredText(file, 'id'), optionalText(file, 'title')),
  );
  return { files: complete.map(({ id, title, name }) => ({ id, title, name, mimetype: '' })) };
}
