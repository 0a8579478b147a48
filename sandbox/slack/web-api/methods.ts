import { authMethods } from './auth-methods.ts';
import { chatMethods } from './chat-methods.ts';
import { conversationsMethods } from './conversations-methods.ts';
import { filesMethods } from './files-methods.ts';
import type { Method, Methods } from './method.ts';
import { peopleMethods } from './people-methods.ts';
import { viewsMethods } from './views-methods.ts';

/** Every Web API method that the look-alike knows. */
const methods: Methods = {
  ...authMethods,
  ...chatMethods,
  ...conversationsMethods,
  ...filesMethods,
  ...peopleMethods,
  ...viewsMethods,
};

export function methodNamed(name: string): Method | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}
