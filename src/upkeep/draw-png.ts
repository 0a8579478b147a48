import { fileURLToPath } from 'node:url';

const FAMILY = 'DejaVu Sans';

/** An SVG as a PNG twice its size, with the font that comes along, so that it looks alike on every machine. */
export async function drawPng(svg: string): Promise<Uint8Array> {
  // Not loaded with the bot: on a system that the library is not made for, only the picture is missing.
  const { renderAsync } = await import('@resvg/resvg-js');
  const fontFile = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  const drawn = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: FAMILY },
  });
  return drawn.asPng();
}
