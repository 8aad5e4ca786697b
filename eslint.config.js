import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  {
    ignores: [
      ...['dist/', '*/dist/', 'examples/*/dist/', '.data/', '.tap/', 'coverage/', 'client/schema.ts'],
      // They import clients that are generated in another folder, and are compiled there.
      'test/generators/'
    ]
  },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname }
    },
    rules: {
      // Fastify plugins are async by contract, also where nothing is awaited.
      '@typescript-eslint/require-await': 'off',
      // Numbers and booleans in messages are plain; objects are still refused.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Leaving a property out of a rest object names it.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // A type parameter that only shapes the return value is how decoders and decorators are typed.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off'
    }
  },
  {
    // Code that runs on text from others. Tests and benchmarks read their own.
    files: ['{core,db,plugins,src,workers,client,scripts}/**/*.ts'],
    plugins: { regexp },
    rules: {
      // No expression takes more than linear time, not even one that fails at the end of a long text.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false }],
      // These rules see only literals; patternSaying (core/validation) turns literals into patterns for schemas.
      'no-restricted-imports': [
        'error',
        {
          paths: ['compiler', 'value'].map((part) => ({
            name: `@sinclair/typebox/${part}`,
            message: 'compileCheck of core/validation knows our formats and says problems in words.'
          }))
        }
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "Property[key.name='pattern'] > :matches(Literal, TemplateLiteral).value",
          message: 'Give a schema patternSaying(/…/u, sentence), so that the linter sees its pattern.'
        },
        {
          selector: 'NewExpression[callee.name="RegExp"]',
          message: 'Write a literal, so that the linter sees the expression.'
        }
      ]
    }
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // tap itself waits for the tests that it was given.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafePromises: [
            { from: 'package', package: '@tapjs/core', name: ['PromiseWithSubtest'] }
          ]
        }
      ]
    }
  },
  // An example sees the types of what it needs once it is installed; its test compiles it strictly.
  { files: ['**/*.js', 'examples/**/*.ts'], ...tseslint.configs.disableTypeChecked }
)
