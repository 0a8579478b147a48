import type { StoredFile } from './slack-look-alike.ts';
import { refuseForm, SlackRefusal } from './slack-refusal.ts';
import type { Workspace } from './workspace.ts';

// docs.slack.dev, files.getUploadURLExternal and files.completeUploadExternal.

/** How long Slack looks through a file after it is complete; until then no block can show it. */
const PROCESSING_MS = 1_000;
const NAME_OF_UPLOADS = '/upload/v1/';

export interface FileStore {
  /** The path to which the bytes are posted, and the file's id. */
  begin(file: { name: string; length: number; altText: string | undefined }): { id: string; path: string };
  /** The bytes have come. Throws not_found for an unknown path, and a refusal for others than announced. */
  receive(path: string, bytes: Uint8Array): void;
  /** Throws file_not_found for a file that is unknown, has no bytes, or is complete already. */
  complete(id: string, title: string | undefined): StoredFile;
  /** Whether a block may show it. */
  isShowable(id: string): boolean;
  all(): StoredFile[];
}

export function isUploadPath(path: string): boolean {
  return path.startsWith(NAME_OF_UPLOADS);
}

interface HeldFile extends StoredFile {
  length: number;
  path: string;
  completedAt: Date | null;
}

export function createFileStore(workspace: Workspace, clock: { now(): Date }): FileStore {
  const files = new Map<string, HeldFile>();
  return {
    begin({ name, length, altText }) {
      const id = workspace.nextId('F0F');
      const path = `${NAME_OF_UPLOADS}${workspace.nextId('upload')}`;
      files.set(id, { id, name, length, path, altText, bytes: null, title: undefined, completedAt: null });
      return { id, path };
    },
    receive(path, bytes) {
      const file = [...files.values()].find((each) => each.path === path);
      if (!file || file.completedAt !== null) throw new SlackRefusal('not_found');
      if (bytes.length !== file.length) throw refuseForm('length_mismatch');
      file.bytes = bytes;
    },
    complete(id, title) {
      const file = files.get(id);
      if (!file || file.bytes === null || file.completedAt !== null) throw new SlackRefusal('file_not_found');
      file.completedAt = clock.now();
      file.title = title ?? file.name;
      return file;
    },
    isShowable(id) {
      const file = files.get(id);
      if (!file || file.completedAt === null || !/\.(png|jpe?g|gif)$/i.test(file.name)) return false;
      return clock.now().getTime() >= file.completedAt.getTime() + PROCESSING_MS;
    },
    all: () =>
      [...files.values()].map(({ id, name, title, altText, bytes }) => ({ id, name, title, altText, bytes })),
  };
}
