import { expect, test } from 'vitest';
import { copyLine } from './copy-line';

test('a line of COPY keeps what would end a field or a line inside its field', () => {
  expect(copyLine(['a', null, '{"x":"\\n"}', 'tab\there', 'line\r\nend'])).toBe(
    'a\t\\N\t{"x":"\\\\n"}\ttab\\there\tline\\r\\nend\n',
  );
});
