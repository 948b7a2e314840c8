import { describe, expect, it } from 'vitest';
import {
  blankSnippets,
  insertSnippets,
  lengthWithSnippets,
  snippetNameForm,
  snippetUses,
} from '../../../src/domain/message/snippets.js';

const snippets = new Map([
  ['sign', 'Best, Ada'],
  ['offer', '<p>One</p><p>Two</p>'],
  ['list', '<ul><li>One</li></ul>'],
]);

describe('snippets in a text', () => {
  it('TSK-10: are named by a letter, and letters, digits and underscores after it', () => {
    for (const name of ['a', 'a_1', 'x'.repeat(64)]) expect(snippetNameForm.test(name)).toBe(true);
    for (const name of ['', '1a', '_a', 'A', 'a-b', 'x'.repeat(65), 'a ', ' a']) {
      expect(snippetNameForm.test(name)).toBe(false);
    }
  });

  it('are told with their place, and a fallback that they do not take', () => {
    expect(snippetUses('Hi {{snippet.sign}} {{ snippet. offer | a|b }}{{contact.x}}')).toEqual([
      { name: 'sign', fallback: undefined, position: 3, length: 16 },
      { name: 'offer', fallback: ' a|b ', position: 20, length: 26 },
    ]);
    expect(snippetUses('{{snippet.}}')).toEqual([
      { name: '', fallback: undefined, position: 0, length: 12 },
    ]);
    expect(snippetUses('{{snippetXa}} {{snippet.{a}}}')).toEqual([]);
  });

  it('are counted as long as what they say, an unknown one as nothing', () => {
    const text = 'a{{snippet.sign}}{{snippet.none}}{{snippet.offer}}{{contact.x}}';
    expect(lengthWithSnippets(text, snippets)).toBe(insertSnippets(text, snippets).length);
    expect(lengthWithSnippets('no snippet', snippets)).toBe(10);
  });

  it('leave as much white space when they are blanked', () => {
    const text = 'a{{snippet.sign}}b{{contact.x}}';
    expect(blankSnippets(text)).toBe(`a${' '.repeat(16)}b{{contact.x}}`);
  });

  it('SEQ-27: are put in, an unknown one as nothing; other tokens stay', () => {
    expect(insertSnippets('{{contact.x}}, {{snippet.sign}}{{snippet.none}}!', snippets)).toBe(
      '{{contact.x}}, Best, Ada!',
    );
  });

  it('take the place of a paragraph that holds nothing else, when they are paragraphs', () => {
    expect(insertSnippets('<p>{{snippet.offer}}</p>', snippets)).toBe('<p>One</p><p>Two</p>');
    expect(insertSnippets('<p> {{ snippet.list }} </p>', snippets)).toBe('<ul><li>One</li></ul>');
    expect(insertSnippets('<p>{{snippet.sign}}</p>', snippets)).toBe('<p>Best, Ada</p>');
    expect(insertSnippets('<p>So: {{snippet.sign}}</p>', snippets)).toBe('<p>So: Best, Ada</p>');
    expect(insertSnippets('<p>{{snippet.none}}</p>', snippets)).toBe('<p></p>');
  });
});
