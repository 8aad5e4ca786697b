import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  {
    ignores: [
      ...['dist/', '*/dist/', 'examples/*/dist/', '.data/', '.tap/', 'coverage/', 'client/schema.ts'],
      // These files import clients that are generated in another folder, and are compiled there.
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
      // Fastify plugins are async by contract, even if they await nothing.
      '@typescript-eslint/require-await': 'off',
      // Numbers and booleans read well in messages; objects are still refused.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // To leave a property out of a rest object, code must name it.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // A type parameter that only shapes the return value is how decoders and decorators are typed.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off'
    }
  },
  {
    // Code that handles text from others. Tests and benchmarks handle only their own.
    files: ['{core,db,plugins,src,workers,client,scripts}/**/*.ts'],
    plugins: { regexp },
    rules: {
      // Every expression takes linear time, even if it fails at the end of a long text.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false }],
      // These rules see only literals; patternSaying (core/validation) turns literals into patterns for schemas.
      'no-restricted-imports': [
        'error',
        {
          paths: ['compiler', 'value'].map((part) => ({
            name: `@sinclair/typebox/${part}`,
            message:
              'Use compileCheck of core/validation: it knows our formats and describes problems in words.'
          }))
        }
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "Property[key.name='pattern'] > :matches(Literal, TemplateLiteral).value",
          message: 'Use patternSaying(/…/u, sentence) in schemas, so that the linter sees the pattern.'
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
      // tap itself awaits its tests.
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
  // An example has the types of its dependencies only once it is installed; its test then compiles it strictly.
  { files: ['**/*.js', 'examples/**/*.ts'], ...tseslint.configs.disableTypeChecked }
)
