import { styleText } from 'node:util';

const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** The text in a style, if the terminal shows styles. */
export function paint(style: Style, text: string): string {
  return colours ? styleText(style, text) : text;
}

/** The text, filled with spaces to a width. */
export function pad(text: string, width: number): string {
  return text.normalize('NFC').padEnd(width);
}
