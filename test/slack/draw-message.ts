type Part = { [key: string]: unknown };

/** A message or dialog drawn as text: what a person sees, with buttons and fields as such. */
export function drawBlocks(blocks: object[]): string {
  return blocks.map((block) => drawBlock(block as Part)).join('\n');
}

/** A dialog with its title, its blocks and its buttons. */
export function drawView(view: object): string {
  const { title, submit, close, blocks } = view as Part;
  const buttons = [close, submit].filter(Boolean).map((text) => `[ ${drawText(text)} ]`);
  return [`== ${drawText(title)} ==`, drawBlocks(blocks as object[]), buttons.join(' ')].join('\n');
}

function drawBlock(block: Part): string {
  switch (block.type) {
    case 'header':
      return drawText(block.text);
    case 'divider':
      return '-----';
    case 'section':
      return [drawText(block.text), ...parts(block.accessory ? [block.accessory] : []).map(drawButton)].join(
        ' ',
      );
    case 'context':
      return parts(block.elements)
        .map((element) => `(${drawText(element)})`)
        .join('\n');
    case 'image':
      return `[picture: ${block.alt_text}]`;
    case 'actions':
      return parts(block.elements).map(drawButton).join(' ');
    case 'input':
      return drawInput(block);
    case 'rich_text':
      return parts(block.elements).map(drawRich).join('\n');
    default:
      throw new Error(`a block of type ${block.type} cannot be drawn yet`);
  }
}

function drawRich(element: Part): string {
  switch (element.type) {
    case 'rich_text_section':
      return drawInline(element).trimEnd();
    case 'rich_text_preformatted':
      return drawInline(element)
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n');
    case 'rich_text_list':
      return parts(element.elements)
        .map((line) => `• ${drawInline(line)}`)
        .join('\n');
    default:
      throw new Error(`${element.type} cannot be drawn yet`);
  }
}

function drawInline(element: Part): string {
  return parts(element.elements)
    .map((part) => {
      if (part.type === 'user') return `@${part.user_id}`;
      if (part.type === 'usergroup') return `@${part.usergroup_id}`;
      return String(part.type === 'date' ? part.fallback : part.text);
    })
    .join('');
}

function drawButton(button: Part): string {
  const label = drawText(button.text) + (button.url ? ` → ${button.url}` : '');
  return button.style === 'primary' ? `[*${label}*]` : `[ ${label} ]`;
}

function drawInput({ label, hint, optional, element }: Part): string {
  const field = element as Part;
  const lines = [
    `${drawText(label)}${optional ? '' : ' *'}: ${drawField(field)}`,
    ...parts(field.options ?? []).map(
      ({ text, description, value }) =>
        `    ${drawMark(field, value)} ${drawText(text)}${description ? ` (${drawText(description)})` : ''}`,
    ),
    ...(hint ? [`    ${drawText(hint)}`] : []),
  ];
  return lines.join('\n');
}

/** A check box, ticked or not; else a choice of a list. */
function drawMark(field: Part, value: unknown): string {
  if (field.type !== 'checkboxes') return '-';
  return parts(field.initial_options ?? []).some((option) => option.value === value) ? '[x]' : '[ ]';
}

function drawField(field: Part): string {
  const initial = field.initial_value ?? field.initial_date ?? field.initial_time;
  const chosen = field.initial_option && drawText((field.initial_option as Part).text);
  const shown = String(initial ?? chosen ?? '');
  if (field.type === 'checkboxes') return '';
  const widths: Record<string, string> = { static_select: '▾', datepicker: '📅', timepicker: '🕑' };
  return `[${shown.padEnd(12, '_')}]${widths[String(field.type)] ?? ''}`;
}

function drawText(text: unknown): string {
  return String((text as Part).text);
}

function parts(list: unknown): Part[] {
  return list as Part[];
}
