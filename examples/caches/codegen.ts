import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  generates: {
    'src/generated/': {
      preset: 'client',
      documents: '../../operations/**/*.graphql',
      presetConfig: { fragmentMasking: false },
      config: {
        scalars: {
          CountryCode: 'string',
          CurrencyCode: 'string',
          DateTime: 'string',
          Decimal: '`${number}`',
          Duration: 'string',
          JSON: 'unknown',
        },
        strictScalars: true,
        enumsAsTypes: true,
        futureProofEnums: true,
        avoidOptionals: { field: true },
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
      },
    },
    'src/generated/types.ts': { plugins: ['./typeLists.js'] },
  },
};

export default config;
