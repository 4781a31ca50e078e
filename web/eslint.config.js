import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist/', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Render elements, not HTML text.' },
      ],
      'no-restricted-globals': ['error', { name: 'localStorage', message: 'Use app/theme or ui/keep: storage may be refused.' }],
    },
  },
  { files: ['src/app/theme.ts', 'src/ui/keep.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['public/push-worker.js'], languageOptions: { globals: { self: 'readonly', URL: 'readonly' } } },
  {
    files: ['mock/**/*.mjs', 'e2e/**/*.mjs', 'scripts/**/*.mjs', '*.config.*'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'Buffer', 'URL', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'fetch', 'document', 'window', 'getComputedStyle', 'location', 'localStorage', 'EventSource', 'performance', 'URLSearchParams', 'crypto', 'navigator', 'PushManager'].map((name) => [name, 'readonly']),
      ),
    },
  },
);
