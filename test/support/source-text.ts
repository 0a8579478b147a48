// Reads TypeScript as far as the house rules need it: what is code, which bracket closes which, what is imported.

export interface SourceFile {
  /** From the project's root, with '/'. */
  path: string;
  text: string;
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;
const WORD = /[\w$]+|\s+|[\s\S]/y;
const BEFORE_REGEX =
  /(?:^|[([{,;:=!&|?+\-*%~^<>]|\b(?:return|typeof|case|in|of|throw|await|yield|else|do))\s*$/;

/**
 * The text with everything blanked that is no code: comments always, the inside of strings, templates and regular
 * expressions unless `keepStrings`. Length and line ends stay.
 */
export function codeOf(text: string, keepStrings = false): string {
  let code = '';
  // For each template whose `${` is open, how many braces are open inside it.
  const openBraces: number[] = [];
  const take = (pattern: RegExp) => {
    pattern.lastIndex = code.length;
    return pattern.exec(text)?.[0];
  };
  const blankInside = (literal: string) => {
    code += keepStrings ? literal : literal[0] + blank(literal.slice(1, -1)) + literal.at(-1);
  };
  const takeTemplateText = () => {
    const inside = take(TEMPLATE_TEXT) ?? '';
    code += keepStrings ? inside : blank(inside);
    if (text[code.length] === '`') code += '`';
    else if (code.length < text.length) {
      code += '${';
      openBraces.push(0);
    }
  };
  while (code.length < text.length) {
    const comment = take(COMMENT);
    const literal = comment
      ? undefined
      : (take(STRING) ?? (mayBeRegex(text, code.length) ? take(REGEX) : undefined));
    if (comment) code += blank(comment);
    else if (literal) blankInside(literal);
    else {
      const word = take(WORD) ?? '';
      code += word;
      const depth = openBraces.at(-1);
      if (word === '`' || (word === '}' && depth === 0)) {
        if (word === '}') openBraces.pop();
        takeTemplateText();
      } else if (depth !== undefined && (word === '{' || word === '}'))
        openBraces[openBraces.length - 1] = depth + (word === '{' ? 1 : -1);
    }
  }
  return code;
}

function mayBeRegex(text: string, index: number): boolean {
  return text[index] === '/' && BEFORE_REGEX.test(text.slice(Math.max(0, index - 40), index));
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

export interface Brackets {
  /** Where the bracket that opens at the key closes. */
  closeOf: Map<number, number>;
  /** The innermost bracket around the one that opens at the key. */
  parentOf: Map<number, number | undefined>;
}

/** The pairs of (), [] and {} in text from `codeOf`. */
export function bracketsOf(code: string): Brackets {
  const brackets: Brackets = { closeOf: new Map(), parentOf: new Map() };
  const open: number[] = [];
  for (const { 0: bracket, index } of code.matchAll(/[()[\]{}]/g)) {
    if ('([{'.includes(bracket)) {
      brackets.parentOf.set(index, open.at(-1));
      open.push(index);
    } else {
      const opened = open.pop();
      if (opened !== undefined) brackets.closeOf.set(opened, index);
    }
  }
  return brackets;
}

/** The line, from 1, on which the character at `index` stands. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

export interface Import {
  /** As written: a package, a `node:` module, or a relative path. */
  specifier: string;
  /** From the project's root, when the specifier is relative. */
  path: string | undefined;
  line: number;
}

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*(['"`])/g;

/** Every static and dynamic import and every re-export whose specifier is written out. */
export function importsOf(file: SourceFile): Import[] {
  const code = codeOf(file.text);
  return [...code.matchAll(IMPORT)].map((match) => {
    const start = match.index + match[0].length;
    const specifier = file.text.slice(start, code.indexOf(match[1] ?? '', start));
    return { specifier, path: resolve(file.path, specifier), line: lineAt(code, match.index) };
  });
}

function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

export interface FunctionSpan {
  line: number;
  lines: number;
  /** The function's own name, or the name of what it is handed to. */
  name: string;
}

const NO_FUNCTION = new Set(['if', 'for', 'while', 'switch', 'catch', 'await', 'return', 'super']);

/** Every function with a body in braces: declarations, methods and arrow functions. */
export function functionsOf(text: string): FunctionSpan[] {
  const code = codeOf(text);
  const brackets = bracketsOf(code);
  const spans: FunctionSpan[] = [];
  const add = (name: string, start: number, body: number) => {
    const line = lineAt(code, start);
    const close = brackets.closeOf.get(body) ?? code.length;
    spans.push({ name, line, lines: lineAt(code, close) - line + 1 });
  };
  for (const [open, parent] of brackets.parentOf) {
    if (code[open] === '{' && /=>\s*$/.test(code.slice(0, open))) {
      add(parent !== undefined && code[parent] === '(' ? wordBefore(code, parent) : '=>', open, open);
    } else if (code[open] === '(') {
      const name = wordBefore(code, open);
      const body = name === '' || NO_FUNCTION.has(name) ? undefined : bodyAfter(code, brackets, open);
      if (body !== undefined) add(name, open, body);
    }
  }
  return spans;
}

/** The name before a bracket, and before its type parameters. */
function wordBefore(code: string, index: number): string {
  const before = code.slice(Math.max(0, index - 300), index).trimEnd();
  let end = before.length;
  if (before.endsWith('>') && !before.endsWith('=>'))
    for (let depth = 0; end > 0; ) {
      end--;
      if (before[end] === '>' && before[end - 1] !== '=') depth++;
      if (before[end] === '<' && --depth === 0) break;
    }
  return /([\w$#]+)\s*$/.exec(before.slice(0, end))?.[1] ?? '';
}

/** Where the body begins whose parameters open at `parameters`, or undefined when no body follows them. */
function bodyAfter(code: string, brackets: Brackets, parameters: number): number | undefined {
  const close = brackets.closeOf.get(parameters);
  if (close === undefined) return undefined;
  const rest = /^\s*(:?)/.exec(code.slice(close + 1));
  const isTyped = rest?.[1] === ':';
  for (let index = close + 1 + (rest?.[0].length ?? 0); index < code.length; index++) {
    const character = code[index] ?? '';
    if (character === '{' && !isInType(code, index)) return index;
    if (!isTyped || ';)]}='.includes(character)) {
      if (code.startsWith('=>', index)) index++;
      else return undefined;
    } else if ('([{'.includes(character)) index = brackets.closeOf.get(index) ?? code.length;
  }
  return undefined;
}

/** Whether a brace after a return type's beginning still belongs to the type. */
function isInType(code: string, brace: number): boolean {
  return /(?:[:|&<,]|=>)\s*$/.test(code.slice(0, brace));
}
