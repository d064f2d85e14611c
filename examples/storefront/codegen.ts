import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  generates: {
    'src/generated/': {
      preset: 'client',
      documents: '../../operations/**/*.graphql',
      // Apollo Client's cache needs __typename; what it adds by itself would not be part of the hashed text.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        scalars: {
          CountryCode: 'string',
          CurrencyCode: 'string',
          DateTime: 'string',
          Decimal: { input: 'string', output: '`${number}`' },
          Duration: 'string',
          JSON: 'unknown',
        },
        strictScalars: true,
        enumsAsTypes: true,
        futureProofEnums: true,
        avoidOptionals: { field: true },
        nonOptionalTypename: true,
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
      },
    },
    'src/generated/types.ts': { plugins: ['./typeLists.js'] },
  },
};

export default config;
